// Ed25519 keys for ssh2's server. It writes about one in 250 that it cannot read itself: without a leading zero.
import ssh2 from 'ssh2';

/** A private key in OpenSSH's format, and its public line. */
export function ed25519KeyPair(): { readonly private: string; readonly public: string } {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519');
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) return pair;
  }
}
