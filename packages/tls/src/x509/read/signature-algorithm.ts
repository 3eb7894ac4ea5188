// AlgorithmIdentifiers of signatures (RFC 3279, 4055, 5758, 8410) by every one of their bytes: another spelling is another
// algorithm, and refused. SHA-1 and MD5 are not among them.
import { toHex } from '@fairlead/bytes';
import { SCHEMES } from '../../crypto/index.ts';
import type { KeyKind, SignatureScheme } from '../../crypto/types.ts';

/** RSASSA-PSS with one hash everywhere, and a salt as long as the hash. */
function pss(hash: number, saltBytes: number): string {
  const algorithm = `300d06096086480165030402${toHex(Uint8Array.of(hash))}0500`;
  const mgf1 = `a11c301a06092a864886f70d010108${algorithm}`;
  return `304106092a864886f70d01010a3034a00f${algorithm}${mgf1}a2030201${toHex(Uint8Array.of(saltBytes))}`;
}

/** Numbers of schemes by identifier; for RSASSA-PSS that for plain RSA keys and that for keys of its own. */
const SCHEME_IDS: ReadonlyMap<string, readonly number[]> = /* @__PURE__ */ new Map([
  ['300a06082a8648ce3d040302', [0x0403]],
  ['300a06082a8648ce3d040303', [0x0503]],
  ['300a06082a8648ce3d040304', [0x0603]],
  ['300d06092a864886f70d01010b0500', [0x0401]],
  ['300d06092a864886f70d01010c0500', [0x0501]],
  ['300d06092a864886f70d01010d0500', [0x0601]],
  [pss(1, 32), [0x0804, 0x0809]],
  [pss(2, 48), [0x0805, 0x080a]],
  [pss(3, 64), [0x0806, 0x080b]],
  ['300506032b6570', [0x0807]],
]);

/** What a signature by a key of this kind was made with; `undefined` for what is not accepted. */
export function certificateScheme(algorithm: Uint8Array, signer: KeyKind): SignatureScheme | undefined {
  const ids = SCHEME_IDS.get(toHex(algorithm.subarray(0, 128))) ?? [];
  return ids.map((id) => SCHEMES.get(id)).find((scheme) => scheme?.keys.includes(signer));
}

/** The hash of `tls-server-end-point`, RFC 5929 section 4.1: SHA-256 for older and unknown ones, none for Ed25519. */
export function endPointHash(algorithm: Uint8Array): 'SHA-256' | 'SHA-384' | 'SHA-512' | undefined {
  const [id] = SCHEME_IDS.get(toHex(algorithm.subarray(0, 128))) ?? [];
  return id === undefined ? 'SHA-256' : SCHEMES.get(id)?.hash;
}
