// The handshake of TLS 1.2 against a scripted server: in full, with a client's certificate, resumed.
import { concat, fromHex } from '@fairlead/bytes';
import { FairleadError } from '@fairlead/errors';
import { describe, expect, it } from 'vitest';
import {
  secp256r1,
  secp384r1,
  sha256,
  TLS_AES_128_GCM_SHA256,
  TLS_AES_256_GCM_SHA384,
} from '../../src/crypto/index.ts';
import { framing12 } from '../../src/tls12/framing.ts';
import { tls12 } from '../../src/tls12/index.ts';
import { keyBlock, prf } from '../../src/tls12/keys/key-schedule.ts';
import { message, u8, u16, vector } from '../../src/wire/encode.ts';
import { certificate, certificates, ecdsa, run } from './running.ts';
import { type ServerOptions, startWith } from './scripted-server.ts';
import { type ClientWishes, clientHelloOf, clientIdentity, requestOf } from './setting.ts';

describe('the pseudorandom function', () => {
  it('gives what the published vector of SHA-256 says', async () => {
    const bytes = (hex: string) => fromHex(hex) ?? new Uint8Array(0);
    const secret = bytes('9bbe436ba940f017b17652849a71db35');
    const seed = bytes('a0ba9f936cda311827a6f796ffd5198c');
    expect(await prf(sha256, secret, 'test label', seed, 100)).toEqual(
      bytes(
        'e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9c9a46b4e14baf9af0fa022f7077def17abfd3797c0564bab4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff70187347b66',
      ),
    );
  });
});

describe('a full handshake', () => {
  const rsa = { suiteId: 0xc030, suite: TLS_AES_256_GCM_SHA384 };

  it('agrees on keys with which each side opens what the other sealed', async () => {
    const { server, outcome, start } = await run();
    expect(outcome.established).toMatchObject({
      version: 'TLSv1.2',
      cipher: 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
      alpn: undefined,
      resumed: false,
    });
    expect(outcome.established.certificates[0]?.der).toEqual(certificate.der);
    expect(outcome.ticket).toBeUndefined();
    const randoms = { client: start.clientRandom, server: server.random };
    const block = await keyBlock(TLS_AES_128_GCM_SHA256, server.masterSecret ?? new Uint8Array(0), randoms);
    expect(server.protections.write).toMatchObject({ iv: block.clientIv, explicitNonceBytes: 8 });
    expect(server.protections.read).toMatchObject({ iv: block.serverIv, framing: framing12 });
    const nonce = new Uint8Array(12);
    const sealed = await server.protections.write?.aead.seal(nonce, u8(1), u8(42));
    const opener = await TLS_AES_128_GCM_SHA256.aead.importKey(block.clientKey, 'open');
    expect(await opener.open(nonce, u8(1), sealed ?? new Uint8Array(0))).toEqual(u8(42));
  });

  it('exports what RFC 5705 says, with an empty context other than without one', async () => {
    const { server, outcome, start } = await run();
    const { established } = outcome;
    const master = server.masterSecret ?? new Uint8Array(0);
    const randoms = concat([start.clientRandom, server.random]);
    expect(await established.exportKeyingMaterial('EXPERIMENTAL', undefined, 40)).toEqual(
      await prf(sha256, master, 'EXPERIMENTAL', randoms, 40),
    );
    expect(await established.channelBinding('tls-exporter')).toEqual(
      await prf(sha256, master, 'EXPORTER-Channel-Binding', concat([randoms, u16(0)]), 32),
    );
    expect(await established.channelBinding('tls-server-end-point')).toEqual(
      new Uint8Array(await crypto.subtle.digest('SHA-256', certificate.der)),
    );
    await expect(established.exportKeyingMaterial('key expansion', undefined, 40)).rejects.toMatchObject({
      code: 'usage',
    });
  });

  it.each([
    ['P-384, SHA-384', { certificate: certificates.p384, scheme: 0x0503, group: secp384r1 }],
    ["a hash that is not the curve's", { certificate: certificates.p384, group: secp256r1 }],
    ['Ed25519', { certificate: certificates.ed25519, scheme: 0x0807 }],
    ['RSA', { ...rsa, certificate: certificates.rsa, scheme: 0x0401 }],
  ])('takes a server of %s', async (_, options) => {
    const { outcome } = await run(options);
    expect(outcome.established.version).toBe('TLSv1.2');
  });

  it('sends an empty certificate where it has none, and no proof', async () => {
    const { server } = await run({ asks: [0x0403] });
    expect(server.received.map(([type]) => type)).toEqual([11, 16, 0xcc, 20]);
    expect(server.received[0]).toEqual(message(11, vector(3)));
  });

  it.each(['ec-p256', 'ec-p384', 'ed25519', 'rsa'] as const)('proves a key of %s', async (kind) => {
    const { identity, publicKey } = await clientIdentity(kind);
    const asks = [0x0807, 0x0503, 0x0403, 0x0401];
    const { server } = await run({ asks, clientKey: publicKey }, { identity });
    expect(server.received.map(([type]) => type)).toEqual([11, 16, 15, 0xcc, 20]);
    expect(server.clientVerified).toBe(true);
  });

  it('says what was missing where the server asked for a certificate and hung up', async () => {
    const request = requestOf();
    const { server, start } = await startWith({ ...ecdsa, asks: [0x0403] }, request, clientHelloOf(request));
    server.expectChangeCipherSpec = () => Promise.reject(new FairleadError('connection_lost', 'gone'));
    await expect(tls12.handshake(start)).rejects.toMatchObject({
      name: 'TlsFault',
      message: expect.stringContaining('tls.cert'),
    });
    const other = await startWith(ecdsa, request, clientHelloOf(request));
    other.server.expectChangeCipherSpec = () => Promise.reject(new FairleadError('connection_lost', 'gone'));
    await expect(tls12.handshake(other.start)).rejects.toMatchObject({ code: 'connection_lost' });
  });

  it('says what to do where the server takes no signature of the key', async () => {
    const { identity } = await clientIdentity('ed25519');
    await expect(run({ asks: [0x0401] }, { identity })).rejects.toMatchObject({
      alert: 'handshake_failure',
      message: expect.stringContaining('another kind'),
    });
  });
});

describe('resumption', () => {
  const identity = Uint8Array.of(1, 2, 3);

  async function ticketFrom(server: Partial<ServerOptions>) {
    const first = await run(server);
    const { ticket } = first.outcome;
    if (ticket === undefined) throw new Error('no ticket');
    return { ticket, master: first.server.masterSecret ?? new Uint8Array(0) };
  }

  /** The server resumes: it echoes the session ID of ClientHello. */
  async function resume(wishes: ClientWishes, server: Partial<ServerOptions>) {
    const request = requestOf(wishes);
    const clientHello = clientHelloOf(request, wishes);
    const sessionId = clientHello.slice(39, 39 + (clientHello[38] ?? 0));
    const started = await startWith({ ...ecdsa, sessionId, ...server }, request, clientHello);
    return { ...started, clientHello, outcome: await tls12.handshake(started.start) };
  }

  it('takes a ticket, and resumes with it', async () => {
    const { ticket, master } = await ticketFrom({ ticket: { lifetime: 60, identity } });
    expect(ticket).toMatchObject({ version: 'TLSv1.2', identity, secret: master, cipherSuite: 0xc02b });
    expect(ticket.expiresAt - ticket.receivedAt).toBe(60_000);
    const { outcome, server } = await resume({ ticket }, { resumes: master });
    expect(outcome.established).toMatchObject({ resumed: true, certificates: [{ der: certificate.der }] });
    expect(server.received.map(([type]) => type)).toEqual([0xcc, 20]);
    expect(outcome.ticket).toBeUndefined();
  });

  it('takes the new ticket of a resumed session', async () => {
    const { ticket, master } = await ticketFrom({ ticket: { lifetime: 0, identity } });
    expect(ticket.expiresAt - ticket.receivedAt).toBe(7_200_000);
    const renewed = { lifetime: 9_999_999, identity: u8(9) };
    const { outcome } = await resume({ ticket }, { resumes: master, ticket: renewed });
    expect(outcome.ticket).toMatchObject({ identity: u8(9), secret: master });
  });

  it('resumes by session ID where there is no ticket', async () => {
    const sessionId = crypto.getRandomValues(new Uint8Array(32));
    const { ticket, master } = await ticketFrom({ sessionId });
    const { outcome, clientHello } = await resume({ ticket }, { resumes: master });
    expect(clientHello.subarray(39, 71)).toEqual(sessionId);
    expect(outcome.established.resumed).toBe(true);
  });

  it('goes on in full where the server does not resume', async () => {
    const { ticket } = await ticketFrom({ ticket: { lifetime: 60, identity } });
    const { outcome } = await run({}, { ticket });
    expect(outcome).toMatchObject({ established: { resumed: false }, ticket: undefined });
  });

  it('refuses to resume with another suite, without a ticket, and with a wrong secret', async () => {
    const { ticket, master } = await ticketFrom({ ticket: { lifetime: 60, identity } });
    const illegal = { alert: 'illegal_parameter' };
    await expect(resume({ ticket }, { resumes: master, suiteId: 0xc02f })).rejects.toMatchObject(illegal);
    await expect(resume({}, { resumes: master })).rejects.toMatchObject(illegal);
    const wrong = { alert: 'decrypt_error' };
    await expect(resume({ ticket }, { resumes: master.map((byte) => byte ^ 1) })).rejects.toMatchObject(
      wrong,
    );
  });

  it('keeps no empty ticket', async () => {
    const { outcome } = await run({ ticket: { lifetime: 60, identity: new Uint8Array(0) } });
    expect(outcome.ticket).toBeUndefined();
  });
});
