// How records are opened and sealed with the keys in force: nonces, inner types, padding (RFC 8446 section 5.2). Each direction has
// one; a sequence number is used once. What TLS 1.2 does otherwise comes with its keys.
import type { Framing, Protection } from '../client/types.ts';
import { TlsFault } from '../fault.ts';
import {
  CONTENT,
  HEADER_BYTES,
  MAX_EXPANSION_13_BYTES,
  MAX_PLAINTEXT_BYTES,
  type OpenRecord,
  type RawRecord,
  RECORD_VERSION,
  TAG_BYTES,
} from './record.ts';

/** How much longer than its content a record may be under `protection`. */
export function expansionOf({ framing, explicitNonceBytes }: Protection): number {
  return framing === undefined ? MAX_EXPANSION_13_BYTES : explicitNonceBytes + TAG_BYTES;
}

/** Opens what is received under one set of keys. */
export class Opener {
  readonly #protection: Protection;
  #sequence = 0;

  constructor(protection: Protection) {
    this.#protection = protection;
  }

  /**
   * Opens the next record; several may be on their way at once.
   * @throws TlsFault `bad_record_mac`, `record_overflow`, `unexpected_message`, `decode_error`
   */
  open(record: RawRecord): Promise<OpenRecord> {
    const { framing = framing13 } = this.#protection;
    return framing.open(this.#protection, record, this.#sequence++);
  }
}

/** Seals what is sent under one set of keys. */
export class Sealer {
  readonly #protection: Protection;
  #sequence = 0;

  constructor(protection: Protection) {
    this.#protection = protection;
  }

  /** Whether these keys may protect as many records more as `bytes` need, and a KeyUpdate behind them. */
  suffices(bytes: number): boolean {
    return this.#sequence + Math.ceil(bytes / MAX_PLAINTEXT_BYTES) + 1 < this.#protection.maxRecords;
  }

  /** @returns The records of `content`, one behind the other. Several calls may be on their way at once, in order. */
  async seal(type: number, content: Uint8Array): Promise<Uint8Array> {
    const { framing, explicitNonceBytes } = this.#protection;
    const { seal } = framing ?? framing13;
    // Under TLS 1.3 the content's type is sealed with it.
    const overhead = HEADER_BYTES + explicitNonceBytes + TAG_BYTES + (framing === undefined ? 1 : 0);
    const count = Math.max(1, Math.ceil(content.length / MAX_PLAINTEXT_BYTES));
    const out = new Uint8Array(content.length + count * overhead);
    const sealing: Promise<void>[] = [];
    for (let i = 0, at = 0; i < count; i++) {
      const part = content.subarray(i * MAX_PLAINTEXT_BYTES, (i + 1) * MAX_PLAINTEXT_BYTES);
      const record = out.subarray(at, at + part.length + overhead);
      at += record.length;
      sealing.push(seal(this.#protection, { type, content: part }, record, this.#sequence++));
    }
    await Promise.all(sealing);
    return out;
  }
}

/** RFC 8446 section 5.2: the type is inside, behind the content and in front of any padding. */
const framing13: Framing = {
  async open({ aead, iv }, { type, header, body }, sequence) {
    if (type !== CONTENT.applicationData) {
      throw new TlsFault('unexpected_message', 'a record is not encrypted, though it has to be');
    }
    if (body.length < TAG_BYTES) throw badRecord();
    const inner = await aead.open(nonceOf(iv, sequence), header, body);
    if (inner === undefined) throw badRecord();
    if (inner.length > MAX_PLAINTEXT_BYTES + 1) throw overlong(inner.length);
    let end = inner.length - 1;
    while (end >= 0 && inner[end] === 0) end--;
    const innerType = inner[end];
    if (innerType === undefined) throw new TlsFault('unexpected_message', 'a record has no type');
    return { type: innerType, content: inner.subarray(0, end) };
  },
  /** The record holds first what is to be sealed, which then makes way for the ciphertext. */
  async seal({ aead, iv }, { type, content }, record, sequence) {
    const header = writeHeader(record, CONTENT.applicationData, RECORD_VERSION, record.length - HEADER_BYTES);
    record.set(content, HEADER_BYTES);
    record[HEADER_BYTES + content.length] = type;
    const inner = record.subarray(HEADER_BYTES, HEADER_BYTES + content.length + 1);
    record.set(await aead.seal(nonceOf(iv, sequence), header, inner), HEADER_BYTES);
  },
};

/** Records in clear: `content` cut to size behind headers. */
export function plainRecords(type: number, version: number, content: Uint8Array): Uint8Array {
  const count = Math.max(1, Math.ceil(content.length / MAX_PLAINTEXT_BYTES));
  const out = new Uint8Array(content.length + count * HEADER_BYTES);
  for (let i = 0, at = 0; i < count; i++) {
    const part = content.subarray(i * MAX_PLAINTEXT_BYTES, (i + 1) * MAX_PLAINTEXT_BYTES);
    writeHeader(out.subarray(at), type, version, part.length);
    out.set(part, at + HEADER_BYTES);
    at += HEADER_BYTES + part.length;
  }
  return out;
}

/** Writes a record's header. @returns It, as a view. */
export function writeHeader(record: Uint8Array, type: number, version: number, length: number): Uint8Array {
  record[0] = type;
  record[1] = version >>> 8;
  record[2] = version;
  record[3] = length >>> 8;
  record[4] = length;
  return record.subarray(0, HEADER_BYTES);
}

/** RFC 8446 section 5.3: the vector XORed with the sequence number in its last eight bytes. */
export function nonceOf(iv: Uint8Array, sequence: number): Uint8Array {
  const nonce = iv.slice();
  const view = new DataView(nonce.buffer);
  view.setUint32(4, view.getUint32(4) ^ Math.floor(sequence / 0x1_0000_0000));
  view.setUint32(8, view.getUint32(8) ^ (sequence >>> 0));
  return nonce;
}

/** The fault of a record that its key does not open. */
export function badRecord(): TlsFault {
  return new TlsFault('bad_record_mac', 'a record was changed on its way, or is not of this connection');
}

/** The fault of a record whose content is longer than is allowed. */
export function overlong(bytes: number): TlsFault {
  return new TlsFault(
    'record_overflow',
    `a record holds ${bytes} bytes, and ${MAX_PLAINTEXT_BYTES} are allowed`,
  );
}
