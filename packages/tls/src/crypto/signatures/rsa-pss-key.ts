// Keys of RSASSA-PSS (RFC 4055 section 1.2): WebCrypto imports none under their own object identifier, so it is replaced by that of
// plain RSA, and the parameters are checked here.
import { concat, equalBytes } from '@fairlead/bytes';
import { DerReader, onlyElement, TAG } from '../../der/reader.ts';
import { TlsFault } from '../../fault.ts';
import type { SignatureScheme } from '../types.ts';

/** 1.2.840.113549.1.1.10 as a DER element. */
const ID_RSASSA_PSS = Uint8Array.of(6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 0x0a);
/** AlgorithmIdentifier of plain RSA: 1.2.840.113549.1.1.1, NULL. */
const RSA_ENCRYPTION = Uint8Array.of(0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0);
/** 1.2.840.113549.1.1.8. */
const ID_MGF1 = Uint8Array.of(6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 8);
/** 2.16.840.1.101.3.4.2, what the identifiers of SHA-2 begin with. */
const ID_SHA2 = [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2];

/** By hash: the last byte of its identifier, and its length in bytes, which is that of the salt. */
const HASHES = { 'SHA-256': [1, 32], 'SHA-384': [2, 48], 'SHA-512': [3, 64] } as const;

/** A key whose algorithm was taken out. */
export interface PlainRsaKey {
  /** The same SubjectPublicKeyInfo or PrivateKeyInfo with the algorithm rsaEncryption. */
  readonly der: Uint8Array;
  /** RSASSA-PSS-params, DER; empty where the key has none and goes with every hash. */
  readonly parameters: Uint8Array;
}

/**
 * @param der SubjectPublicKeyInfo or, by `'private'`, PrivateKeyInfo.
 * @returns `undefined` where it is none of RSASSA-PSS.
 */
export function plainRsaKey(der: Uint8Array, kind: 'public' | 'private'): PlainRsaKey | undefined {
  try {
    const reader = new DerReader(onlyElement(der, TAG.sequence, '').content, '');
    // PrivateKeyInfo has a version in front.
    const version = kind === 'private' ? reader.element(TAG.integer).whole : new Uint8Array(0);
    const { content } = reader.element(TAG.sequence);
    const isPss = equalBytes(content.subarray(0, ID_RSASSA_PSS.length), ID_RSASSA_PSS);
    const rest: Uint8Array[] = [];
    while (!reader.isAtEnd) rest.push(reader.any().whole);
    if (!isPss) return undefined;
    return {
      der: sequence(version, RSA_ENCRYPTION, ...rest),
      parameters: content.subarray(ID_RSASSA_PSS.length),
    };
  } catch (error) {
    if (error instanceof TlsFault) return undefined;
    throw error;
  }
}

/**
 * Whether a key with these parameters may sign by `scheme`: none, or its hash for the message and the mask, and a salt of the
 * hash's length (RFC 8446 section 4.2.3). Anything else is refused.
 */
export function parametersAllow(parameters: Uint8Array, scheme: SignatureScheme): boolean {
  if (parameters.length === 0) return true;
  const { hash } = scheme;
  if (!hash) return false;
  // RFC 4055 section 2.1: NULL or nothing behind a hash's identifier, and both must be taken.
  return [[], [5, 0]].some((tail) => equalBytes(parameters, parametersOf(hash, tail)));
}

function parametersOf(hash: keyof typeof HASHES, tail: readonly number[]): Uint8Array {
  const [last, saltBytes] = HASHES[hash];
  const identifier = sequence(Uint8Array.of(6, 9, ...ID_SHA2, last, ...tail));
  return sequence(
    tagged(0xa0, identifier),
    tagged(0xa1, sequence(ID_MGF1, identifier)),
    tagged(0xa2, Uint8Array.of(2, 1, saltBytes)),
  );
}

function sequence(...parts: Uint8Array[]): Uint8Array {
  return tagged(0x30, concat(parts));
}

function tagged(tag: number, content: Uint8Array): Uint8Array {
  const { length } = content;
  if (length < 0x80) return concat([Uint8Array.of(tag, length), content]);
  return concat([Uint8Array.of(tag, 0x82, length >> 8, length & 0xff), content]);
}
