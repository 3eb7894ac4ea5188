// What a key is that signs for a user. Types only.

/** A key with which a user logs in: a private key, or a private key with its certificate. */
export interface Identity {
  /** The public key, or the certificate, as it is sent (RFC 4253 section 6.6, OpenSSH's PROTOCOL.certkeys). */
  readonly blob: Uint8Array;
  /**
   * The names of its signature algorithms as publickey requests hold them, the preferred one first: `ssh-ed25519`;
   * `rsa-sha2-512`, `rsa-sha2-256`; for certificates `rsa-sha2-512-cert-v01@openssh.com` and so on.
   */
  readonly algorithms: readonly string[];
  /**
   * @param algorithm One of `algorithms`.
   * @returns The signature with its algorithm's name, as publickey requests hold it.
   */
  sign(data: Uint8Array, algorithm: string): Promise<Uint8Array>;
}
