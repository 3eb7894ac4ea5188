// Every length field of every message of the server lied about, every byte changed, every message cut or longer than it says. What
// the server signs and finishes with fits what it sent, so that nothing but the reader can find out. FUZZ_ROUNDS=5000 for more.

import { seededRandom } from '@fairlead/testkit';
import { expectNoUnhandledRejection } from '@fairlead/testkit/unhandled';
import { beforeAll, expect, it } from 'vitest';
import { secp256r1 } from '../../src/crypto/index.ts';
import type { Encoded, LengthField } from './server/encoder.ts';
import { type Script, type Step, type StepName, USUAL } from './server/server.ts';
import { attempt, expectRefused, makePki, type Outcome, type Pki } from './trial.ts';

expectNoUnhandledRejection();

const ROUNDS = Number(process.env.FUZZ_ROUNDS ?? 300);
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_129);

let pki: Pki;
const lengths = new Map<StepName, readonly LengthField[]>();
const sizes = new Map<StepName, number>();
const ALL: readonly StepName[] = [
  'hello_retry_request',
  ...USUAL.slice(0, 3),
  'certificate_request',
  ...USUAL.slice(3),
];

beforeAll(async () => {
  pki = await makePki();
  const note = (step: StepName, message: Encoded): Uint8Array => {
    lengths.set(step, message.lengths);
    sizes.set(step, message.bytes.length);
    return message.bytes;
  };
  expect((await run(note)).kind).toBe('success');
});

function run(alter: NonNullable<Script['alter']>, steps: readonly Step[] = ALL): Promise<Outcome> {
  const script = { identity: pki.identity, group: secp256r1, alpn: 'postgresql', steps, alter };
  const options = { alpn: ['postgresql'] };
  return attempt({ script, options, connectTimeoutMs: 300 }, pki.ca);
}

function expectNoSession(outcome: Outcome, what: string): void {
  if (outcome.kind === 'success') throw new Error(`${what}: it was accepted`);
  expect(['tls_failed', 'connection_lost', 'connect_timeout'], what).toContain(outcome.error.code);
  expect(outcome.verdict?.kind, what).not.toBe('finished');
}

function withLength(
  bytes: Uint8Array,
  { at, size }: LengthField,
  lie: (length: number) => number,
): Uint8Array {
  const copy = bytes.slice();
  const length = bytes.subarray(at, at + size).reduce((sum, byte) => sum * 256 + byte, 0);
  let rest = Math.max(0, Math.min(256 ** size - 1, lie(length)));
  for (let i = size - 1; i >= 0; i--, rest = Math.floor(rest / 256)) copy[at + i] = rest % 256;
  return copy;
}

it('opens no session where any length is a lie', async () => {
  const lies: readonly ((length: number) => number)[] = [
    (length) => length + 1,
    (length) => (length === 0 ? 2 : length - 1),
    (length) => (length === 0 ? 3 : 0),
    () => 2 ** 24,
  ];
  let count = 0;
  for (const step of ALL) {
    for (const field of lengths.get(step) ?? []) {
      for (const [i, lie] of lies.entries()) {
        const outcome = await run((which, { bytes }) =>
          which === step ? withLength(bytes, field, lie) : bytes,
        );
        expectNoSession(outcome, `${step}, length at ${field.at}, lie ${i}`);
        count++;
      }
    }
  }
  expect(count).toBeGreaterThan(100);
}, 60_000);

it('opens no session where a message is cut or goes on, by its own length', async () => {
  for (const step of ALL.filter((name) => name !== 'change_cipher_spec')) {
    // By the message itself: signatures differ in length from one handshake to the next.
    const cuts: readonly ((size: number) => number)[] = [
      ...[0, 1, 2, 3].map((left) => () => left),
      (size) => Math.floor(size / 4),
      (size) => Math.floor(size / 2),
      (size) => Math.max(0, size - 5),
    ];
    for (const [i, cut] of cuts.entries()) {
      const outcome = await run((which, { bytes }) =>
        which === step ? resized(bytes, cut(bytes.length)) : bytes,
      );
      expectNoSession(outcome, `${step}, cut ${i}`);
    }
    const outcome = await run((which, { bytes }) =>
      which === step ? resized(bytes, bytes.length - 3) : bytes,
    );
    expectNoSession(outcome, `${step} one byte longer`);
  }
}, 60_000);

/** The message with a body of so many bytes, and a header that says so. */
function resized(bytes: Uint8Array, bodyBytes: number): Uint8Array {
  const copy = new Uint8Array(4 + bodyBytes);
  copy.set(bytes.subarray(0, copy.length));
  copy.set([bodyBytes >> 16, bodyBytes >> 8, bodyBytes & 0xff], 1);
  return copy;
}

/** A changed byte may mean nothing: in the random of ServerHello, in the cookie. FUZZ_ROUNDS=5000 for more of them. */
it('never hangs and fails by its types alone where any byte is another', async () => {
  const random = seededRandom(SEED);
  const below = (limit: number): number => Math.floor(random() * limit);
  const messages = ALL.filter((name) => name !== 'change_cipher_spec');
  for (let round = 0; round < ROUNDS; round++) {
    const step = messages[below(messages.length)];
    const at = below(sizes.get(step ?? 'finished') ?? 1);
    const value = [0, 1, 0x7f, 0x80, 0xff, below(256)][below(6)] ?? 0;
    const outcome = await run((which, { bytes }) => {
      const copy = bytes.slice();
      if (which === step && at < copy.length) copy[at] = value;
      return copy;
    });
    if (outcome.kind === 'failed') {
      expect(['tls_failed', 'connection_lost', 'connect_timeout'], `round ${round}`).toContain(
        outcome.error.code,
      );
    }
  }
}, 900_000);

it('refuses a Finished, a signature and a record of which any bit is wrong', async () => {
  for (const step of ['certificate_verify', 'finished'] as const) {
    const size = sizes.get(step) ?? 0;
    for (let at = 4; at < size - 4; at += 3) {
      const outcome = await run((which, { bytes }) => {
        const copy = bytes.slice();
        if (which === step) copy[at] = (copy[at] ?? 0) ^ (1 << (at % 8));
        return copy;
      });
      expectRefused(outcome, `${step}, byte ${at}`);
    }
  }
}, 60_000);
