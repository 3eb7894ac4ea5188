// AES-GCM by WebCrypto (RFC 5116 sections 5.1 and 5.2), and the cipher suites of TLS 1.3 on it (RFC 8446 appendix B.4).
import { sha256, sha384 } from './hash.ts';
import type { Aead, AeadAlgorithm, CipherSuite } from './types.ts';

/** AES-128-GCM. */
export const aes128Gcm: AeadAlgorithm = aesGcm('AES-128-GCM', 16);

/** AES-256-GCM. */
export const aes256Gcm: AeadAlgorithm = aesGcm('AES-256-GCM', 32);

/** The suite that every TLS 1.3 server has (RFC 8446 section 9.1). */
export const TLS_AES_128_GCM_SHA256: CipherSuite = {
  id: 0x1301,
  name: 'TLS_AES_128_GCM_SHA256',
  hash: sha256,
  aead: aes128Gcm,
};

/** The suite that OpenSSL's servers prefer. */
export const TLS_AES_256_GCM_SHA384: CipherSuite = {
  id: 0x1302,
  name: 'TLS_AES_256_GCM_SHA384',
  hash: sha384,
  aead: aes256Gcm,
};

function aesGcm(name: string, keyBytes: number): AeadAlgorithm {
  return {
    name,
    keyBytes,
    // RFC 8446 section 5.5 allows 2^24.5.
    maxRecords: 2 ** 24,
    explicitNonceBytes: 8,
    async importKey(key, use) {
      const usage = use === 'seal' ? 'encrypt' : 'decrypt';
      return aeadOf(await crypto.subtle.importKey('raw', key, 'AES-GCM', false, [usage]));
    },
  };
}

function aeadOf(key: CryptoKey): Aead {
  return {
    async seal(nonce, aad, plaintext) {
      const params = { name: 'AES-GCM', iv: nonce, additionalData: aad };
      return new Uint8Array(await crypto.subtle.encrypt(params, key, plaintext));
    },
    async open(nonce, aad, ciphertext) {
      const params = { name: 'AES-GCM', iv: nonce, additionalData: aad };
      try {
        return new Uint8Array(await crypto.subtle.decrypt(params, key, ciphertext));
      } catch {
        // A wrong tag, and a ciphertext shorter than one.
        return undefined;
      }
    },
  };
}
