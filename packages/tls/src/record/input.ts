// Cuts what the inner transport reads into records. It opens none, copies only a record that two reads have parts of, and
// checks a record's length before it waits for the rest.
import type { Transport } from '@fairlead/transport';
import { TlsFault } from '../fault.ts';
import { CONTENT, HEADER_BYTES, MAX_PLAINTEXT_BYTES, type RawRecord, RECORD_VERSION } from './record.ts';

/** More than any record's body, whatever protects it. */
const MOST_BODY_BYTES = MAX_PLAINTEXT_BYTES + 256;
const NOTHING = new Uint8Array(0);

/** The records of one connection, in order. */
export class RecordInput {
  /** The most that a body may have: what the protection in force can add to a full record. */
  maxBodyBytes = MAX_PLAINTEXT_BYTES;
  /** Whether every record has to be of version 0x0303; before, any 0x03xx will do. */
  isVersionFixed = false;
  readonly #transport: Transport;
  #chunk: Uint8Array = NOTHING;
  #at = 0;
  /** The beginning of a record whose rest has not arrived. */
  #carry: Uint8Array = NOTHING;
  #carried = 0;
  #isFirst = true;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Whether bytes are there that no record was made of. */
  get hasBytes(): boolean {
    return this.#carried > 0 || this.#at < this.#chunk.length;
  }

  /**
   * The next record, if it is there as a whole. Its views are valid until `more`.
   * @throws TlsFault for a header that cannot be.
   */
  take(): RawRecord | undefined {
    if (this.#carried > 0) return this.#takeCarried();
    const left = this.#chunk.length - this.#at;
    if (left < HEADER_BYTES) return undefined;
    const start = this.#at;
    const end = start + HEADER_BYTES + this.#bodyBytes(this.#chunk, start);
    if (end > this.#chunk.length) return undefined;
    this.#at = end;
    return recordOf(this.#chunk.subarray(start, end));
  }

  /** Waits for more bytes. @returns `false` at the end of the stream. */
  async more(): Promise<boolean> {
    const rest = this.#chunk.subarray(this.#at);
    if (rest.length > 0) this.#keep(rest);
    this.#chunk = NOTHING;
    this.#at = 0;
    const chunk = await this.#transport.read(this.#missing());
    if (chunk === undefined) return false;
    this.#chunk = chunk;
    return true;
  }

  #missing(): number {
    if (this.#carried < HEADER_BYTES) return HEADER_BYTES - this.#carried;
    return HEADER_BYTES + this.#bodyBytes(this.#carry, 0) - this.#carried;
  }

  #takeCarried(): RawRecord | undefined {
    if (!this.#fill(HEADER_BYTES)) return undefined;
    const length = HEADER_BYTES + this.#bodyBytes(this.#carry, 0);
    if (!this.#fill(length)) return undefined;
    this.#carried = 0;
    return recordOf(this.#carry.subarray(0, length));
  }

  /** Completes the carried record up to `length` bytes, as far as there are any. */
  #fill(length: number): boolean {
    const missing = length - this.#carried;
    if (missing <= 0) return true;
    const part = this.#chunk.subarray(this.#at, this.#at + missing);
    if (part.length > 0) this.#keep(part);
    this.#at += part.length;
    return part.length === missing;
  }

  #keep(part: Uint8Array): void {
    if (this.#carry.length === 0) this.#carry = new Uint8Array(HEADER_BYTES + MOST_BODY_BYTES);
    this.#carry.set(part, this.#carried);
    this.#carried += part.length;
  }

  /** The length that the header at `at` declares, checked. */
  #bodyBytes(bytes: Uint8Array, at: number): number {
    const type = bytes[at] ?? 0;
    const version = ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const length = ((bytes[at + 3] ?? 0) << 8) | (bytes[at + 4] ?? 0);
    const isVersion = this.isVersionFixed
      ? version === RECORD_VERSION
      : version >>> 8 === RECORD_VERSION >>> 8;
    if (this.#isFirst && (!isVersion || type < CONTENT.changeCipherSpec || type > CONTENT.applicationData)) {
      throw new TlsFault('unexpected_message', NO_TLS);
    }
    if (!isVersion) throw new TlsFault('protocol_version', 'a record has a version of no TLS');
    if (length > this.maxBodyBytes) {
      throw new TlsFault(
        'record_overflow',
        `a record has ${length} bytes, and ${this.maxBodyBytes} are allowed`,
      );
    }
    this.#isFirst = false;
    return length;
  }
}

const NO_TLS =
  'the server does not answer in TLS. Common causes: a port that speaks no TLS, or none before STARTTLS';

function recordOf(bytes: Uint8Array): RawRecord {
  return {
    type: bytes[0] ?? 0,
    version: ((bytes[1] ?? 0) << 8) | (bytes[2] ?? 0),
    header: bytes.subarray(0, HEADER_BYTES),
    body: bytes.subarray(HEADER_BYTES),
  };
}
