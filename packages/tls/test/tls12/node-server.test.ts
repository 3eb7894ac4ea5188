// TLS 1.2 by overTls, inside workerd, against a server of `node:tls` that has no TLS 1.3.
import { concat, fromHex, toHex } from '@fairlead/bytes';
import { isFairleadError } from '@fairlead/errors';
import { toBytes, toText } from '@fairlead/testkit';
import { type Connector, connect, type TlsSession, type Transport } from '@fairlead/transport';
import { expect, inject, it } from 'vitest';
import { tls12 } from '../../src/tls12/index.ts';
import { type OverTlsOptions, overTls } from '../../src/workerd.ts';
import type { Told } from '../tls-servers.ts';

const ports = inject('tls');

/** A connection, and what the server tells of it. */
async function open(connector: Connector, port = ports.old) {
  const transport: Transport = await connector({ hostname: '127.0.0.1', port }, { tls: 'implicit' });
  let text = '';
  while (!text.includes('\n')) text += toText((await transport.read()) ?? toBytes('{}\n'));
  const told: Told = JSON.parse(text);
  const tls: TlsSession | undefined = transport.tls;
  if (tls === undefined) throw new Error('the transport tells nothing of TLS');
  return { told, transport, tls };
}

const withTls12 = (options: OverTlsOptions = {}) =>
  overTls({ ca: inject('ca'), versions: [tls12], ...options });

it('is spoken where the server has nothing newer, and exports the same key', async () => {
  const { told, transport, tls } = await open(withTls12());
  await using _ = transport;
  expect(told).toMatchObject({ protocol: 'TLSv1.2', resumed: false });
  expect(tls).toMatchObject({ version: 'TLSv1.2', cipher: told.cipher, resumed: false });
  const context = toBytes('context');
  expect(toHex(await tls.exportKeyingMaterial('EXPORTER-test', context, 32))).toBe(told.exported);
  expect(fromHex(told.exported)).toHaveLength(32);
});

it('carries bulk there and back', async () => {
  const { transport } = await open(withTls12());
  await using _ = transport;
  const sent = Uint8Array.from({ length: 500_000 }, (_, at) => at % 251);
  void transport.write(sent);
  for (let at = 0; at < sent.length; ) {
    const bytes = await transport.read();
    if (bytes === undefined) throw new Error(`the stream ended behind ${at} bytes`);
    expect(toHex(bytes)).toBe(toHex(sent.subarray(at, at + bytes.length)));
    at += bytes.length;
  }
});

it('resumes its sessions, several at once', async () => {
  const connector = withTls12();
  const first = await open(connector);
  await first.transport.close();
  const both = await Promise.all([open(connector), open(connector)]);
  for (const { told, tls, transport } of both) {
    expect([told.resumed, tls.resumed]).toEqual([true, true]);
    expect(tls.peerCertificates).toEqual(first.tls.peerCertificates);
    await transport.close();
  }
});

it('is not spoken where the server has TLS 1.3, nor against minVersion', async () => {
  const { told, transport } = await open(withTls12(), ports.usual);
  await transport.close();
  expect(told.protocol).toBe('TLSv1.3');
  await expect(open(withTls12({ minVersion: 'TLSv1.3' }))).rejects.toMatchObject({ code: 'tls_failed' });
});

/** The platform's connector, whose streams end behind `bytes` bytes, and come in pieces of at most `piece`. */
function cutting(bytes: number, piece = 65_536): Connector {
  return async (address, options) => {
    const inner = await connect(address, options);
    let left = bytes;
    let waiting: Uint8Array = new Uint8Array(0);
    const read = async (atLeast = 1): Promise<Uint8Array | undefined> => {
      while (waiting.length < atLeast && waiting.length < left) {
        const more = await inner.read();
        if (more === undefined) break;
        waiting = concat([waiting, more]);
      }
      const given = waiting.subarray(0, Math.min(left, Math.max(atLeast, piece)));
      waiting = waiting.subarray(given.length);
      left -= given.length;
      return given.length === 0 ? undefined : given;
    };
    return new Proxy(inner, {
      get(target, key) {
        if (key === 'read') return read;
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  };
}

it.each([1, 3, 6, 100])('takes a handshake in pieces of %i bytes', async (piece) => {
  const connector = overTls({ ca: inject('ca'), versions: [tls12] }, cutting(1_000_000, piece));
  const { told, transport } = await open(connector);
  expect(told.protocol).toBe('TLSv1.2');
  await transport.close();
});

it('fails with a typed error wherever the handshake of the server ends', async () => {
  let failures = 0;
  for (let bytes = 0; bytes < 600; bytes += 11) {
    const connector = overTls({ ca: inject('ca'), versions: [tls12], tickets: false }, cutting(bytes));
    const error: unknown = await connector(
      { hostname: '127.0.0.1', port: ports.old },
      { tls: 'implicit' },
    ).catch((reason: unknown) => reason);
    expect(isFairleadError(error) && error.code, `ends behind ${bytes} bytes`).toBe('tls_failed');
    failures++;
  }
  expect(failures).toBe(55);
});
