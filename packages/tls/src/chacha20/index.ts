// ChaCha20-Poly1305 (RFC 8439) as an export of its own: WebCrypto does not have it, and in JavaScript it takes several times as long
// as AES-GCM does there.
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { sha256 } from '../crypto/hash.ts';
import type { AeadAlgorithm, CipherSuite } from '../crypto/types.ts';

const CHACHA20_POLY1305: AeadAlgorithm = {
  name: 'CHACHA20-POLY1305',
  keyBytes: 32,
  // RFC 8446 section 5.5: the sequence number would end before. Numbers of JavaScript are exact up to here and beyond.
  maxRecords: 2 ** 48,
  explicitNonceBytes: 0,
  async importKey(key) {
    const own = key.slice();
    return {
      async seal(nonce, aad, plaintext) {
        return chacha20poly1305(own, nonce, aad).encrypt(plaintext);
      },
      async open(nonce, aad, ciphertext) {
        try {
          return chacha20poly1305(own, nonce, aad).decrypt(ciphertext);
        } catch {
          // A wrong tag, and a ciphertext shorter than one.
          return undefined;
        }
      },
    };
  },
};

/**
 * For servers that have no AES, or by preference: the option `cipherSuites`. With `tls12` it stands for the suites with ECDHE of
 * RFC 7905 too.
 * @example
 * ```ts
 * import { overTls } from '@fairlead/tls';
 * import { TLS_CHACHA20_POLY1305_SHA256 } from '@fairlead/tls/chacha20';
 *
 * const connector = overTls({ cipherSuites: [TLS_CHACHA20_POLY1305_SHA256] });
 * ```
 */
export const TLS_CHACHA20_POLY1305_SHA256: CipherSuite = {
  id: 0x1303,
  name: 'TLS_CHACHA20_POLY1305_SHA256',
  hash: sha256,
  aead: CHACHA20_POLY1305,
};
