// The seam between the handshake and cryptography: types only. What is behind it is WebCrypto, or an export of its own.

/** A hash function of the key schedule. */
export interface Hash {
  readonly name: 'SHA-256' | 'SHA-384';
  /** Length of a hash in bytes. */
  readonly bytes: number;
  digest(data: Uint8Array): Promise<Uint8Array>;
  /** @param key Imported once and kept as long as this array is: its bytes must not change behind the first call. */
  hmac(key: Uint8Array, data: Uint8Array): Promise<Uint8Array>;
}

/** One direction's record protection, with its key set. */
export interface Aead {
  /** @returns The ciphertext with its tag behind it. Several calls may be on their way at once. */
  seal(nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Promise<Uint8Array>;
  /** @returns The plaintext; `undefined` where the tag is wrong. Several calls may be on their way at once. */
  open(nonce: Uint8Array, aad: Uint8Array, ciphertext: Uint8Array): Promise<Uint8Array | undefined>;
}

/** An AEAD algorithm. Its tags have 16 bytes and its nonces 12. */
export interface AeadAlgorithm {
  readonly name: string;
  readonly keyBytes: number;
  /** How many full records one key may protect (RFC 8446 section 5.5); the writer updates its key before. */
  readonly maxRecords: number;
  /** What a nonce of TLS 1.2 is made of: 4 bytes of the key block and 8 explicit ones (AES-GCM), or 12 implicit ones. */
  readonly explicitNonceBytes: 8 | 0;
  importKey(key: Uint8Array, use: 'seal' | 'open'): Promise<Aead>;
}

/** A cipher suite of TLS 1.3. */
export interface CipherSuite {
  /** IANA number. */
  readonly id: number;
  /** IANA name. */
  readonly name: string;
  readonly hash: Hash;
  readonly aead: AeadAlgorithm;
}

/** An (EC)DH group or a key encapsulation. */
export interface Group {
  /** IANA number: 29 for X25519. */
  readonly id: number;
  /** IANA name: `x25519`, `secp256r1`, `X25519MLKEM768`. */
  readonly name: string;
  /** An ephemeral key pair, made anew for each handshake. */
  generate(): Promise<KeyShare>;
}

/** An ephemeral key. */
export interface KeyShare {
  /** What goes to the server. */
  readonly share: Uint8Array;
  /**
   * The shared secret. Call it once.
   * @throws TlsFault `illegal_parameter`: a share of a wrong length, a point that is not on the curve, a secret of zeros.
   */
  agree(serverShare: Uint8Array): Promise<Uint8Array>;
}

/** The kinds of public keys in certificates. */
export type KeyKind = 'rsa' | 'rsa-pss' | 'ec-p256' | 'ec-p384' | 'ec-p521' | 'ed25519';

/** A public key out of a certificate, not yet imported. */
export interface PublicKey {
  readonly kind: KeyKind;
  /** The whole SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  /** Bits of the modulus or of the curve's order. */
  readonly bits: number;
}

/** How something was signed: a scheme of TLS (RFC 8446 section 4.2.3), or the algorithm of a certificate's signature. */
export interface SignatureScheme {
  /** IANA number. */
  readonly id: number;
  /** IANA name: `ecdsa_secp256r1_sha256`. */
  readonly name: string;
  /** The keys that it goes with in certificates and in TLS 1.2, where a curve may go with any hash. */
  readonly keys: readonly KeyKind[];
  /** The keys that it goes with in handshakes of TLS 1.3: there `ecdsa_secp256r1_sha256` is P-256's alone, and PKCS#1 no key's. */
  readonly tls13Keys: readonly KeyKind[];
  readonly hash: 'SHA-256' | 'SHA-384' | 'SHA-512' | undefined;
}

/** A client's private key. */
export interface SigningKey {
  readonly kind: KeyKind;
  /** The schemes that it can sign with in TLS 1.2, best first; in TLS 1.3 those among them whose `tls13Keys` hold `kind`. */
  readonly schemes: readonly SignatureScheme[];
  /** @returns A signature in TLS's form: ECDSA as DER. */
  sign(scheme: SignatureScheme, data: Uint8Array): Promise<Uint8Array>;
}
