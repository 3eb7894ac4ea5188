// What a server of TLS 1.2 may not do: each thing leads to its alert.
import { concat } from '@fairlead/bytes';
import { describe, expect, it } from 'vitest';
import { secp256r1, x25519 } from '../../src/crypto/index.ts';
import { message, u8, u16, u32, vector } from '../../src/wire/encode.ts';
import { alertOf, certificate, certificates, instead, run, tail } from './running.ts';
import { lawfulExtensions, type ServerOptions } from './scripted-server.ts';

describe('ServerHello', () => {
  const [ems = u8(0), renegotiation = u8(0)] = lawfulExtensions();
  const extension = (id: number, ...data: Uint8Array[]) => concat([u16(id), vector(2, ...data)]);
  const withExtensions = (...more: Uint8Array[]) => ({ extensions: [ems, renegotiation, ...more] });

  it.each([
    ['no extended master secret', { extensions: [renegotiation] }, 'handshake_failure'],
    ['no renegotiation info', { extensions: [ems] }, 'handshake_failure'],
    ['a renegotiation', { extensions: [ems, extension(0xff01, vector(1, u8(1)))] }, 'handshake_failure'],
    ['a malformed renegotiation info', { extensions: [ems, extension(0xff01)] }, 'decode_error'],
    ['an extension that was not asked for', withExtensions(extension(1)), 'unsupported_extension'],
    ['an extension of TLS 1.3', withExtensions(extension(13, u16(0))), 'unsupported_extension'],
    [
      'ALPN that was not asked for',
      withExtensions(extension(16, vector(2, vector(1, u8(65))))),
      'unsupported_extension',
    ],
    ['a name with something in it', withExtensions(extension(0, u8(1))), 'decode_error'],
    ['a ticket in ServerHello', withExtensions(extension(35, u8(1))), 'decode_error'],
    ['only compressed points', withExtensions(extension(11, vector(1, u8(1)))), 'illegal_parameter'],
    ['no format of points', withExtensions(extension(11, vector(1))), 'decode_error'],
    ['a suite that was not offered', { suiteId: 0xc013 }, 'illegal_parameter'],
    ['a suite of TLS 1.3', { suiteId: 0x1301 }, 'illegal_parameter'],
    ['a long session ID', { sessionId: new Uint8Array(33) }, 'decode_error'],
  ])('refuses %s', async (_, options, alert) => {
    expect(await alertOf(options)).toBe(alert);
  });

  it('takes point formats and a name that was sent, and no answer to one that was not', async () => {
    const answered = withExtensions(extension(11, vector(1, u8(0), u8(1))), extension(0));
    expect(await alertOf(answered)).toBe('none');
    expect(await alertOf(answered, { sni: false })).toBe('unsupported_extension');
  });

  it('takes one application protocol of those offered', async () => {
    const chosen = (...names: string[]) =>
      withExtensions(
        extension(16, vector(2, ...names.map((name) => vector(1, new TextEncoder().encode(name))))),
      );
    const alpn = ['mqtt', 'irc'];
    const { outcome } = await run(chosen('irc'), { alpn });
    expect(outcome.established.alpn).toBe('irc');
    expect(await alertOf(chosen('imap'), { alpn })).toBe('illegal_parameter');
    expect(await alertOf(chosen('irc', 'mqtt'), { alpn })).toBe('decode_error');
    expect(await alertOf(chosen(), { alpn })).toBe('decode_error');
  });

  it('refuses compression and bytes left over', async () => {
    const { serverHello } = (await run()).start;
    const compressed = serverHello.slice();
    compressed[4 + 2 + 32 + 1 + 2] = 1;
    await expect(run({}, {}, compressed)).rejects.toMatchObject({ alert: 'illegal_parameter' });
    await expect(run({}, {}, tail(serverHello))).rejects.toMatchObject({ alert: 'decode_error' });
  });
});

describe('the flight of the server', () => {
  const flip = (whole: Uint8Array, at: number) =>
    whole.map((byte, index) => (index === at ? byte ^ 1 : byte));
  const exchange = (change: (body: Uint8Array) => Uint8Array) =>
    instead('ServerKeyExchange', (whole) => [message(12, change(whole.slice(4)))]);

  it.each<[string, Partial<ServerOptions>, string]>([
    ['no certificate', instead('Certificate', () => [message(11, vector(3))]), 'decode_error'],
    [
      'an empty certificate',
      instead('Certificate', () => [message(11, vector(3, vector(3)))]),
      'decode_error',
    ],
    ['a certificate too many', { chain: new Array<Uint8Array>(10).fill(certificate.der) }, 'bad_certificate'],
    ['HelloRequest', instead('Certificate', (whole) => [message(0), whole]), 'unexpected_message'],
    ['bytes behind the certificates', instead('Certificate', (whole) => [tail(whole)]), 'decode_error'],
    ['an RSA key under ECDSA', { certificate: certificates.rsa, scheme: 0x0401 }, 'illegal_parameter'],
    ['a curve that was not offered', { certificate: certificates.p521 }, 'illegal_parameter'],
    ['an explicit curve', exchange((body) => flip(body, 0)), 'decode_error'],
    ['a changed share', exchange((body) => flip(body, 10)), 'decrypt_error'],
    ['a group that was not offered', exchange((body) => flip(body, 2)), 'illegal_parameter'],
    ['a scheme that was not offered', exchange((body) => flip(body, 5 + 32)), 'illegal_parameter'],
    ['a changed signature', exchange((body) => flip(body, body.length - 1)), 'decrypt_error'],
    ['bytes behind the signature', instead('ServerKeyExchange', (whole) => [tail(whole)]), 'decode_error'],
    ['a ServerHelloDone with a body', instead('ServerHelloDone', (whole) => [tail(whole)]), 'decode_error'],
    ['a wrong Finished', instead('Finished', (whole) => [flip(whole, 9)]), 'decrypt_error'],
    [
      'a short Finished',
      instead('Finished', (whole) => [message(20, whole.subarray(4, 15))]),
      'decrypt_error',
    ],
    ['a long Finished', instead('Finished', (whole) => [tail(whole)]), 'decrypt_error'],
  ])('refuses %s', async (_, options, alert) => {
    expect(await alertOf(options)).toBe(alert);
  });

  it.each<[string, Uint8Array]>([
    ['no kinds of certificates', message(13, vector(1), vector(2, u16(0x0403)), vector(2))],
    ['no schemes', message(13, vector(1, u8(64)), vector(2), vector(2))],
    ['half a scheme', message(13, vector(1, u8(64)), vector(2, u8(4), u16(3)), vector(2))],
    [
      'an authority without a name',
      message(13, vector(1, u8(64)), vector(2, u16(0x0403)), vector(2, vector(2))),
    ],
    ['bytes left over', message(13, vector(1, u8(64)), vector(2, u16(0x0403)), vector(2), u8(0))],
  ])('refuses a request for a certificate with %s', async (_, request) => {
    expect(await alertOf({ asks: [0x0403], ...instead('CertificateRequest', () => [request]) })).toBe(
      'decode_error',
    );
  });

  it('refuses a key exchange on a post-quantum group, whoever offers it', async () => {
    const hybrid = { ...x25519, id: 4588, name: 'X25519MLKEM768' };
    expect(await alertOf({ group: hybrid }, { groups: [hybrid, x25519, secp256r1] })).toBe(
      'illegal_parameter',
    );
  });

  it('refuses every message that is missing, doubled, or in front of its predecessor', async () => {
    const asked: Partial<ServerOptions> = {
      asks: [0x0403],
      ticket: { lifetime: 60, identity: u8(1) },
    };
    expect(await alertOf(asked)).toBe('none');
    const names = [
      'Certificate',
      'ServerKeyExchange',
      'ServerHelloDone',
      'NewSessionTicket',
      'Finished',
    ] as const;
    for (const name of names) {
      const twice = await alertOf({ ...asked, ...instead(name, (whole) => [whole, whole]) }).catch(
        () => 'more',
      );
      // What comes behind the last message is the record layer's to refuse.
      expect([name, twice]).toEqual([name, name === 'Finished' ? 'none' : 'unexpected_message']);
      const early = instead(name, (whole) => [message(20, u32(0)), whole]);
      expect([name, await alertOf({ ...asked, ...early })]).toEqual([
        name,
        name === 'Finished' ? 'decrypt_error' : 'unexpected_message',
      ]);
      if (name === 'Finished' || name === 'ServerHelloDone') continue;
      expect([name, await alertOf({ ...asked, ...instead(name, () => []) })]).toEqual([
        name,
        'unexpected_message',
      ]);
    }
  });
});
