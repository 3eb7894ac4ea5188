// The server's messages dropped, doubled, out of order, and others among them.
import { expectNoUnhandledRejection } from '@fairlead/testkit/unhandled';
import { beforeAll, expect, it } from 'vitest';
import { secp256r1, TLS_AES_256_GCM_SHA384, x25519 } from '../../src/crypto/index.ts';
import { handshakeMessage } from './server/encoder.ts';
import { newSessionTicket } from './server/messages.ts';
import { type Step, type StepName, USUAL } from './server/server.ts';
import { attempt, expectRefused, makePki, type Pki } from './trial.ts';

expectNoUnhandledRejection();

let pki: Pki;

beforeAll(async () => {
  pki = await makePki();
});

const run = (steps: readonly Step[]) =>
  attempt({ script: { identity: pki.identity, steps }, connectTimeoutMs: 300 }, pki.ca);

const named = (steps: readonly Step[]): string =>
  steps.map((step) => (typeof step === 'string' ? step : JSON.stringify(step).slice(0, 60))).join(' ');

/** The client waits for what is missing until its time is up, or finds something else in its place. */
async function expectNoSession(steps: readonly Step[]): Promise<void> {
  const outcome = await run(steps);
  if (outcome.kind === 'success') throw new Error(`accepted: ${named(steps)}`);
  expect(['tls_failed', 'connection_lost', 'connect_timeout'], named(steps)).toContain(outcome.error.code);
  expect(outcome.verdict?.kind, named(steps)).not.toBe('finished');
}

it('takes the messages in their order, with or without ChangeCipherSpec', async () => {
  expect((await run(USUAL)).kind).toBe('success');
  expect((await run(USUAL.filter((step) => step !== 'change_cipher_spec'))).kind).toBe('success');
});

it('takes a request for a certificate, and a retry for another group and suite', async () => {
  const asked: Step[] = [...USUAL];
  asked.splice(3, 0, 'certificate_request');
  expect((await run(asked)).kind).toBe('success');
  const script = {
    identity: pki.identity,
    steps: ['hello_retry_request' as const, ...USUAL],
    group: secp256r1,
  };
  expect((await attempt({ script }, pki.ca)).kind).toBe('success');
  const other = { ...script, suite: TLS_AES_256_GCM_SHA384 };
  expect((await attempt({ script: other }, pki.ca)).kind).toBe('success');
});

it('refuses a retry that asks for nothing new, and a second one', async () => {
  for (const steps of [
    ['hello_retry_request', ...USUAL],
    ['hello_retry_request', 'hello_retry_request', ...USUAL],
  ] as const) {
    for (const group of [x25519, secp256r1]) {
      if (group === secp256r1 && steps[1] !== 'hello_retry_request') continue;
      const outcome = await attempt({ script: { identity: pki.identity, steps, group } }, pki.ca);
      expectRefused(outcome, named(steps));
    }
  }
});

const MESSAGES = USUAL.filter((step) => step !== 'change_cipher_spec');

it('opens no session where a message is missing', async () => {
  for (const missing of MESSAGES) await expectNoSession(USUAL.filter((step) => step !== missing));
});

it('opens no session where a message comes twice', async () => {
  for (const [i, step] of USUAL.entries()) {
    // A second Finished comes behind the handshake, where it is refused by then.
    if (step === 'change_cipher_spec' || step === 'finished') continue;
    await expectNoSession([...USUAL.slice(0, i), step, ...USUAL.slice(i)]);
  }
});

it('refuses a second Finished behind the handshake', async () => {
  expectRefused(await run([...USUAL, 'finished']), 'finished twice');
});

it('opens no session where any two messages are exchanged', async () => {
  for (const a of MESSAGES) {
    for (const b of MESSAGES.slice(MESSAGES.indexOf(a) + 1)) {
      const steps: StepName[] = USUAL.map((step) => (step === a ? b : step === b ? a : step));
      await expectNoSession(steps);
    }
  }
});

it('opens no session where another message stands anywhere', async () => {
  const others: readonly Step[] = [
    { message: newSessionTicket(Uint8Array.of(1)).bytes },
    { message: handshakeMessage(24, (body) => body.number(0, 1)).bytes },
    { message: handshakeMessage(0, () => undefined).bytes },
    { message: handshakeMessage(1, (body) => body.raw(new Uint8Array(40))).bytes },
    { message: handshakeMessage(5, () => undefined).bytes },
    { message: handshakeMessage(14, () => undefined).bytes },
    { message: handshakeMessage(12, (body) => body.raw(new Uint8Array(40))).bytes },
    { message: handshakeMessage(25, (body) => body.raw(new Uint8Array(40))).bytes },
    { message: handshakeMessage(254, (body) => body.raw(new Uint8Array(32))).bytes },
    { message: handshakeMessage(99, () => undefined).bytes },
  ];
  for (const other of others) {
    for (const at of [0, 1, 3, 4, 5]) {
      await expectNoSession([...USUAL.slice(0, at), other, ...USUAL.slice(at)]);
    }
  }
});

it('opens no session where a record of another type stands anywhere', async () => {
  const content = Uint8Array.of(1, 2, 3);
  for (const record of [0, 20, 23, 24, 25, 255]) {
    for (const plain of [true, false]) {
      for (const at of [0, 1, 3, 4, 5]) {
        const step: Step = { record, content, plain };
        await expectNoSession([...USUAL.slice(0, at), step, ...USUAL.slice(at)]);
      }
    }
  }
});

it('opens no session where a protected message comes in the clear', async () => {
  const clear: Step[] = [
    'server_hello',
    'encrypted_extensions',
    'certificate',
    'certificate_verify',
    'finished',
  ];
  for (const at of [1, 2, 3, 4]) {
    const message = handshakeMessage(8, (body) => body.vector(2, () => undefined)).bytes;
    const step: Step = { record: 22, content: message, plain: true };
    await expectNoSession([...clear.slice(0, at), step, ...clear.slice(at)]);
  }
});
