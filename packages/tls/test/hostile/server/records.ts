// Records in and out of the scripted server, over any stream of bytes.
import { concat } from '@fairlead/bytes';
import { type Protected, recordHeader } from './keys.ts';

/** What a server stands on. */
export interface ByteStream {
  /** The next bytes; `undefined` at the end. */
  read(): Promise<Uint8Array | undefined>;
  write(bytes: Uint8Array): Promise<void>;
}

/** A record's type, RFC 8446 section 5.1. */
export const TYPE = { changeCipherSpec: 20, alert: 21, handshake: 22, data: 23 } as const;

/** A record, opened. */
export interface ReceivedRecord {
  readonly type: number;
  readonly content: Uint8Array;
}

const MAX_FRAGMENT = 16_384;

/** Reads and writes records. */
export class Records {
  readonly #stream: ByteStream;
  #received: Uint8Array = new Uint8Array(0);
  /** What protects the other side's records. */
  reading: Protected | undefined;
  /** What protects this side's. */
  writing: Protected | undefined;

  constructor(stream: ByteStream) {
    this.#stream = stream;
  }

  /** The next record; `undefined` at the end of the stream. @throws Error where its tag is wrong. */
  async next(): Promise<ReceivedRecord | undefined> {
    const header = (await this.#take(5))?.slice();
    if (header === undefined) return undefined;
    const body = await this.#take(((header[3] ?? 0) << 8) | (header[4] ?? 0));
    if (body === undefined) return undefined;
    const type = header[0] ?? 0;
    if (type !== TYPE.data || this.reading === undefined) return { type, content: body.slice() };
    const inner = await this.reading.open(header, body);
    if (inner === undefined) throw new Error('a record of the client has a wrong tag');
    const end = inner.findLastIndex((byte) => byte !== 0);
    return { type: inner[end] ?? 0, content: inner.subarray(0, end) };
  }

  /** Content of one type as records of at most `fragment` bytes, protected where this side has keys. */
  async encode(type: number, content: Uint8Array, fragment = MAX_FRAGMENT, padding = 0): Promise<Uint8Array> {
    const records: Uint8Array[] = [];
    for (let at = 0; at === 0 || at < content.length; at += fragment) {
      const part = content.subarray(at, at + fragment);
      records.push(
        this.writing === undefined
          ? concat([recordHeader(type, part.length), part])
          : await this.writing.seal(concat([part, Uint8Array.of(type), new Uint8Array(padding)])),
      );
    }
    return concat(records);
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#stream.write(bytes);
  }

  async #take(length: number): Promise<Uint8Array | undefined> {
    while (this.#received.length < length) {
      const more = await this.#stream.read();
      if (more === undefined) return undefined;
      this.#received = concat([this.#received, more]);
    }
    const taken = this.#received.subarray(0, length);
    this.#received = this.#received.subarray(length);
    return taken;
  }
}
