// How a caller says which keys a host may have. Types only.

/** A host key as `verifyHostKey` gets it. */
export interface HostKeyFacts {
  /** `ssh-ed25519`, `ecdsa-sha2-nistp256` and its like, `ssh-rsa`. */
  readonly type: string;
  /** `SHA256:` and base64 without padding. */
  readonly fingerprint: string;
  /** The public key as it was sent. */
  readonly blob: Uint8Array;
  readonly hostname: string;
  readonly port: number;
}

/** How the host's key is known. Exactly one of them is given. */
export interface HostKeyOptions {
  /** The text of a known_hosts file: lists, patterns, `[host]:port`, hashed names, `@cert-authority`, `@revoked`. */
  readonly knownHosts?: string | undefined;
  /** The key's fingerprint as `ssh-keygen -l` shows it, `SHA256:...`, or several of which one has to fit. */
  readonly fingerprint?: string | readonly string[] | undefined;
  /** Decides itself. Only `true` accepts the key. */
  readonly verifyHostKey?: ((key: HostKeyFacts) => boolean | Promise<boolean>) | undefined;
  /** Accepts every key: whoever sits on the way can then read and change everything. */
  readonly insecureAcceptAnyHostKey?: boolean | undefined;
}
