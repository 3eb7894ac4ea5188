// What a key exchange method is. Types only.

/** One method to agree on a secret (RFC 4253 section 8, RFC 5656, RFC 8731). */
export interface KeyExchangeMethod {
  /** Its names in KEXINIT, the preferred one first. */
  readonly names: readonly string[];
  /** The hash of the exchange and of the keys derived from it. */
  readonly hash: 'SHA-256' | 'SHA-384' | 'SHA-512';
  /** Makes a new key pair. */
  begin(): Promise<KeyExchangeAttempt>;
}

/** One exchange under way. */
export interface KeyExchangeAttempt {
  /** Q_C, as it is sent in KEX_ECDH_INIT and hashed. */
  readonly clientValue: Uint8Array;
  /**
   * @param serverValue Q_S of the server's reply.
   * @returns K as it is hashed, with its length: an `mpint`, or with hybrids a `string`.
   * @throws FairleadError `protocol` for a value that is not valid.
   */
  finish(serverValue: Uint8Array): Promise<Uint8Array>;
}
