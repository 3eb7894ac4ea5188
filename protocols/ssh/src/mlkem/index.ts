// mlkem768x25519-sha256 (draft-ietf-sshm-mlkem-hybrid-kex) as an export of its own: WebCrypto has no ML-KEM, so the code is loaded
// when the first exchange begins.
import { concat } from '@fairlead/bytes';
import { protocolError } from '../errors.ts';
import type { KeyExchangeAttempt, KeyExchangeMethod } from '../key-exchange/types.ts';
import { x25519Pair } from '../key-exchange/webcrypto-ecdh.ts';
import { SshWriter } from '../wire/ssh-writer.ts';

const CIPHERTEXT_BYTES = 1_088;

/**
 * The hybrid that OpenSSH prefers since 10.0: it stays secret before who can break Curve25519 later. The option `keyExchanges`.
 * @example
 * ```ts
 * import { mlkem768x25519 } from '@fairlead/ssh/mlkem';
 *
 * const keyExchanges = [mlkem768x25519];
 * ```
 */
export const mlkem768x25519: KeyExchangeMethod = {
  names: ['mlkem768x25519-sha256'],
  hash: 'SHA-256',
  begin,
};

async function begin(): Promise<KeyExchangeAttempt> {
  const [{ ml_kem768 }, curve] = await Promise.all([import('@noble/post-quantum/ml-kem.js'), x25519Pair()]);
  const { publicKey, secretKey } = ml_kem768.keygen();
  return {
    clientValue: concat([publicKey, curve.value]),
    async finish(serverValue) {
      if (serverValue.length !== CIPHERTEXT_BYTES + 32) {
        throw protocolError("The server's value in the key exchange is not valid");
      }
      const ofCurve = await curve.secret(serverValue.subarray(CIPHERTEXT_BYTES));
      // Decapsulation refuses nothing: a false ciphertext gives a false secret, and the host's signature fails.
      const ofKem = ml_kem768.decapsulate(serverValue.subarray(0, CIPHERTEXT_BYTES), secretKey);
      const writer = new SshWriter(64);
      writer.string(new Uint8Array(await crypto.subtle.digest('SHA-256', concat([ofKem, ofCurve]))));
      return writer.take();
    },
  };
}
