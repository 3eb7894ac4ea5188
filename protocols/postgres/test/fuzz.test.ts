// Decoders, frame reader and start-up against random and mutated bytes: a value comes out, or a FairleadError.
import { isFairleadError } from '@fairlead/errors';
import { describe, expect, it } from 'vitest';
import type { AuthMethod } from '../src/session/startup/input.ts';
import {
  decodeBackend,
  decodeFirstPacket,
  decodeFrontend,
  encodeBackend,
  encodeFirstPacket,
  FrameReader,
  type PasswordKind,
} from '../src/wire/index.ts';
import {
  authenticationOk,
  bytes,
  errorResponse,
  greeting,
  int32,
  message,
  ready,
} from './support/backend.ts';
import { Dice, ROUNDS, SEED } from './support/dice.ts';
import { challenge, Start, sasl } from './support/start.ts';
import { BACKEND, FIRST, FRONTEND } from './support/wire.ts';

const LONG = { timeout: 3_600_000 };
const PASSWORDS: readonly PasswordKind[] = [
  'password',
  'sasl-initial-response',
  'sasl-response',
  'gss-response',
];

/** The value, or `undefined` for a FairleadError with one of these codes. Anything else is the fuzzer's find. */
function attempt<T>(codes: readonly string[], run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (isFairleadError(error) && codes.includes(error.code)) return undefined;
    throw error;
  }
}

/** A body for a type: of a message of that type, of another one, or of chance alone; mutated. */
function body(dice: Dice, samples: readonly { readonly body: Uint8Array }[]): Uint8Array {
  return dice.below(4) === 0 ? dice.bytes(dice.below(40)) : dice.mutate(dice.pick(samples).body);
}

describe('decoders', () => {
  it('of the server: what they take, they give back', LONG, () => {
    const dice = new Dice(SEED);
    let taken = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const sample = dice.pick(BACKEND);
      const type = (dice.below(8) === 0 ? dice.pick(BACKEND) : sample).type.charCodeAt(0);
      const input = body(dice, [sample]);
      const value = attempt(['protocol'], () => decodeBackend(type, input, 0, input.length));
      if (value === undefined) continue;
      taken++;
      const again = encodeBackend(value);
      expect(decodeBackend(type, again, 5, again.length)).toEqual(value);
    }
    expect(taken).toBeGreaterThan(ROUNDS / 20);
  });

  it('of the client', LONG, () => {
    const dice = new Dice(SEED + 1);
    for (let round = 0; round < ROUNDS; round++) {
      const { type } = dice.pick(FRONTEND);
      const input = body(dice, FRONTEND);
      attempt(['protocol'], () =>
        decodeFrontend(type.charCodeAt(0), input, 0, input.length, dice.pick(PASSWORDS)),
      );
    }
  });

  it('of first packets: what they take, they give back', LONG, () => {
    const dice = new Dice(SEED + 2);
    for (let round = 0; round < ROUNDS; round++) {
      const input = body(dice, FIRST);
      const value = attempt(['protocol'], () => decodeFirstPacket(input, 0, input.length));
      if (value === undefined) continue;
      const again = encodeFirstPacket(value);
      expect(decodeFirstPacket(again, 4, again.length)).toEqual(value);
    }
  });
});

it('the frame reader gives each byte once, and holds no more than it may', LONG, () => {
  const dice = new Dice(SEED + 3);
  for (let round = 0; round < ROUNDS; round++) {
    const input = dice.mutate(encodeBackend(...Array.from({ length: 4 }, () => dice.pick(BACKEND).message)));
    const firstPacket = dice.below(4) === 0;
    const reader = new FrameReader({ maxMessageBytes: 256, firstPacket });
    let at = 0;
    attempt(['protocol', 'limit'], () => {
      for (const piece of dice.pieces(input, 16)) {
        reader.push(piece);
        for (let frame = reader.next(); frame; frame = reader.next()) {
          const header = firstPacket && at === 0 ? 4 : 5;
          expect(frame.bytes.slice(frame.start, frame.end)).toEqual(
            input.slice(at + header, at + header + frame.end - frame.start),
          );
          at += header + frame.end - frame.start;
        }
      }
    });
    expect(at).toBeLessThanOrEqual(input.length);
  }
});

/** What servers say during a start-up; chance says it in any order. */
const SAYINGS: readonly Uint8Array[] = [
  authenticationOk,
  greeting,
  ready,
  sasl,
  challenge,
  message('R', int32(3)),
  message('R', int32(5), int32(1)),
  message('R', int32(7)),
  message('R', int32(12), 'v=x'),
  message('N', 'SNOTICE\0', 0),
  message('v', int32(0x30000), int32(0)),
  errorResponse('28P01', 'no'),
];
const RULES: readonly { readonly requireAuth?: readonly AuthMethod[] }[] = [
  {},
  {},
  { requireAuth: ['scram-sha-256'] },
  { requireAuth: ['md5', 'none'] },
];
const REFUSALS = ['protocol', 'auth', 'server'];

/** One start-up in which the server says `saying`; how it ended. */
function startUp(dice: Dice, saying: Uint8Array): 'ready' | 'refused' | 'waiting' | 'fallback' {
  const eager = dice.below(3) === 0;
  const allowCleartext = dice.below(2) === 0;
  const start = new Start({
    eager,
    allowCleartext,
    version: dice.pick(['3.0', '3.2']),
    ...dice.pick(RULES),
    ...(dice.below(4) === 0 && { password: undefined, scram: () => undefined }),
  });
  start.session.begin();
  const outcome = attempt(REFUSALS, () => {
    for (const piece of dice.pieces(saying, 64)) {
      const step = start.feed(piece);
      if (step === undefined) continue;
      if ('fallback' in step) {
        expect(eager).toBe(true);
        return 'fallback';
      }
      if ('challenge' in step) start.session.answer(bytes('proof'));
      else if (!allowCleartext) expect(new TextDecoder().decode(step.send)).not.toContain('secret');
    }
    return start.session.greeting === undefined ? 'waiting' : 'ready';
  });
  return outcome ?? 'refused';
}

it('the start-up ends in one of four ways, and sends no password in clear unasked', LONG, () => {
  const dice = new Dice(SEED + 4);
  const seen: Record<string, number> = {};
  for (let round = 0; round < ROUNDS; round++) {
    const sayings = Array.from({ length: 1 + dice.below(5) }, () => dice.pick(SAYINGS));
    const outcome = startUp(dice, dice.mutate(bytes(...sayings)));
    seen[outcome] = (seen[outcome] ?? 0) + 1;
  }
  // Otherwise the fuzzer would have got no further than the door.
  expect(Object.keys(seen).sort()).toEqual(['fallback', 'ready', 'refused', 'waiting']);
});
