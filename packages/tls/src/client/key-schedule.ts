// The key schedule of TLS 1.3 (RFC 8446 section 7): secrets, keys, finished values. It holds no state but the secrets it is
// given.
import { concat } from '@fairlead/bytes';
import { hkdfExpand, hkdfExtract } from '../crypto/index.ts';
import type { CipherSuite, Hash } from '../crypto/types.ts';
import type { Protection, Transcript } from './types.ts';

const NOTHING = new Uint8Array(0);
const encoder = new TextEncoder();

/** HKDF-Expand-Label, section 7.1. */
export function expandLabel(
  hash: Hash,
  secret: Uint8Array,
  label: string,
  context: Uint8Array,
  length: number,
): Promise<Uint8Array> {
  const name = encoder.encode(`tls13 ${label}`);
  // One array and no parts of it: a handshake has twenty of these.
  const info = new Uint8Array(4 + name.length + context.length);
  info.set([length >>> 8, length, name.length]);
  info.set(name, 3);
  info[3 + name.length] = context.length;
  info.set(context, 4 + name.length);
  return hkdfExpand(hash, secret, info, length);
}

/** Derive-Secret of a transcript's hash, section 7.1. */
export function deriveSecret(
  hash: Hash,
  secret: Uint8Array,
  label: string,
  transcriptHash: Uint8Array,
): Promise<Uint8Array> {
  return expandLabel(hash, secret, label, transcriptHash, hash.bytes);
}

/** The early secret: of a resumed session's key, or of none. HMAC fills its key up with zeros, so no salt is the salt of zeros. */
export function earlySecret(hash: Hash, psk: Uint8Array = new Uint8Array(hash.bytes)): Promise<Uint8Array> {
  return hkdfExtract(hash, NOTHING, psk);
}

/** The hash of nothing and the salt of handshakes that resume nothing, which are always the same. */
const CONSTANTS = new Map<Hash, { readonly emptyHash: Uint8Array; readonly freshSalt: Uint8Array }>();

async function constantsOf(
  hash: Hash,
): Promise<{ readonly emptyHash: Uint8Array; readonly freshSalt: Uint8Array }> {
  const known = CONSTANTS.get(hash);
  if (known !== undefined) return known;
  const emptyHash = await hash.digest(NOTHING);
  const early = await earlySecret(hash);
  const made = { emptyHash, freshSalt: await deriveSecret(hash, early, 'derived', emptyHash) };
  CONSTANTS.set(hash, made);
  return made;
}

/** The hash of nothing: what secrets are derived with that no message belongs to. */
export async function emptyHash(hash: Hash): Promise<Uint8Array> {
  return (await constantsOf(hash)).emptyHash;
}

/**
 * The handshake secret.
 * @param early The early secret of the resumed session, if there is one.
 * @param shared What both sides have agreed on.
 */
export async function handshakeSecret(
  hash: Hash,
  early: Uint8Array | undefined,
  shared: Uint8Array,
): Promise<Uint8Array> {
  if (early === undefined) return hkdfExtract(hash, (await constantsOf(hash)).freshSalt, shared);
  return nextSecret(hash, early, shared);
}

/** The master secret. */
export function masterSecret(hash: Hash, secret: Uint8Array): Promise<Uint8Array> {
  return nextSecret(hash, secret, new Uint8Array(hash.bytes));
}

async function nextSecret(hash: Hash, secret: Uint8Array, ikm: Uint8Array): Promise<Uint8Array> {
  const salt = await deriveSecret(hash, secret, 'derived', await emptyHash(hash));
  return hkdfExtract(hash, salt, ikm);
}

/** `verify_data` of Finished, and binders: section 4.4.4. */
export async function finishedValue(
  hash: Hash,
  secret: Uint8Array,
  transcriptHash: Uint8Array,
): Promise<Uint8Array> {
  const key = await expandLabel(hash, secret, 'finished', NOTHING, hash.bytes);
  return hash.hmac(key, transcriptHash);
}

/** The secret of one direction's keys, section 7.2 and 7.3. */
export class TrafficSecret {
  readonly #suite: CipherSuite;
  readonly #secret: Uint8Array;

  constructor(suite: CipherSuite, secret: Uint8Array) {
    this.#suite = suite;
    this.#secret = secret;
  }

  /** The keys for one direction. */
  async protection(use: 'seal' | 'open'): Promise<Protection> {
    const { hash, aead } = this.#suite;
    const [key, iv] = await Promise.all([
      expandLabel(hash, this.#secret, 'key', NOTHING, aead.keyBytes),
      expandLabel(hash, this.#secret, 'iv', NOTHING, 12),
    ]);
    return {
      aead: await aead.importKey(key, use),
      maxRecords: aead.maxRecords,
      iv,
      explicitNonceBytes: 0,
    };
  }

  /** The secret behind a KeyUpdate. */
  async next(): Promise<TrafficSecret> {
    const { hash } = this.#suite;
    return new TrafficSecret(
      this.#suite,
      await expandLabel(hash, this.#secret, 'traffic upd', NOTHING, hash.bytes),
    );
  }

  /** As `finishedValue`. */
  finished(transcriptHash: Uint8Array): Promise<Uint8Array> {
    return finishedValue(this.#suite.hash, this.#secret, transcriptHash);
  }
}

/** The messages of a handshake so far. WebCrypto cannot hash piece by piece, so they are kept. */
export class MessageTranscript implements Transcript {
  #messages: Uint8Array[] = [];
  /** The hash of what is there, until something is added. */
  #hash: Promise<Uint8Array> | undefined;

  add(message: Uint8Array): void {
    this.#messages.push(message);
    this.#hash = undefined;
  }

  /** @param hash The same one each time, until `restart`. */
  hash(hash: Hash): Promise<Uint8Array> {
    this.#hash ??= this.#digest(hash);
    return this.#hash;
  }

  #digest(hash: Hash): Promise<Uint8Array> {
    // Put together once: what is whole already is not copied again with the next message alone.
    const [first] = this.#messages;
    if (this.#messages.length !== 1 || first === undefined) this.#messages = [concat(this.#messages)];
    return hash.digest(this.#messages[0] ?? NOTHING);
  }

  /** Everything so far with `message` behind it, hashed, without adding it. */
  hashWith(hash: Hash, message: Uint8Array): Promise<Uint8Array> {
    return hash.digest(concat([...this.#messages, message]));
  }

  /** Puts a hash in place of the first ClientHello, as HelloRetryRequest wants it: section 4.4.1. */
  async restart(hash: Hash): Promise<void> {
    const digest = await this.hash(hash);
    this.#hash = undefined;
    this.#messages = [concat([Uint8Array.of(254, 0, 0, digest.length), digest])];
  }
}
