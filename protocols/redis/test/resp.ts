// For tests: random values as RESP, and a fuzzer for the decoder. It uses a seed, never chance.
import { isFairleadError } from '@fairlead/errors';
import { seededRandom } from '@fairlead/testkit';
import { Decoder } from '../src/wire/decode/decoder.ts';
import type { Reply } from '../src/wire/messages.ts';

/** What both RESP2 decoders should return, with errors as `{ error }`. */
export type Plain = string | number | null | { error: string } | Plain[];

/** Random numbers below a bound, from one seed. */
export class Dice {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = seededRandom(seed);
  }

  below(bound: number): number {
    return Math.floor(this.#next() * bound);
  }

  pick<T>(items: readonly T[]): T | undefined {
    return items[this.below(items.length)];
  }
}

const LETTERS = ['a', 'Z', '0', ' ', 'é', '日', '😀', '-', '$', '\t'];

function word(dice: Dice, most: number): string {
  let text = '';
  for (let left = dice.below(most); left > 0; left--) text += dice.pick(LETTERS);
  return text;
}

/** A random RESP2 value with its bytes. */
export function randomResp2(dice: Dice, depth = 0): { wire: string; value: Plain } {
  const text = word(dice, dice.below(20) === 0 ? 6000 : 30);
  switch (dice.below(depth > 3 ? 5 : 7)) {
    case 0:
      return { wire: `+${text}\r\n`, value: text };
    case 1:
      return { wire: `-ERR ${text}\r\n`, value: { error: `ERR ${text}` } };
    case 2: {
      const number = dice.below(2 ** 31) - 2 ** 30;
      return { wire: `:${number}\r\n`, value: number };
    }
    case 3:
      return { wire: dice.below(2) === 0 ? '$-1\r\n' : '*-1\r\n', value: null };
    case 4:
      return { wire: `$${new TextEncoder().encode(text).length}\r\n${text}\r\n`, value: text };
    default: {
      const items = Array.from({ length: dice.below(6) }, () => randomResp2(dice, depth + 1));
      return {
        wire: `*${items.length}\r\n${items.map(({ wire }) => wire).join('')}`,
        value: items.map(({ value }) => value),
      };
    }
  }
}

const TYPES = [...'+-:$*_#,(!=%~>|;.'];
const SCRAPS = [
  '\r\n',
  '\r',
  '\n',
  '?',
  '-1',
  '0',
  '1',
  '3',
  '99999999999',
  't',
  'inf',
  'abc',
  'OK\r\n',
  '\xff',
  '$3\r\nabc\r\n',
];

/** Bytes that look like RESP now and then. */
export function randomNoise(dice: Dice): Uint8Array {
  let text = '';
  for (let left = dice.below(40); left > 0; left--) {
    const roll = dice.below(10);
    if (roll < 4) text += `${dice.pick(TYPES)}${dice.below(5)}\r\n`;
    else if (roll < 6) text += dice.pick(TYPES);
    else if (roll < 9) text += dice.pick(SCRAPS);
    else text += randomResp2(dice).wire;
  }
  return Uint8Array.from(text, (unit) => unit.charCodeAt(0) & 255);
}

/**
 * Feeds noise to decoders, in random pieces.
 * @returns How many replies came out, and how many streams were refused.
 * @throws What a decoder threw that is no FairleadError `protocol` or `limit`.
 */
export function fuzzDecoder(seed: number, rounds: number): { replies: number; refused: number } {
  const dice = new Dice(seed);
  const count = { replies: 0, refused: 0 };
  for (let round = 0; round < rounds; round++) {
    const stream = randomNoise(dice);
    const decoder = new Decoder({ maxReplyBytes: 2000, maxReplyValues: 100, maxReplyDepth: 5 });
    try {
      for (let at = 0; at < stream.length; ) {
        const size = 1 + dice.below(20);
        decoder.push(stream.slice(at, at + size));
        at += size;
        let reply: Reply | undefined;
        do {
          reply = decoder.next(dice.below(2) === 0);
          if (reply !== undefined) count.replies++;
        } while (reply !== undefined);
        decoder.keep();
      }
    } catch (error) {
      if (!isFairleadError(error) || (error.code !== 'protocol' && error.code !== 'limit')) throw error;
      count.refused++;
    }
  }
  return count;
}
