// Damaged responses: the parser ends with a value or a typed error, alike however the bytes are cut. FUZZ_ROUNDS makes it longer.
import { seededRandom } from '@fairlead/testkit';
import { expect, it } from 'vitest';
import { binary, type Outcome, parseChunks } from './support/parse.ts';
import { SAMPLES } from './support/samples.ts';

const ROUNDS = Number(process.env.FUZZ_ROUNDS ?? 3_000);
const PIECES = [
  '(',
  ')',
  '"',
  '\\',
  ' ',
  '\r\n',
  '{3}\r\n',
  '{3+}\r\n',
  '~{1}\r\n',
  '[',
  ']',
  'NIL',
  '* ',
  '<',
  '0',
  '\0',
  '\xff',
  '=?utf-8?q?=',
];

function attempt(chunks: readonly Uint8Array[], streamBodiesFrom: number): Outcome[] | string {
  try {
    return parseChunks(chunks, { streamBodiesFrom });
  } catch (cause) {
    const { name, code } = cause as { name?: string; code?: string };
    if (name !== 'FairleadError' || (code !== 'protocol' && code !== 'limit')) throw cause;
    return code;
  }
}

it(`reads ${ROUNDS} damaged responses alike, whole and in pieces`, () => {
  const random = seededRandom(Number(process.env.FUZZ_SEED ?? 20_261_129));
  const below = (limit: number) => Math.floor(random() * limit);
  const samples = Object.values(SAMPLES);
  for (let round = 0; round < ROUNDS; round++) {
    let text = samples[below(samples.length)] ?? '';
    for (let times = below(5); times > 0; times--) {
      const at = below(text.length);
      const to = at + below(6);
      text = text.slice(0, at) + (PIECES[below(PIECES.length * 2)] ?? '') + text.slice(to);
    }
    const bytes = binary(text);
    const streamBodiesFrom = below(3) === 0 ? 0 : Number.POSITIVE_INFINITY;
    const whole = attempt([bytes], streamBodiesFrom);
    const cut = below(bytes.length + 1);
    const inTwo = attempt([bytes.subarray(0, cut), bytes.subarray(cut)], streamBodiesFrom);
    if (JSON.stringify(whole, plain) !== JSON.stringify(inTwo, plain)) {
      expect(inTwo, JSON.stringify({ round, text, cut })).toEqual(whole);
    }
  }
}, 600_000);

function plain(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}` : value;
}
