// X25519MLKEM768 (draft-ietf-tls-ecdhe-mlkem section 4) as an export of its own: WebCrypto has no ML-KEM, so the code is loaded when
// the first key share is made.
import { concat } from '@fairlead/bytes';
import { x25519 } from '../crypto/groups.ts';
import type { Group, KeyShare } from '../crypto/types.ts';
import { illegal } from '../fault.ts';

const CIPHERTEXT_BYTES = 1_088;
const X25519_BYTES = 32;

/**
 * The hybrid that browsers prefer: it stays secret before who can break X25519 later. The option `groups`. It makes ClientHello
 * 1,184 bytes longer, and JavaScript computes ML-KEM.
 * @example
 * ```ts
 * import { overTls } from '@fairlead/tls';
 * import { x25519MlKem768 } from '@fairlead/tls/mlkem';
 *
 * const connector = overTls({ groups: [x25519MlKem768] });
 * ```
 */
export const x25519MlKem768: Group = { id: 4588, name: 'X25519MLKEM768', generate };

async function generate(): Promise<KeyShare> {
  const [{ ml_kem768 }, curve] = await Promise.all([
    import('@noble/post-quantum/ml-kem.js'),
    x25519.generate(),
  ]);
  const { publicKey, secretKey } = ml_kem768.keygen();
  return {
    share: concat([publicKey, curve.share]),
    async agree(serverShare) {
      if (serverShare.length !== CIPHERTEXT_BYTES + X25519_BYTES) {
        throw illegal(`The server's key share has not ${CIPHERTEXT_BYTES + X25519_BYTES} bytes`);
      }
      const ofCurve = await curve.agree(serverShare.subarray(CIPHERTEXT_BYTES));
      // Decapsulation refuses nothing: a false ciphertext gives a false secret, and Finished fails.
      const ofKem = ml_kem768.decapsulate(serverShare.subarray(0, CIPHERTEXT_BYTES), secretKey);
      secretKey.fill(0);
      return concat([ofKem, ofCurve]);
    },
  };
}
