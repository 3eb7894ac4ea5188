// What KEXINIT offers: the order, the extras, and what `algorithms` leaves of it.
import { describe, expect, it } from 'vitest';
import { chacha20Poly1305 } from '../src/chacha20/index.ts';
import { kexInitOf, type OfferOptions, offerOf } from '../src/connection/link/offers.ts';
import { mlkem768x25519 } from '../src/mlkem/index.ts';
import { anyHostKey } from './support/host-key.ts';

const offered = (options?: OfferOptions, first = true) => kexInitOf(offerOf(anyHostKey(), options), first);

describe('the offer', () => {
  it('has nothing old, and the signals at the end of the first', () => {
    const init = offered();
    expect(init.keyExchanges).toEqual([
      'curve25519-sha256',
      'curve25519-sha256@libssh.org',
      'ecdh-sha2-nistp256',
      'ecdh-sha2-nistp384',
      'ext-info-c',
      'kex-strict-c-v00@openssh.com',
    ]);
    expect(init.ciphersToServer).toEqual([
      'aes256-gcm@openssh.com',
      'aes128-gcm@openssh.com',
      'aes256-ctr',
      'aes128-ctr',
    ]);
    expect(init.macsToClient).toEqual([
      'hmac-sha2-256-etm@openssh.com',
      'hmac-sha2-512-etm@openssh.com',
      'hmac-sha2-256',
      'hmac-sha2-512',
    ]);
    expect(JSON.stringify(init)).not.toMatch(/sha1|cbc|diffie|ssh-rsa/);
  });

  it('puts hybrids first, and ciphers in JavaScript last', () => {
    const init = offered({ keyExchanges: [mlkem768x25519], ciphers: [chacha20Poly1305] }, false);
    expect(init.keyExchanges[0]).toBe('mlkem768x25519-sha256');
    expect(init.ciphersToClient.at(-1)).toBe('chacha20-poly1305@openssh.com');
  });

  it('is narrowed by names, in its own order', () => {
    const algorithms = ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'curve25519-sha256'];
    expect(offered({ algorithms }, false)).toMatchObject({
      keyExchanges: ['curve25519-sha256'],
      ciphersToServer: ['aes256-gcm@openssh.com', 'aes128-gcm@openssh.com'],
      macsToServer: [],
    });
  });

  it.each([
    [['aes256-gcm@openssh.com'], 'no key exchange'],
    [['curve25519-sha256'], 'no cipher'],
    [['curve25519-sha256', 'aes256-ctr'], 'no MAC'],
    [['curve25519-sha256', 'hmac-sha2-256'], 'no cipher'],
    [['curve25519-sha256', 'aes256-gcm@openssh.com', 'aes128-cbc'], 'aes128-cbc is none of'],
    [['curve25519-sha256', 'chacha20-poly1305@openssh.com'], 'chacha20-poly1305@openssh.com is none of'],
  ])('refuses %j', (algorithms, words) => {
    expect(() => offered({ algorithms })).toThrowError(
      expect.objectContaining({ code: 'usage', message: expect.stringContaining(words) }),
    );
  });
});
