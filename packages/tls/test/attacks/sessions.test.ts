// Sessions and settings that would end up with somebody else: resumption to another server, lists that change behind the connector,
// sessions of connections that failed.
import { concat } from '@fairlead/bytes';
import { isFairleadError } from '@fairlead/errors';
import { memoryConnector } from '@fairlead/testkit';
import { expectNoUnhandledRejection } from '@fairlead/testkit/unhandled';
import { type Connector, connect, type TlsSession, type Transport } from '@fairlead/transport';
import { expect, inject, it } from 'vitest';
import { tls12 } from '../../src/tls12/index.ts';
import { type OverTlsOptions, overTls } from '../../src/workerd.ts';
import { handshakeMessage } from '../hostile/server/encoder.ts';
import { newSessionTicket } from '../hostile/server/messages.ts';
import { type Identity, ScriptedServer } from '../hostile/server/server.ts';
import { echo, identityOf } from '../hostile/trial.ts';
import { makeCertificate, makeKey } from '../x509/make-certificate.ts';

expectNoUnhandledRejection();

const authority = await makeCertificate({ subject: 'CN=authority', ca: true, key: await makeKey() });
const PING = new TextEncoder().encode('ping');

async function identityFor(name: string): Promise<Identity> {
  return identityOf(await makeCertificate({ subject: 'CN=server', signer: authority, san: [`DNS:${name}`] }));
}

/** Serves by host name; each gives a ticket behind the handshake. Counts the hellos that offer a session. */
function network(identities: Readonly<Record<string, Identity>>) {
  const offers: string[] = [];
  const dial: Connector = (address, options) => {
    const identity = identities[address.hostname];
    if (identity === undefined) throw new Error('no such server');
    return memoryConnector(async (raw) => {
      const read = async (): Promise<Uint8Array | undefined> => {
        const bytes = (await raw.read())?.slice();
        // pre_shared_key is the last extension, and the hello the first record.
        if (bytes?.[0] === 22 && hasSession(bytes)) offers.push(address.hostname);
        return bytes;
      };
      const server = new ScriptedServer({ read, write: (bytes) => raw.write(bytes) }, { identity });
      const verdict = await server.play();
      if (verdict.kind === 'finished') {
        await server.send(newSessionTicket(crypto.getRandomValues(new Uint8Array(40))));
        await echo(server);
      }
      raw.end();
    })(address, options);
  };
  return { dial, offers };
}

function hasSession(record: Uint8Array): boolean {
  for (let i = 43; i + 1 < record.length; i++)
    if (record[i] === 0 && record[i + 1] === 41 && isLast(record, i)) return true;
  return false;
}

function isLast(record: Uint8Array, at: number): boolean {
  return at + 4 + (((record[at + 2] ?? 0) << 8) | (record[at + 3] ?? 0)) === record.length;
}

async function visit(
  connector: Connector,
  hostname: string,
  options: { readonly resume?: TlsSession | undefined; readonly tlsOptions?: OverTlsOptions } = {},
): Promise<Transport> {
  const transport = await connector(
    { hostname, port: 990 },
    { tls: 'implicit', connectTimeoutMs: 5_000, ...options },
  );
  await transport.write(PING);
  await transport.read(PING.length);
  await transport.close();
  return transport;
}

async function failureOf(work: Promise<unknown>) {
  const error = await work.then(
    () => new Error('it was accepted'),
    (reason: unknown) => reason,
  );
  if (!isFairleadError(error)) throw error;
  return error;
}

it('a session is not resumed with another server, whose tickets would then be those of the first', async () => {
  const { dial, offers } = network({
    'a.test': await identityFor('a.test'),
    'b.test': await identityFor('b.test'),
  });
  const connector = overTls({ ca: authority.pem }, dial);
  const a = await visit(connector, 'a.test');
  const resuming = { resume: a.tls };
  const b = await visit(connector, 'b.test', resuming);
  expect(b.tls?.peerCertificates[0]?.names).toEqual(['DNS:b.test']);
  expect(offers).toEqual([]);
  // Two tickets came, one of each: a.test gets its own, and then has none of b.test's left.
  await visit(connector, 'a.test', resuming);
  expect(offers).toEqual(['a.test']);
});

it('no session is offered where the name, the port or any option is another', async () => {
  const both = identityOf(
    await makeCertificate({ subject: 'CN=server', signer: authority, san: ['DNS:a.test', 'DNS:b.test'] }),
  );
  const { dial, offers } = network({ 'a.test': both, 'b.test': both });
  const connector = overTls({ ca: authority.pem }, dial);
  await visit(connector, 'a.test');
  await visit(connector, 'b.test');
  await visit(connector, 'a.test', { tlsOptions: { servername: 'b.test' } });
  await visit(connector, 'a.test', { tlsOptions: { anyName: true } });
  await visit(connector, 'a.test', { tlsOptions: { alpn: ['x'] } });
  await visit(connector, 'a.test', { tlsOptions: { minVersion: 'TLSv1.3' } });
  expect(offers).toEqual([]);
  await visit(connector, 'a.test');
  expect(offers).toEqual(['a.test']);
});

it('a session is not resumed under other options, nor by another connector', async () => {
  const { dial } = network({ 'a.test': await identityFor('a.test') });
  const connector = overTls({ ca: authority.pem }, dial);
  const a = await visit(connector, 'a.test');
  const options = { resume: a.tls };
  expect((await failureOf(visit(overTls({ ca: authority.pem }, dial), 'a.test', options))).code).toBe(
    'usage',
  );
  const others = { ...options, tlsOptions: { anyName: true } };
  expect((await failureOf(visit(connector, 'a.test', others))).code).toBe('usage');
});

it('lists that the caller changes afterwards are other wishes', async () => {
  const other = await makeCertificate({ subject: 'CN=other', ca: true, key: await makeKey() });
  const { dial } = network({ 'a.test': await identityFor('a.test') });
  const connector = overTls({}, dial);
  const ca = [authority.pem];
  await visit(connector, 'a.test', { tlsOptions: { ca } });
  ca[0] = other.pem;
  expect((await failureOf(visit(connector, 'a.test', { tlsOptions: { ca } }))).reason).toBe('unknown_issuer');
  // While the settings are made, too.
  const pins = [`sha256/${'A'.repeat(43)}=`];
  const refused = failureOf(visit(connector, 'a.test', { tlsOptions: { ca: authority.pem, pins } }));
  pins.length = 0;
  expect((await refused).reason).toBe('pin');
});

it('a session that made a handshake fail is not offered again', async () => {
  const { old } = inject('tls');
  let broken = false;
  // A server of TLS 1.2 that says it resumes, under a suite that was not offered.
  const liar = memoryConnector(async (raw) => {
    const hello = (await raw.read())?.slice() ?? new Uint8Array(0);
    const sessionId = hello.subarray(44, 44 + (hello[43] ?? 0));
    const answer = handshakeMessage(2, (message) => {
      message.number(0x0303, 2).raw(crypto.getRandomValues(new Uint8Array(32)));
      message
        .vector(1, (id) => id.raw(sessionId))
        .number(0xc0ff, 2)
        .number(0, 1);
      message.vector(2, (all) => {
        all.extension(23, () => undefined);
        all.extension(0xff01, (info) => info.vector(1, () => undefined));
      });
    });
    await raw.write(concat([Uint8Array.of(22, 3, 3, 0, answer.bytes.length), answer.bytes]));
    await raw.read();
    raw.end();
  });
  const dial: Connector = (address, options) => (broken ? liar : connect)(address, options);
  const connector = overTls({ ca: inject('ca'), versions: [tls12] }, dial);
  const resumed = async (): Promise<boolean | undefined> => {
    const transport = await connector({ hostname: '127.0.0.1', port: old }, { tls: 'implicit' });
    await transport.read();
    await transport.close();
    return transport.tls?.resumed;
  };
  expect([await resumed(), await resumed()]).toEqual([false, true]);
  broken = true;
  expect((await failureOf(resumed())).reason).toBe('protocol');
  broken = false;
  expect([await resumed(), await resumed()]).toEqual([false, true]);
});
