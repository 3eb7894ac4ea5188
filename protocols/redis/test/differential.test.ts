// Our decoder against redis-parser on random RESP2, and against noise.
import { isFairleadError } from '@fairlead/errors';
import { splitBytes } from '@fairlead/testkit';
import RedisParser from 'redis-parser';
import { describe, expect, it } from 'vitest';
import { Decoder } from '../src/wire/decode/decoder.ts';
import type { Reply } from '../src/wire/messages.ts';
import { Dice, fuzzDecoder, type Plain, randomResp2 } from './resp.ts';

// FUZZ_ROUNDS makes it longer; FUZZ_SEED makes it another one.
const ROUNDS = Number(process.env.FUZZ_ROUNDS ?? 3000);
const SEED = Number(process.env.FUZZ_SEED ?? 20261121);

function plain(value: unknown): Plain {
  if (isFairleadError(value)) return { error: value.server?.message ?? value.message };
  if (value instanceof Error) return { error: value.message };
  if (Array.isArray(value)) return value.map(plain);
  return typeof value === 'string' || typeof value === 'number' ? value : null;
}

function ours(chunks: readonly Uint8Array[]): Plain[] {
  const decoder = new Decoder();
  const replies: Plain[] = [];
  for (const chunk of chunks) {
    decoder.push(chunk);
    for (
      let reply: Reply | undefined = decoder.next(false);
      reply !== undefined;
      reply = decoder.next(false)
    ) {
      replies.push(plain(reply));
    }
    decoder.keep();
  }
  return replies;
}

function theirs(chunks: readonly Uint8Array[]): Plain[] {
  const replies: Plain[] = [];
  const parser = new RedisParser({
    returnReply: (reply: unknown) => replies.push(plain(reply)),
    returnError: (error: unknown) => replies.push(plain(error)),
  });
  for (const chunk of chunks) parser.execute(Buffer.from(chunk));
  return replies;
}

describe('the decoder on random input', () => {
  it('returns what redis-parser returns, and what was meant', () => {
    const dice = new Dice(SEED);
    for (let round = 0; round < ROUNDS / 10; round++) {
      const meant = Array.from({ length: 1 + dice.below(8) }, () => randomResp2(dice));
      const stream = meant.map(({ wire }) => wire).join('');
      const seed = dice.below(2 ** 31);
      const chunks = splitBytes(stream, {
        mode: 'random',
        seed,
        maxChunkBytes: dice.pick([3, 50, 5000]) ?? 16,
      });
      const expected = meant.map(({ value }) => value);
      expect(ours(chunks)).toEqual(expected);
      expect(theirs(chunks)).toEqual(expected);
    }
  });

  it('lets nothing but its own errors out, whatever comes', () => {
    const { replies, refused } = fuzzDecoder(SEED, ROUNDS);
    expect(replies).toBeGreaterThan(ROUNDS / 10);
    expect(refused).toBeGreaterThan(ROUNDS / 10);
  });
});
