// SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7): which kind of key it is. Named curves and uncompressed points alone.
import { toHex } from '@fairlead/bytes';
import type { KeyKind, PublicKey } from '../../crypto/types.ts';
import { DerReader, readSequence, TAG } from '../../der/reader.ts';
import { oidText, readBytes, readInteger } from '../../der/values.ts';
import { TlsFault } from '../../fault.ts';

/** The AlgorithmIdentifiers of keys that are not RSA, in hex, with what goes with them. */
const ALGORITHMS: ReadonlyMap<string, readonly [kind: KeyKind, bits: number, bytes: number]> = new Map([
  ['301306072a8648ce3d020106082a8648ce3d030107', ['ec-p256', 256, 65]],
  ['301006072a8648ce3d020106052b81040022', ['ec-p384', 384, 97]],
  ['301006072a8648ce3d020106052b81040023', ['ec-p521', 521, 133]],
  ['300506032b6570', ['ed25519', 256, 32]],
]);
/** rsaEncryption with NULL, RFC 3279 section 2.3.1. */
const RSA = '300d06092a864886f70d0101010500';
/** id-RSASSA-PSS, RFC 4055 section 1.2; its parameters are checked where it is used. */
const RSA_PSS = '1.2.840.113549.1.1.10';

const MIN_RSA_BITS = 2048;
/** As native TLS: a longer key costs more time than a handshake may take. */
const MAX_RSA_BITS = 8192;

/** WebCrypto of workerd takes these alone. */
const EXPONENTS: readonly string[] = ['010001', '03'];

/** A key, and why it must not be used where that is so. */
export interface ReadKey {
  readonly publicKey: PublicKey;
  /** What is wrong with it, such as its size; `undefined` where nothing is. */
  readonly weakness: string | undefined;
}

/**
 * @param spki The whole SubjectPublicKeyInfo.
 * @throws TlsFault `bad_certificate`; `unsupported_certificate` for other algorithms and curves.
 */
export function readPublicKey(spki: Uint8Array): ReadKey {
  const what = 'its public key';
  const reader = readSequence(spki, what);
  const algorithm = reader.element(TAG.sequence);
  const key = readBytes(reader, what);
  reader.end();
  const identifier = toHex(algorithm.whole.subarray(0, 64));
  const known = ALGORITHMS.get(identifier);
  if (known !== undefined) {
    const [kind, bits, bytes] = known;
    const isPoint = kind === 'ed25519' || key[0] === 4;
    if (key.length !== bytes || !isPoint) throw unsupported('its public key is not an uncompressed point');
    return { publicKey: { kind, spki, bits }, weakness: undefined };
  }
  const oid = oidText(new DerReader(algorithm.content, what).element(TAG.oid).content);
  if (identifier !== RSA && oid !== RSA_PSS) throw unsupported(`its public key has the algorithm ${oid}`);
  return rsaKey(identifier === RSA ? 'rsa' : 'rsa-pss', spki, key);
}

/** RSAPublicKey, RFC 8017 appendix A.1.1. */
function rsaKey(kind: KeyKind, spki: Uint8Array, key: Uint8Array): ReadKey {
  const what = 'its RSA key';
  const reader = readSequence(key, what);
  const modulus = readInteger(reader, what);
  const exponent = readInteger(reader, what);
  reader.end();
  const number = modulus[0] === 0 ? modulus.subarray(1) : modulus;
  const bits = 8 * number.length - Math.clz32(number[0] ?? 0) + 24;
  return { publicKey: { kind, spki, bits }, weakness: rsaWeakness(modulus, bits, exponent) };
}

function rsaWeakness(modulus: Uint8Array, bits: number, exponent: Uint8Array): string | undefined {
  if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS || bits % 8 !== 0) {
    return `has an RSA key of ${bits} bits; accepted are ${MIN_RSA_BITS} to ${MAX_RSA_BITS}`;
  }
  if (!EXPONENTS.includes(toHex(exponent.subarray(0, 8)))) {
    return 'has an RSA key with an exponent that is neither 65537 nor 3';
  }
  const isNatural = (modulus[0] ?? 0) < 0x80 && (modulus.at(-1) ?? 0) % 2 === 1;
  return isNatural ? undefined : 'has an RSA key with an even or negative modulus';
}

function unsupported(why: string): TlsFault {
  return new TlsFault('unsupported_certificate', `A certificate cannot be used: ${why}`, { reason: 'usage' });
}
