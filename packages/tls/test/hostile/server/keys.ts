// The key schedule of TLS 1.3 as a server goes through it (RFC 8446 section 7.1), written apart from the client's.
import { concat } from '@fairlead/bytes';
import { hkdfExpand, hkdfExtract } from '../../../src/crypto/index.ts';
import type { Aead, CipherSuite, Hash } from '../../../src/crypto/types.ts';
import { Encoder } from './encoder.ts';

const NONE = new Uint8Array(0);

/** A traffic secret of each direction. */
export interface Secrets {
  readonly client: Uint8Array;
  readonly server: Uint8Array;
}

/** HKDF-Expand-Label. */
export function expandLabel(
  hash: Hash,
  secret: Uint8Array,
  label: string,
  context: Uint8Array,
  length: number,
): Promise<Uint8Array> {
  const info = new Encoder()
    .number(length, 2)
    .vector(1, (inside) => inside.raw(new TextEncoder().encode(`tls13 ${label}`)))
    .vector(1, (inside) => inside.raw(context));
  return hkdfExpand(hash, secret, info.done().bytes, length);
}

/** The secrets from the early one on. */
export class KeySchedule {
  readonly #hash: Hash;
  #secret: Uint8Array = NONE;

  constructor(hash: Hash) {
    this.#hash = hash;
  }

  /** From the (EC)DHE secret and the transcript up to ServerHello. @param psk What is resumed. */
  async handshake(shared: Uint8Array, transcript: Uint8Array, psk?: Uint8Array): Promise<Secrets> {
    const zeros = new Uint8Array(this.#hash.bytes);
    this.#secret = await hkdfExtract(this.#hash, zeros, psk ?? zeros);
    return this.#next(shared, 'hs', transcript);
  }

  /** From the transcript up to the server's Finished. */
  application(transcript: Uint8Array): Promise<Secrets> {
    return this.#next(new Uint8Array(this.#hash.bytes), 'ap', transcript);
  }

  async #next(input: Uint8Array, stage: string, transcript: Uint8Array): Promise<Secrets> {
    const hash = this.#hash;
    const empty = await hash.digest(NONE);
    const derived = await expandLabel(hash, this.#secret, 'derived', empty, hash.bytes);
    this.#secret = await hkdfExtract(hash, derived, input);
    const secretOf = async (side: string) =>
      expandLabel(hash, this.#secret, `${side} ${stage} traffic`, await hash.digest(transcript), hash.bytes);
    return { client: await secretOf('c'), server: await secretOf('s') };
  }
}

/** What a Finished says, given a traffic secret and the transcript before it. */
export async function finishedOf(
  hash: Hash,
  secret: Uint8Array,
  transcript: Uint8Array,
): Promise<Uint8Array> {
  const key = await expandLabel(hash, secret, 'finished', NONE, hash.bytes);
  return hash.hmac(key, await hash.digest(transcript));
}

/** One direction's records, protected. */
export class Protected {
  readonly #suite: CipherSuite;
  readonly #secret: Uint8Array;
  #sequence = 0;
  #keys: Promise<{ readonly aead: Aead; readonly iv: Uint8Array }> | undefined;

  constructor(suite: CipherSuite, secret: Uint8Array) {
    this.#suite = suite;
    this.#secret = secret;
  }

  /** The same direction behind a key update. */
  async updated(): Promise<Protected> {
    const { hash } = this.#suite;
    return new Protected(this.#suite, await expandLabel(hash, this.#secret, 'traffic upd', NONE, hash.bytes));
  }

  /** A record, header and all. @param content What is inside, with its type and padding. */
  async seal(content: Uint8Array): Promise<Uint8Array> {
    const header = recordHeader(23, content.length + 16);
    const [aead, nonce] = await this.#next('seal');
    return concat([header, await aead.seal(nonce, header, content)]);
  }

  /** What is inside a record, with its type and padding; `undefined` where the tag is wrong. */
  async open(header: Uint8Array, ciphertext: Uint8Array): Promise<Uint8Array | undefined> {
    const [aead, nonce] = await this.#next('open');
    return aead.open(nonce, header, ciphertext);
  }

  async #next(use: 'seal' | 'open') {
    this.#keys ??= this.#derive(use);
    const { aead, iv } = await this.#keys;
    const nonce = iv.slice();
    let rest = this.#sequence++;
    for (let i = 11; rest > 0; i--, rest = Math.floor(rest / 256)) nonce[i] = (nonce[i] ?? 0) ^ (rest % 256);
    return [aead, nonce] as const;
  }

  async #derive(use: 'seal' | 'open') {
    const { hash, aead } = this.#suite;
    const key = await expandLabel(hash, this.#secret, 'key', NONE, aead.keyBytes);
    return {
      aead: await aead.importKey(key, use),
      iv: await expandLabel(hash, this.#secret, 'iv', NONE, 12),
    };
  }
}

/** A record's header, TLS 1.2 by its own account. */
export function recordHeader(type: number, length: number): Uint8Array {
  return Uint8Array.of(type, 3, 3, length >> 8, length & 0xff);
}
