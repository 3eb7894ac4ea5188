// X25519 (RFC 7748) and ECDH on P-256 and P-384 by WebCrypto, as groups of TLS 1.3 (RFC 8446 sections 4.2.8.2 and 7.4.2). Points
// are uncompressed.
import { illegal } from '../fault.ts';
import type { Group, KeyShare } from './types.ts';

/** A curve of WebCrypto. */
interface Curve {
  readonly algorithm: { readonly name: string; readonly namedCurve?: string };
  readonly shareBytes: number;
  readonly secretBits: number;
  /** What an uncompressed point begins with (SEC 1 section 2.3.3). Other forms are refused, which WebCrypto may take. */
  readonly firstByte?: number;
}

/** X25519. */
export const x25519: Group = groupOn(29, 'x25519', {
  algorithm: { name: 'X25519' },
  shareBytes: 32,
  secretBits: 256,
});

/** NIST P-256. */
export const secp256r1: Group = groupOn(23, 'secp256r1', {
  algorithm: { name: 'ECDH', namedCurve: 'P-256' },
  shareBytes: 65,
  secretBits: 256,
  firstByte: 4,
});

/** NIST P-384. */
export const secp384r1: Group = groupOn(24, 'secp384r1', {
  algorithm: { name: 'ECDH', namedCurve: 'P-384' },
  shareBytes: 97,
  secretBits: 384,
  firstByte: 4,
});

function groupOn(id: number, name: string, curve: Curve): Group {
  return { id, name, generate: () => shareOn(curve) };
}

async function shareOn(curve: Curve): Promise<KeyShare> {
  const made = await crypto.subtle.generateKey(curve.algorithm, false, ['deriveBits']);
  if (!('privateKey' in made)) throw new TypeError('ECDH makes pairs of keys');
  const { privateKey, publicKey } = made;
  return {
    share: new Uint8Array((await crypto.subtle.exportKey('raw', publicKey)) as ArrayBuffer),
    agree: (serverShare) => agreeOn(curve, privateKey, serverShare),
  };
}

async function agreeOn(curve: Curve, privateKey: CryptoKey, share: Uint8Array): Promise<Uint8Array> {
  const { algorithm, shareBytes, firstByte } = curve;
  if (share.length !== shareBytes) throw illegal(`The server's key share has not ${shareBytes} bytes`);
  if (firstByte !== undefined && share[0] !== firstByte) {
    throw illegal("The server's key share is no uncompressed point");
  }
  const secret = await secretOf(curve, privateKey, share);
  // RFC 8446 section 7.4.2: an all-zero secret of X25519 is refused. On the NIST curves x may be 0.
  if (secret && (firstByte !== undefined || secret.some((byte) => byte !== 0))) return secret;
  throw illegal(
    `The server's key share is no point of ${algorithm.namedCurve ?? algorithm.name}, or of small order`,
  );
}

/** @returns `undefined` for what the platform refuses. */
async function secretOf(
  { algorithm, secretBits }: Curve,
  privateKey: CryptoKey,
  share: Uint8Array,
): Promise<Uint8Array | undefined> {
  try {
    const peer = await crypto.subtle.importKey('raw', share, algorithm, false, []);
    // The types of Workers give the peer's key another name than all runtimes do.
    const params = { name: algorithm.name, public: peer } as unknown as SubtleCryptoDeriveKeyAlgorithm;
    return new Uint8Array(await crypto.subtle.deriveBits(params, privateKey, secretBits));
  } catch {
    return undefined;
  }
}
