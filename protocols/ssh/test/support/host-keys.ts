// A host that proves its keys, and the policies that judge them.
import { type HostKeyOptions, hostKeyPolicy } from '../../src/host-keys/policy.ts';
import type { HostKeyPolicy, PresentedHostKey } from '../../src/host-keys/types.ts';
import { readPrivateKey } from '../../src/keys/private/read-private-key.ts';
import { plainAlgorithm } from '../../src/keys/signature-methods.ts';
import { OPENSSH, PUBLIC } from './key-files.ts';
import { blobOf } from './key-lines.ts';

export const HOST = 'bastion.example';
/** The hash of the exchange. */
export const HASH: Uint8Array = Uint8Array.from({ length: 32 }, (_, at) => at);
const NOW = () => Date.UTC(2026, 0, 1);

/** The host's side: signs the exchange with a key, and presents it, or a certificate of it. */
export async function presented(
  name: keyof typeof OPENSSH,
  line: string,
  algorithm: string,
): Promise<PresentedHostKey> {
  const identity = await readPrivateKey(OPENSSH[name]);
  const signature = await identity.sign(HASH, plainAlgorithm(algorithm));
  return { blob: blobOf(line), algorithm, signature, exchangeHash: HASH };
}

export const edKey: PresentedHostKey = await presented('ed25519', PUBLIC.ed25519, 'ssh-ed25519');
export const rsaKey: PresentedHostKey = await presented('rsa2048', PUBLIC.rsa2048, 'rsa-sha2-512');

/** The policy of one connection, on the first day of 2026. */
export function policyOf(options: HostKeyOptions, hostname = HOST, port = 22): Promise<HostKeyPolicy> {
  return hostKeyPolicy(options, hostname, port, NOW);
}

/** `accepted`, or the code of the error. */
export async function verdict(
  knownHosts: string,
  key: PresentedHostKey,
  hostname = HOST,
  port = 22,
): Promise<string> {
  try {
    await (await policyOf({ knownHosts }, hostname, port)).verify(key);
    return 'accepted';
  } catch (error) {
    return (error as { code: string }).code;
  }
}
