// Every message of a server of TLS 1.2 changed in each of its bytes, cut at each, and longer than it should be: a refusal by one
// side each time, never a session and never an error of another kind.
import { concat } from '@fairlead/bytes';
import { describe, expect, it } from 'vitest';
import { TlsFault } from '../../src/fault.ts';
import { tls12 } from '../../src/tls12/index.ts';
import { message, u8 } from '../../src/wire/encode.ts';
import { ecdsa } from './running.ts';
import {
  lawfulExtensions,
  type ServerMessage,
  type ServerOptions,
  ServerRefusal,
  startWith,
} from './scripted-server.ts';
import { clientHelloOf, requestOf } from './setting.ts';

const MESSAGES = [
  'Certificate',
  'ServerKeyExchange',
  'CertificateRequest',
  'ServerHelloDone',
  'NewSessionTicket',
  'Finished',
] as const satisfies readonly ServerMessage[];

const SERVER: ServerOptions = {
  ...ecdsa,
  asks: [0x0403],
  ticket: { lifetime: 60, identity: Uint8Array.of(1, 2, 3) },
  extensions: lawfulExtensions(),
};

/** Fails unless the handshake ends in a fault. */
async function expectFault(
  options: Partial<ServerOptions>,
  what: string,
  change = (hello: Uint8Array) => hello,
) {
  const request = requestOf();
  const { start } = await startWith({ ...SERVER, ...options }, request, clientHelloOf(request));
  const changed = { ...start, serverHello: change(start.serverHello) };
  const error = await tls12.handshake(changed).then(
    () => new Error('a session came of it'),
    (reason: unknown) => reason,
  );
  // What only the transcript shows, the server finds first, by the client's Finished.
  const isRefused = error instanceof TlsFault || error instanceof ServerRefusal;
  expect(isRefused, `${what}: ${String(error)}`).toBe(true);
}

/** The whole message in each of its wrong forms, with the header that fits. */
function* wrongForms(whole: Uint8Array, step: number): Generator<readonly [what: string, wrong: Uint8Array]> {
  const [type = 0] = whole;
  const body = whole.subarray(4);
  for (let at = 0; at < body.length; at += step) {
    for (const mask of [0x01, 0x80, 0xff]) {
      const changed = body.map((byte, index) => (index === at ? byte ^ mask : byte));
      yield [`byte ${at} ^ ${mask}`, message(type, changed)];
    }
    yield [`cut at ${at}`, message(type, body.subarray(0, at))];
  }
  yield ['a byte more', message(type, body, u8(0))];
  yield ['doubled', message(type, concat([body, body.length === 0 ? u8(1) : body]))];
}

async function sampleOf(name: ServerMessage): Promise<Uint8Array> {
  let sample = new Uint8Array(0);
  const request = requestOf();
  const alter: ServerOptions['alter'] = (which, whole) => {
    if (which === name) sample = whole.slice();
    return [whole];
  };
  const { start } = await startWith({ ...SERVER, alter }, request, clientHelloOf(request));
  await tls12.handshake(start);
  return sample;
}

describe('a server whose message is not what it was', () => {
  it.each(MESSAGES)('%s', async (name) => {
    const sample = await sampleOf(name);
    // A certificate is long, and what is in it is its reader's to check.
    const step = name === 'Certificate' ? 7 : 1;
    let forms = 0;
    for (const [what, wrong] of wrongForms(sample, step)) {
      forms++;
      const alter = (which: ServerMessage, whole: Uint8Array) => [which === name ? wrong : whole];
      await expectFault({ alter }, `${name}, ${what}`);
    }
    expect(forms).toBeGreaterThanOrEqual(2);
  });

  it('ServerHello', async () => {
    const request = requestOf();
    const { start } = await startWith(SERVER, request, clientHelloOf(request));
    for (const [index, [what]] of [...wrongForms(start.serverHello, 1)].entries()) {
      const change = (hello: Uint8Array) => [...wrongForms(hello, 1)][index]?.[1] ?? hello;
      // The version and the random's end are looked at by whoever hands over; here the Finished does not fit.
      await expectFault({}, `ServerHello, ${what}`, change);
    }
  });
});
