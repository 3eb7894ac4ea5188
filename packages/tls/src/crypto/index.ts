// Cryptography on WebCrypto: what the handshake, the records and the certificates use.
export { aes128Gcm, aes256Gcm, TLS_AES_128_GCM_SHA256, TLS_AES_256_GCM_SHA384 } from './aes-gcm.ts';
export { secp256r1, secp384r1, x25519 } from './groups.ts';
export { hkdfExpand, hkdfExtract, sha256, sha384 } from './hash.ts';
export { SCHEMES } from './signatures/schemes.ts';
export { readSigningKey } from './signatures/signing-key.ts';
export { verifySignature } from './signatures/verify.ts';
