// Signatures of SSH to and from WebCrypto's form (RFC 4253 section 6.6, RFC 5656 section 3.1.2, RFC 8332).
import { protocolError } from '../errors.ts';
import { SshReader } from '../wire/ssh-reader.ts';
import { SshWriter } from '../wire/ssh-writer.ts';
import type { PublicKey } from './public-key.ts';
import { SIGNATURE_METHODS, type SignatureMethod } from './signature-methods.ts';

const MAX_SIGNATURE_BYTES = 4_096;

/**
 * Checks a peer's signature.
 * @param algorithm The only one that is accepted. That of a certificate goes by its plain name.
 * @param signature With its algorithm's name.
 * @throws FairleadError `protocol` for another algorithm, and for a signature that is not this key's.
 */
export async function verifySignature(
  key: PublicKey,
  algorithm: string,
  data: Uint8Array,
  signature: Uint8Array,
): Promise<void> {
  const method = SIGNATURE_METHODS.get(algorithm);
  if (method?.keyType !== key.type)
    throw protocolError('A signature has an algorithm that does not fit its key');
  const reader = new SshReader(signature);
  if (reader.name() !== algorithm)
    throw protocolError('A signature has another algorithm than was agreed on');
  const value = reader.string();
  reader.end();
  const raw = method.fieldBytes ? joinScalars(value, method.fieldBytes) : padded(value, key);
  if (!(await verifies(method, key.jwk, raw, data)))
    throw protocolError('A signature is not the one of its key');
}

/** @param raw WebCrypto's signature. @returns The signature with its algorithm's name. */
export function encodeSignature(algorithm: string, raw: Uint8Array): Uint8Array {
  const writer = new SshWriter(MAX_SIGNATURE_BYTES);
  writer.string(algorithm);
  const { fieldBytes } = SIGNATURE_METHODS.get(algorithm) ?? {};
  if (fieldBytes === undefined) {
    writer.string(raw);
    return writer.take();
  }
  const scalars = new SshWriter(MAX_SIGNATURE_BYTES);
  scalars.mpint(raw.subarray(0, fieldBytes));
  scalars.mpint(raw.subarray(fieldBytes));
  writer.string(scalars.take());
  return writer.take();
}

async function verifies(
  { importAs, signAs }: SignatureMethod,
  jwk: JsonWebKey,
  raw: Uint8Array,
  data: Uint8Array,
): Promise<boolean> {
  try {
    const key = await crypto.subtle.importKey('jwk', jwk, importAs, false, ['verify']);
    return await crypto.subtle.verify(signAs, key, raw, data);
  } catch {
    // A point off the curve, an even exponent: the peer's key is no key.
    throw protocolError('A public key is not valid');
  }
}

/** r and s as WebCrypto has them: one behind the other, each as long as the field. */
function joinScalars(value: Uint8Array, fieldBytes: number): Uint8Array {
  const reader = new SshReader(value);
  const raw = new Uint8Array(2 * fieldBytes);
  for (const end of [fieldBytes, 2 * fieldBytes]) {
    const scalar = reader.mpint();
    if (scalar.length > fieldBytes) throw protocolError('A signature has a number that is too large');
    raw.set(scalar, end - scalar.length);
  }
  reader.end();
  return raw;
}

/** Old servers leave out an RSA signature's leading zeros; WebCrypto wants them. */
function padded(value: Uint8Array, { jwk }: PublicKey): Uint8Array {
  const length = Math.floor(((jwk.n?.length ?? 0) * 3) / 4);
  if (value.length >= length) return value;
  const whole = new Uint8Array(length);
  whole.set(value, length - value.length);
  return whole;
}
