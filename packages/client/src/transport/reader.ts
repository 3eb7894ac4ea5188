// Lines, fixed lengths and everything up to a delimiter, out of a transport: for protocols of one's own. It writes nothing.
import { ReceiveBuffer } from '@fairlead/bytes';
import { FairleadError, usage } from '@fairlead/errors';
import type { Transport } from '@fairlead/transport';

const DEFAULT_MAX_BYTES = 65_536;
const CR = 0x0d;
const LF = 0x0a;

/** Options of `TransportReader`. */
export interface TransportReaderOptions {
  /** The longest line, length or piece in bytes, its delimiter included. Default 65,536. */
  readonly maxBytes?: number | undefined;
}

/**
 * Reads a transport in the pieces that a protocol has. One call at a time; between two calls nothing is read, so that an
 * upgrade by `startTls()` may follow.
 * @example
 * ```ts
 * import { TransportReader } from '@fairlead/client';
 * import { connect } from '@fairlead/transport';
 *
 * await using transport = await connect({ hostname: 'whois.example', port: 43 });
 * const reader = new TransportReader(transport);
 * void transport.write(new TextEncoder().encode('example.com\r\n'));
 * for (let line = await reader.readLine(); line !== undefined; line = await reader.readLine()) console.log(line);
 * ```
 */
export class TransportReader {
  readonly #transport: Transport;
  #buffer: ReceiveBuffer = newBuffer();
  readonly #maxBytes: number;
  #text: TextDecoder | undefined;

  /** @throws FairleadError `usage` for a `maxBytes` that is no whole number above 0. */
  constructor(transport: Transport, { maxBytes = DEFAULT_MAX_BYTES }: TransportReaderOptions = {}) {
    if (!(Number.isSafeInteger(maxBytes) && maxBytes > 0)) throw usage('maxBytes is a whole number above 0');
    this.#transport = transport;
    this.#maxBytes = maxBytes;
  }

  /** Bytes that have arrived and were not read. */
  get buffered(): number {
    return this.#buffer.length;
  }

  /**
   * The next line as text, without its line end (CR LF or LF alone); `undefined` at the end of the stream. A last line
   * may lack its end.
   * @throws FairleadError `limit` (a longer line), `protocol` (not UTF-8), and what the transport throws.
   */
  async readLine(): Promise<string | undefined> {
    const end = await this.#find(Uint8Array.of(LF));
    if (end === undefined && this.#buffer.length === 0) return undefined;
    const line = this.#take(end ?? this.#buffer.length, end === undefined ? 0 : 1);
    const text = line.at(-1) === CR && end !== undefined ? line.subarray(0, -1) : line;
    this.#text ??= new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    try {
      return this.#text.decode(text);
    } catch (cause) {
      throw new FairleadError('protocol', 'A line is not UTF-8', { cause, peer: this.#transport.peer });
    }
  }

  /**
   * The next `length` bytes, as an array of their own. Where they do not come, those that have come may be gone.
   * @throws FairleadError `usage` (a length that is no whole number from 0 to `maxBytes`), `connection_lost` (the stream
   *   ends before), and what the transport throws.
   */
  async readN(length: number): Promise<Uint8Array<ArrayBuffer>> {
    if (!(Number.isSafeInteger(length) && length >= 0 && length <= this.#maxBytes)) {
      throw usage(`length is a whole number from 0 to ${this.#maxBytes} (maxBytes)`);
    }
    while (this.#buffer.length < length) {
      this.#buffer.reserve(length);
      if (!(await this.#more(length - this.#buffer.length))) throw this.#cut();
    }
    return this.#take(length, 0);
  }

  /**
   * Everything before `delimiter`, as an array of its own; the delimiter is consumed.
   * @param delimiter Bytes, or text that stands for its UTF-8 form; at least one byte.
   * @throws FairleadError `usage` (an empty delimiter), `limit` (it does not come within `maxBytes`), `connection_lost`
   *   (the stream ends before), and what the transport throws.
   */
  async readUntil(delimiter: string | Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = typeof delimiter === 'string' ? new TextEncoder().encode(delimiter) : delimiter;
    if (bytes.length === 0) throw usage('The delimiter has at least one byte');
    const end = await this.#find(bytes);
    if (end === undefined) throw this.#cut();
    return this.#take(end, bytes.length);
  }

  /**
   * Everything up to the end of the stream.
   * @throws FairleadError `limit` (more than `maxBytes`), and what the transport throws.
   */
  async readAll(): Promise<Uint8Array<ArrayBuffer>> {
    while (await this.#more(1)) this.#check(this.#buffer.length);
    return this.#take(this.#buffer.length, 0);
  }

  /** Where `delimiter` begins; undefined where the stream ends before. Each byte is looked at once. */
  async #find(delimiter: Uint8Array): Promise<number | undefined> {
    const buffer = this.#buffer;
    for (let from = 0; ; ) {
      const at = indexOf(buffer.view(), delimiter, from);
      from = Math.max(0, buffer.length - delimiter.length + 1);
      this.#check(at === undefined ? buffer.length : at + delimiter.length);
      if (at !== undefined) return at;
      if (!(await this.#more(1))) return undefined;
    }
  }

  #check(length: number): void {
    if (length <= this.#maxBytes) return;
    const message = `The server sent more than ${this.#maxBytes} bytes for one piece (maxBytes)`;
    throw new FairleadError('limit', message, { blame: 'peer', peer: this.#transport.peer });
  }

  /** @returns Whether something came. */
  async #more(atLeast: number): Promise<boolean> {
    this.#buffer.keep();
    const room = this.#buffer.lend(atLeast);
    let chunk: Uint8Array | undefined;
    try {
      chunk = await this.#transport.read(atLeast, room);
    } finally {
      // The platform took the memory, and what was in it, and gives nothing back.
      if (chunk === undefined && room?.length === 0) this.#buffer = newBuffer();
    }
    if (chunk === undefined) return false;
    this.#buffer.push(chunk);
    return true;
  }

  #take(length: number, skipped: number): Uint8Array<ArrayBuffer> {
    const taken = this.#buffer.view(length).slice();
    this.#buffer.consume(length + skipped);
    return taken;
  }

  #cut(): FairleadError {
    const { peer } = this.#transport;
    return new FairleadError('connection_lost', 'The server closed the connection in the middle', { peer });
  }
}

/** Without a cap of its own: a read may bring any number of pieces, and each piece is checked before more is read. */
function newBuffer(): ReceiveBuffer {
  return new ReceiveBuffer(Number.POSITIVE_INFINITY);
}

function indexOf(bytes: Uint8Array, delimiter: Uint8Array, from: number): number | undefined {
  const first = delimiter[0] ?? 0;
  for (let at = bytes.indexOf(first, from); at !== -1; at = bytes.indexOf(first, at + 1)) {
    if (at + delimiter.length > bytes.length) return undefined;
    if (delimiter.every((byte, n) => bytes[at + n] === byte)) return at;
  }
  return undefined;
}
