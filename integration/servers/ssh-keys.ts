// The SSH keys of one run, made in this process anew for each run. None is written to disk or baked into an image.
import ssh2 from 'ssh2';

/** A key as `ssh-keygen` writes it. */
interface SshKeyPair {
  /** PEM, `OPENSSH PRIVATE KEY`. */
  readonly privateKey: string;
  /** One line: type, base64, comment. */
  readonly publicKey: string;
}

/** The passphrase of `encrypted`. */
const KEY_PASSPHRASE = 'key-passphrase';

/** The key's type and its 32 bytes, each behind its length. */
const ED25519_BLOB_BYTES = 4 + 11 + 4 + 32;

/** Who has which key. */
export interface SshKeys {
  /** Shown by all servers but TinySSH. */
  readonly host: Readonly<Record<'ed25519' | 'ecdsa' | 'rsa', SshKeyPair>>;
  /** Signs OpenSSH's host certificate. */
  readonly hostAuthority: SshKeyPair;
  /** Signs users' certificates. */
  readonly userAuthority: SshKeyPair;
  /** The servers know these as keys of `app`. */
  readonly user: Readonly<Record<'ed25519' | 'ecdsa' | 'rsa' | 'encrypted', SshKeyPair>>;
  /** Known by its certificates alone. */
  readonly certified: SshKeyPair;
  /** Known to nobody. */
  readonly stranger: SshKeyPair;
}

/** Makes the keys. */
export function makeSshKeys(): SshKeys {
  return {
    host: { ed25519: ed25519(), ecdsa: ecdsa(), rsa: rsa(3072) },
    hostAuthority: ed25519(),
    userAuthority: ed25519(),
    user: { ed25519: ed25519(), ecdsa: ecdsa(), rsa: rsa(2048), encrypted: encrypted() },
    certified: ed25519(),
    stranger: ed25519(),
  };
}

function keyPair({
  private: privateKey,
  public: publicKey,
}: {
  private: string;
  public: string;
}): SshKeyPair {
  return { privateKey, publicKey };
}

function ed25519(encryption: object = {}): SshKeyPair {
  for (;;) {
    const pair = keyPair(ssh2.utils.generateKeyPairSync('ed25519', encryption));
    // ssh2 loses the first byte of public keys that begin with 0.
    const blob = Buffer.from(pair.publicKey.split(' ')[1] ?? '', 'base64');
    if (blob.length === ED25519_BLOB_BYTES) return pair;
  }
}

function ecdsa(): SshKeyPair {
  return keyPair(ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 }));
}

function rsa(bits: number): SshKeyPair {
  return keyPair(ssh2.utils.generateKeyPairSync('rsa', { bits }));
}

function encrypted(): SshKeyPair {
  return ed25519({ cipher: 'aes256-ctr', passphrase: KEY_PASSPHRASE, rounds: 16 });
}

/** The files that every SSH server's container gets, in `/etc/fairlead`. */
export function sshKeyFiles(keys: SshKeys): { content: string; target: string; mode: number }[] {
  const pairs = {
    host_ed25519: keys.host.ed25519,
    host_ecdsa: keys.host.ecdsa,
    host_rsa: keys.host.rsa,
    host_ca: keys.hostAuthority,
    user_ca: keys.userAuthority,
    certified: keys.certified,
  };
  const files = Object.entries(pairs).flatMap(([name, { privateKey, publicKey }]) => [
    { content: privateKey, target: `/etc/fairlead/${name}`, mode: 0o600 },
    { content: `${publicKey}\n`, target: `/etc/fairlead/${name}.pub`, mode: 0o644 },
  ]);
  const authorized = Object.values(keys.user).map(({ publicKey }) => `${publicKey}\n`);
  return [...files, { content: authorized.join(''), target: '/etc/fairlead/authorized_keys', mode: 0o644 }];
}
