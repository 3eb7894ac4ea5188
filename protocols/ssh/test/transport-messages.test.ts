// The transport layer's messages as bytes: both directions, too short, with trailing bytes; negotiation and states.
import { feedAllWays } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { mayCome } from '../src/session/exchange-states.ts';
import { negotiate } from '../src/session/negotiation.ts';
import { SshWriter } from '../src/wire/ssh-writer.ts';
import { IdentificationDecoder } from '../src/wire/transport/identification.ts';
import { decodeKexInit, encodeKexInit, type KexInit } from '../src/wire/transport/kex-init.ts';
import {
  decodeDisconnect,
  decodeKexReply,
  decodeSignatureAlgorithms,
  encodeDisconnect,
} from '../src/wire/transport/transport-messages.ts';
import { message } from './support/raw-session.ts';

const INIT: KexInit = {
  keyExchanges: ['curve25519-sha256', 'ext-info-c'],
  hostKeys: ['ssh-ed25519', 'rsa-sha2-512'],
  ciphersToServer: ['gcm', 'ctr'],
  ciphersToClient: ['ctr'],
  macsToServer: ['etm'],
  macsToClient: ['etm', 'plain'],
  compressionToServer: ['none'],
  compressionToClient: ['none', 'zlib'],
  guesses: true,
};
const cookie = Uint8Array.from({ length: 16 }, (_, at) => at);
const withOneMore = (bytes: Uint8Array): Uint8Array => Uint8Array.from([...bytes, 0]);

describe('messages', () => {
  it('KEXINIT comes back as it was, and only whole', () => {
    const bytes = encodeKexInit(INIT, cookie);
    expect(decodeKexInit(bytes)).toEqual(INIT);
    for (let end = 0; end < bytes.length; end++) {
      expect(() => decodeKexInit(bytes.subarray(0, end))).toThrowError(
        expect.objectContaining({ code: 'protocol' }),
      );
    }
    expect(() => decodeKexInit(withOneMore(bytes))).toThrowError(
      expect.objectContaining({ code: 'protocol' }),
    );
  });

  it('the reply has three strings, and only these', () => {
    const bytes = message(31, 'key', 'value', 'signature');
    expect(new TextDecoder().decode(decodeKexReply(bytes).signature)).toBe('signature');
    for (let end = 0; end < bytes.length; end++)
      expect(() => decodeKexReply(bytes.subarray(0, end))).toThrow();
    expect(() => decodeKexReply(withOneMore(bytes))).toThrow();
  });

  it('DISCONNECT loses what a terminal would obey', () => {
    const bytes = encodeDisconnect({ reason: 2, description: 'bad\x1b[2J\u009b packet' });
    expect(decodeDisconnect(bytes)).toEqual({ reason: 2, description: 'bad[2J packet' });
    expect(decodeDisconnect(message(1, 2, 'x'.repeat(1_000))).description).toHaveLength(200);
  });

  it('EXT_INFO: server-sig-algs among others, empty, absent, too many, cut', () => {
    const sigAlgs = ['server-sig-algs', 'a,b'];
    expect(decodeSignatureAlgorithms(message(7, 2, 'no-flow-control', 'p', ...sigAlgs))).toEqual(['a', 'b']);
    expect(decodeSignatureAlgorithms(message(7, 1, 'server-sig-algs', ''))).toEqual([]);
    expect(decodeSignatureAlgorithms(message(7, 0))).toBeUndefined();
    const many = new SshWriter(1 << 20);
    many.u8(7);
    many.u32(0xffff_ffff);
    for (let n = 0; n < 70; n++) for (const each of ['x', 'y']) many.string(each);
    expect(decodeSignatureAlgorithms(many.take())).toBeUndefined();
    expect(() => decodeSignatureAlgorithms(message(7, 2, ...sigAlgs))).toThrow();
  });

  it('the identification, however it is cut, and the packets behind it', () => {
    const wire = 'welcome\r\nSSH-2.0-OpenSSH_10.0p2 Debian-7\r\nPACKETS';
    feedAllWays(
      wire,
      (chunks) => {
        const decoder = new IdentificationDecoder();
        let software: string | undefined;
        let rest = '';
        for (const chunk of chunks) {
          if (software !== undefined) {
            rest += new TextDecoder().decode(chunk);
            continue;
          }
          decoder.push(chunk);
          software = decoder.next()?.software;
          if (software !== undefined) rest = new TextDecoder().decode(decoder.rest());
          decoder.keep();
        }
        return [software, rest];
      },
      (got) => expect(got).toEqual(['OpenSSH_10.0p2 Debian-7', 'PACKETS']),
    );
  });

  it('an identification that says both versions', () => {
    const decoder = new IdentificationDecoder();
    decoder.push(new TextEncoder().encode('SSH-1.99-Cisco-1.25\n'));
    expect(decoder.next()?.software).toBe('Cisco-1.25');
  });
});

describe('negotiation', () => {
  const authenticates = (name: string) => name === 'gcm';
  const server: KexInit = { ...INIT, keyExchanges: ['x', 'curve25519-sha256'], guesses: false };

  it('takes our first that the server has, and no MAC where the cipher has one', () => {
    expect(negotiate(INIT, server, authenticates)).toEqual({
      keyExchange: 'curve25519-sha256',
      hostKey: 'ssh-ed25519',
      cipherToServer: 'gcm',
      cipherToClient: 'ctr',
      macToServer: undefined,
      macToClient: 'etm',
      skipsGuess: false,
    });
  });

  it('knows a wrong guess by the first names', () => {
    expect(negotiate(INIT, { ...server, guesses: true }, authenticates).skipsGuess).toBe(true);
    expect(negotiate(INIT, INIT, authenticates).skipsGuess).toBe(false);
    const otherKey = { ...INIT, hostKeys: ['rsa-sha2-512', 'ssh-ed25519'] };
    expect(negotiate(INIT, otherKey, authenticates).skipsGuess).toBe(true);
  });

  const kinds = [
    ['key exchange', { keyExchanges: ['ext-info-c'] }],
    ['host key algorithm', { hostKeys: ['ssh-rsa'] }],
    ['cipher', { ciphersToServer: ['chacha20-poly1305@openssh.com'] }],
    ['MAC', { macsToClient: ['hmac-sha1'] }],
    ['compression', { compressionToServer: ['zlib'] }],
  ] as const;
  it.each(kinds)('no common %s', (kind, change) => {
    const attempt = () => negotiate(INIT, { ...server, ...change }, authenticates);
    expect(attempt).toThrowError(
      expect.objectContaining({
        code: 'protocol',
        server: expect.objectContaining({ code: 'no_common_algorithm' }),
      }),
    );
    expect(attempt).toThrow(kind);
  });

  it('names the export that helps', () => {
    const only = (change: Partial<KexInit>) => () => negotiate(INIT, { ...server, ...change }, authenticates);
    expect(only({ keyExchanges: ['mlkem768x25519-sha256'] })).toThrow('@fairlead/ssh/mlkem');
    expect(only({ ciphersToClient: ['chacha20-poly1305@openssh.com'] })).toThrow('@fairlead/ssh/chacha20');
  });
});

it('states: what may come', () => {
  const later = { first: false, strict: true };
  const firstStrict = { first: true, strict: true };
  expect(mayCome('settled', 94, later)).toBe(true);
  expect(mayCome('init_sent', 94, later)).toBe(true);
  expect(mayCome('reply_owed', 94, later)).toBe(false);
  expect(mayCome('newkeys_owed', 20, later)).toBe(false);
  expect(mayCome('settled', 31, later)).toBe(false);
  expect(mayCome('reply_owed', 2, later)).toBe(true);
  expect(mayCome('reply_owed', 2, firstStrict)).toBe(false);
  expect(mayCome('reply_owed', 1, firstStrict)).toBe(true);
  expect(mayCome('init_sent', 94, { first: true, strict: false })).toBe(false);
});
