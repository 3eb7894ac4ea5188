// Public keys as SSH sends them (RFC 4253 section 6.6, RFC 5656, RFC 8709). Keys for SHA-1 or DSA are refused.
import { toBase64 } from '@fairlead/bytes';
import { protocolError } from '../errors.ts';
import { SshReader } from '../wire/ssh-reader.ts';
import { SshWriter } from '../wire/ssh-writer.ts';
import { SIGNATURE_METHODS } from './signature-methods.ts';

/** The smallest RSA key that is accepted, as OpenSSH 9 has it for hosts and users. */
export const MIN_RSA_BITS = 2048;
const MAX_RSA_BITS = 16_384;
/** Larger than any key with a modulus of `MAX_RSA_BITS`. */
const MAX_BLOB_BYTES = 8_192;

/** A public key that is no certificate. */
export interface PublicKey {
  /** `ssh-ed25519`, `ecdsa-sha2-nistp256` and its like, `ssh-rsa`. */
  readonly type: string;
  /** As it is sent. */
  readonly blob: Uint8Array;
  /** As WebCrypto imports it. */
  readonly jwk: JsonWebKey;
}

/**
 * Reads a key that is no certificate.
 * @throws FairleadError `protocol` for one that is not valid, too short, or of another type.
 */
export function decodePublicKey(blob: Uint8Array): PublicKey {
  const reader = new SshReader(blob);
  const type = reader.name();
  const jwk = readPublicFields(reader, type);
  reader.end();
  return { type, blob, jwk };
}

/** The key's fields behind its type. @throws FairleadError `protocol`. */
export function readPublicFields(reader: SshReader, type: string): JsonWebKey {
  if (type === 'ssh-ed25519')
    return { kty: 'OKP', crv: 'Ed25519', x: toBase64Url(sized(reader.string(), 32)) };
  if (type === 'ssh-rsa') {
    const e = reader.mpint();
    const n = reader.mpint();
    const jwk = { kty: 'RSA', n: toBase64Url(n), e: toBase64Url(e) };
    const bits = rsaBits(jwk);
    if (bits >= MIN_RSA_BITS && bits <= MAX_RSA_BITS) return jwk;
    throw protocolError(
      `An RSA key has ${Math.max(0, bits)} bits: ${MIN_RSA_BITS} to ${MAX_RSA_BITS} are accepted`,
    );
  }
  const { fieldBytes, importAs } = SIGNATURE_METHODS.get(type) ?? {};
  if (fieldBytes === undefined || importAs?.namedCurve === undefined)
    throw protocolError('A key has an unknown type');
  if (reader.name() !== type.slice('ecdsa-sha2-'.length))
    throw protocolError('A key names another curve than its type');
  const point = sized(reader.string(), 1 + 2 * fieldBytes);
  // Compressed points are not allowed (RFC 5656 section 3.1 leaves them optional; nobody sends them).
  if (point[0] !== 4) throw protocolError('A key has a point of an unknown form');
  const x = toBase64Url(point.subarray(1, 1 + fieldBytes));
  return { kty: 'EC', crv: importAs.namedCurve, x, y: toBase64Url(point.subarray(1 + fieldBytes)) };
}

/** The key with these public fields, as SSH sends it. The JWK is WebCrypto's own export. */
export function encodePublicKey(jwk: JsonWebKey): PublicKey {
  const writer = new SshWriter(MAX_BLOB_BYTES);
  const { kty, crv, x = '', y = '', n = '', e = '' } = jwk;
  const curve = `nistp${crv?.slice(2)}`;
  const type = kty === 'RSA' ? 'ssh-rsa' : kty === 'EC' ? `ecdsa-sha2-${curve}` : 'ssh-ed25519';
  writer.string(type);
  if (kty === 'RSA') {
    writer.mpint(fromBase64Url(e));
    writer.mpint(fromBase64Url(n));
  } else if (kty === 'EC') {
    writer.string(curve);
    const [left, right] = [fromBase64Url(x), fromBase64Url(y)];
    writer.u32(1 + left.length + right.length);
    writer.u8(4);
    writer.raw(left);
    writer.raw(right);
  } else writer.string(fromBase64Url(x));
  return { type, blob: writer.take(), jwk };
}

/** `SHA256:` and the hash of the key in base64 without padding, as OpenSSH shows it. */
export async function fingerprintOf(blob: Uint8Array): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', blob);
  return `SHA256:${toBase64(new Uint8Array(hash)).replace(/=+$/, '')}`;
}

/** The bits of an RSA key's modulus; `Infinity` for a key that is not RSA. */
export function rsaBits({ n }: JsonWebKey): number {
  if (n === undefined) return Number.POSITIVE_INFINITY;
  const modulus = fromBase64Url(n);
  return modulus.length * 8 - Math.clz32(modulus[0] ?? 0) + 24;
}

/** Base64 in the alphabet of URLs, without padding (RFC 7515). */
export function toBase64Url(bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function fromBase64Url(text: string): Uint8Array {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
}

function sized(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length !== length) throw protocolError('A key has a wrong length');
  return bytes;
}
