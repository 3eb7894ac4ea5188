// The response: like the platform's Response, with menus and attributes. It reads whole answers up to a cap, and streams
// without one.
import { stackAtCaller } from '@fairlead/client';
import { type Peer, usage } from '@fairlead/errors';
import { limitError } from '../errors.ts';
import type { GatherLimits } from '../types.ts';
import { isTextItem } from '../wire/content-type.ts';
import { MenuDecoder } from '../wire/decode-menu.ts';
import type { GopherPlusInfo, MenuItem } from '../wire/messages.ts';
import { decodeText, undot } from '../wire/text.ts';

const DEFAULT_MAX_BYTES = 16_777_216;
/** Items of a menu, lines of attributes, where the caller gives no `maxItems`. */
export const DEFAULT_MAX_ITEMS = 100_000;

/** What `fetch` knows when the answer begins. */
export interface ResponseHead {
  readonly url: string;
  readonly type: string;
  readonly contentType: string;
  readonly info: GopherPlusInfo | undefined;
  readonly peer: Peer;
  readonly closed: Promise<void>;
}

/**
 * An answer. It holds a connection until its body is read to the end, cancelled or disposed of.
 * @example
 * ```ts
 * import { fetch } from '@fairlead/gopher';
 *
 * await using response = await fetch('gopher://gopher.example.com/9/image.iso');
 * let bytes = 0;
 * for await (const chunk of response.body) bytes += chunk.length;
 * console.log(response.contentType, bytes);
 * ```
 */
export class GopherResponse implements AsyncDisposable {
  /** The URL of the item, with the options' search and Gopher+ string. */
  declare readonly url: string;
  /** The item type that was asked for: one character. It decides how the answer is read. */
  declare readonly type: string;
  /** MIME type by item type, or the view asked for; `application/octet-stream` where unknown. */
  declare readonly contentType: string;
  /** The Gopher+ status line; undefined for plain Gopher. */
  declare readonly info: GopherPlusInfo | undefined;
  declare readonly peer: Peer;
  /** Settles when the connection has ended, whichever way. Never rejects. */
  declare readonly closed: Promise<void>;
  /**
   * The data byte for byte, without a cap and at the reader's pace. A text's lone dot, and dots before leading dots, are
   * in it as they came: only its end tells whether they are the file's own. Fails with `connection_lost`, `timeout`,
   * `aborted`, `tls_failed`.
   */
  readonly body: ReadableStream<Uint8Array>;
  readonly #limits: GatherLimits;
  #used = false;

  constructor(head: ResponseHead, body: ReadableStream<Uint8Array>, limits: GatherLimits) {
    Object.assign(this, head);
    this.body = body;
    this.#limits = limits;
  }

  /** Whether the body was read, or is being read. */
  get bodyUsed(): boolean {
    return this.#used || this.body.locked;
  }

  /**
   * The data byte for byte.
   * @throws FairleadError `limit` (over `maxBytes`), `usage` (read already), and what the body fails with.
   */
  async bytes(): Promise<Uint8Array> {
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    await this.#each((chunk) => chunks.push(chunk as Uint8Array<ArrayBuffer>) > 0);
    return new Uint8Array(await new Blob(chunks).arrayBuffer());
  }

  /**
   * The data as text: UTF-8, or windows-1252 where it is not that. In types that are text (0, 1, 3, 4, 6, 7) and came
   * without a length, the lone dot at the end is taken off, and then the dots before leading dots.
   * @throws FairleadError As `bytes`.
   */
  async text(): Promise<string> {
    const text = decodeText(await this.bytes());
    const framing = this.info?.framing ?? 'dot';
    return isTextItem(this.type) && framing === 'dot' ? undot(text, !!this.info) : text;
  }

  /**
   * The data as a menu, whatever the type; the connection ends at its lone dot.
   * @throws FairleadError `limit` (over `maxBytes` or `maxItems`, a line over 16,384 bytes), else as `bytes`.
   */
  async menu(): Promise<MenuItem[]> {
    const { maxItems = DEFAULT_MAX_ITEMS } = this.#limits;
    const decoder = new MenuDecoder({ maxItems, secure: this.peer.tls ? this.peer : undefined });
    const items: MenuItem[] = [];
    await this.#each((chunk) => {
      for (const item of decoder.push(chunk)) items.push(item);
      return !decoder.done;
    });
    return items.concat(decoder.end());
  }

  /** Ends the connection, if the body was not read to its end. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.body.locked) await this.body.cancel().catch(() => {});
  }

  /** Calls `take` with each chunk until it returns false. The connection is ended in every case. */
  async #each(take: (chunk: Uint8Array) => boolean): Promise<void> {
    if (this.bodyUsed) throw usage('The body was read already, or is being read');
    this.#used = true;
    const { maxBytes = DEFAULT_MAX_BYTES } = this.#limits;
    const check = (length = 0): void => {
      if (length > maxBytes) throw limitError('number of bytes', maxBytes, 'maxBytes');
    };
    let read = 0;
    try {
      // A declared length is checked before any of its bytes is read.
      check(this.info?.length);
      for await (const chunk of this.body) {
        read += chunk.length;
        check(read);
        if (!take(chunk)) break;
      }
    } catch (error) {
      throw stackAtCaller(error);
    } finally {
      await this[Symbol.asyncDispose]();
    }
  }
}
