// Attacks on what a connector remembers: sessions that are resumed for somebody else, and options that are changed behind its back.
import { isFairleadError } from '@fairlead/errors';
import { toText } from '@fairlead/testkit';
import { type ConnectOptions, type Connector, connect, type Transport } from '@fairlead/transport';
import { describe, expect, inject, it } from 'vitest';
import { tls12 } from '../../src/tls12/index.ts';
import { overTls } from '../../src/workerd.ts';

const ca = inject('ca');
const ports = inject('tls');
const client = inject('client');
const WRONG_PIN = `sha256/${'A'.repeat(43)}=`;

/** Leads every name to the servers of this run, as a man in the middle leads it to his own. */
const misled: Connector = ({ port }, options) => connect({ hostname: '127.0.0.1', port }, options);

/** Connects and reads the server's first line, with which its tickets come. */
async function open(
  connector: Connector,
  hostname: string,
  options: ConnectOptions = {},
  port: number = ports.usual,
): Promise<Transport> {
  const transport = await connector({ hostname, port }, { tls: 'implicit', ...options });
  let text = '';
  while (!text.includes('\n')) text += toText((await transport.read()) ?? new Uint8Array([10]));
  return transport;
}

async function failure(work: Promise<unknown>) {
  const error = await work.then(
    () => new Error('should have been rejected'),
    (reason: unknown) => reason,
  );
  if (!isFairleadError(error)) throw error;
  return error;
}

describe('a session that is to be resumed', () => {
  it.each([
    ['TLS 1.3', ports.usual],
    ['TLS 1.2', ports.old],
  ])('stands for no other name than it was verified for: %s', async (_version, port) => {
    const connector = overTls({ ca, versions: [tls12] }, misled);
    await using first = await open(connector, 'other.test', {}, port);
    const again = await open(connector, 'other.test', { resume: first.tls }, port);
    expect(again.tls?.resumed).toBe(true);
    await again.close();
    // It is verified anew, and the certificate is not for that name.
    const error = await failure(open(connector, 'bank.test', { resume: first.tls }, port));
    expect(error.reason).toBe('name_mismatch');
  });

  it('stands for another port of the same name: data connections have one', async () => {
    const connector = overTls({ ca }, ({ port: _, ...to }, options) =>
      misled({ ...to, port: ports.usual }, options),
    );
    await using first = await open(connector, 'other.test', {}, 40_000);
    const again = await open(connector, 'other.test', { resume: first.tls }, 40_001);
    expect(again.tls?.resumed).toBe(true);
    await again.close();
  });

  it.each([
    ['a client certificate', client],
    ['pins', { pins: [WRONG_PIN] }],
    ['an application protocol', { alpn: ['one'] }],
    ['another version', { minVersion: 'TLSv1.3' }],
  ] as const)('is not resumed with other options: %s', async (_what, tlsOptions) => {
    const connector = overTls({ ca }, misled);
    await using first = await open(connector, 'other.test');
    expect((await failure(open(connector, 'other.test', { resume: first.tls, tlsOptions }))).code).toBe(
      'usage',
    );
  });

  it('is not resumed by another connector', async () => {
    await using first = await open(overTls({ ca }, misled), 'other.test');
    expect((await failure(open(overTls({ ca }, misled), 'other.test', { resume: first.tls }))).code).toBe(
      'usage',
    );
  });

  it('is resumed however many other options the connector has served since', async () => {
    const connector = overTls({ ca }, misled);
    await using first = await open(connector, 'other.test');
    for (let i = 0; i < 20; i++) {
      await (await open(connector, 'other.test', { tlsOptions: { alpn: ['one', `other-${i}`] } })).close();
    }
    const again = await open(connector, 'other.test', { resume: first.tls });
    expect(again.tls?.resumed).toBe(true);
    await again.close();
  });
});

describe('tickets of a connector that many share', () => {
  it.each([
    ['a client certificate', client],
    ['an application protocol', { alpn: ['one'] }],
    ['any name', { anyName: true, ca }],
    ['a pin', { pins: [WRONG_PIN] }],
    ['another name', { servername: 'localhost' }],
  ] as const)('are not used with other options: %s', async (_what, tlsOptions) => {
    const connector = overTls({ ca }, misled);
    await (await open(connector, 'other.test')).close();
    const resumed = await open(connector, 'other.test', { tlsOptions }).then(
      ({ tls }) => tls?.resumed,
      () => false,
    );
    expect(resumed).toBe(false);
  });

  it('are not used for another name, though any name would do for another caller', async () => {
    const connector = overTls({ ca }, misled);
    await (await open(connector, 'bank.test', { tlsOptions: { anyName: true, ca } })).close();
    expect((await failure(open(connector, 'bank.test'))).reason).toBe('name_mismatch');
  });
});

describe('options that change behind the connector', () => {
  it('pins that a call changes count', async () => {
    const connector = overTls({ ca }, misled);
    const pins = [WRONG_PIN];
    const first = await failure(open(connector, 'other.test', { tlsOptions: { pins } }));
    expect(first.reason).toBe('pin');
    const good = /sha256\/[A-Za-z0-9+/]{43}=/;
    expect(first.message).not.toMatch(good);
    const { publicKeyPin } = await pinOf(connector);
    pins[0] = publicKeyPin;
    await (await open(connector, 'other.test', { tlsOptions: { pins } })).close();
    pins[0] = WRONG_PIN;
    expect((await failure(open(connector, 'other.test', { tlsOptions: { pins } }))).reason).toBe('pin');
  });

  it('authorities that are taken away count', async () => {
    const authorities = [ca];
    const connector = overTls({ ca: authorities }, misled);
    await (await open(connector, 'other.test')).close();
    authorities[0] = client.cert;
    const error = await open(connector, 'other.test').then(
      ({ tls }) => tls,
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ reason: 'unknown_issuer' });
  });
});

/** The pin of the server's own key. */
async function pinOf(connector: Connector): Promise<{ publicKeyPin: string }> {
  const { readCertificate } = await import('../../src/x509/index.ts');
  const { toBase64 } = await import('@fairlead/bytes');
  await using transport = await open(connector, 'other.test');
  const der = transport.tls?.peerCertificates[0]?.der;
  if (der === undefined) throw new Error('no certificate');
  const hash = await crypto.subtle.digest('SHA-256', readCertificate(der).publicKey.spki);
  return { publicKeyPin: `sha256/${toBase64(new Uint8Array(hash))}` };
}

it('a channel binding that is not known is none, and not another one', async () => {
  for (const port of [ports.usual, ports.old]) {
    await using transport = await open(overTls({ ca, versions: [tls12] }, misled), 'other.test', {}, port);
    const { tls } = transport;
    for (const type of [
      'tls-unique',
      '',
      'TLS-EXPORTER',
      'tls-server-endpoint',
    ] as unknown[] as 'tls-exporter'[]) {
      const work = tls?.channelBinding(type) ?? Promise.resolve();
      expect((await failure(work)).code).toBe('usage');
    }
  }
});
