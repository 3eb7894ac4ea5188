// What settings may hold on their way to an object: plain values, of which its name is made too. It changes nothing.
import { usage } from '@fairlead/errors';
import type { Settings } from './types.ts';

/**
 * Refuses a private key that is no text: all keys would be one in an object's name, and pools of different clients the same.
 * @throws FairleadError `usage`.
 */
export function checkPlain({ options }: Settings): void {
  const { tls } = options;
  if (typeof tls !== 'object' || tls === null || !('key' in tls)) return;
  if (tls.key !== undefined && typeof tls.key !== 'string')
    throw usage('On a mooring tls.key is a text in PEM: a CryptoKey stays in the isolate that has it');
}
