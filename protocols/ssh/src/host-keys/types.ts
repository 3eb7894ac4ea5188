// What the key exchange asks of those who know the host's keys. Types only.

/** A host key as it was presented. */
export interface PresentedHostKey {
  /** The public key or the certificate (RFC 4253 section 6.6). */
  readonly blob: Uint8Array;
  /** The negotiated algorithm, such as `rsa-sha2-512`. */
  readonly algorithm: string;
  /** The server's signature of the exchange hash, with its algorithm's name. */
  readonly signature: Uint8Array;
  /** H of this exchange. */
  readonly exchangeHash: Uint8Array;
}

/** What is known of one host's keys. Nothing is sent after the exchange before `verify` has resolved. */
export interface HostKeyPolicy {
  /** The algorithms for KEXINIT, those of known keys first. */
  readonly algorithms: readonly string[];
  /**
   * Checks that the key fits the algorithm, that the signature is the key's, and that the host may have this key.
   * @throws FairleadError `auth` for a key that is not the host's (blame `peer`; it names the host, the expected and the
   *   presented fingerprints), `protocol` for a signature or a key that is not valid.
   */
  verify(key: PresentedHostKey): Promise<void>;
}
