// Reads one file by many READs at a time, and hands its bytes out in their order. A reader that stops stops the requests.
import { type Deferred, deferred } from '@fairlead/client';
import type { Call } from '../connection/call.ts';
import { protocolError } from '../errors.ts';
import type { PendingReply } from '../session/pending-replies.ts';
import * as FXP from '../wire/numbers/fxp.ts';
import { readFields } from '../wire/requests.ts';
import { MAX_BYTES_AHEAD, type TransferWindow } from './window.ts';

/** Which part of a file is read. */
export interface ReadRange {
  readonly start: number;
  /** Behind the last byte; `Infinity` for the end of the file. */
  readonly end: number;
  /** The size that the server told, if it did. Only the number of requests depends on it: the file is read to its end. */
  readonly size: number | undefined;
  /** Where the first bytes go, from `start` on: their pieces are views of it. The others get storage of their own. */
  readonly storage?: Uint8Array | undefined;
}

/** The most pieces that are held: small ones take far more memory than their bytes, whatever the window says. */
const MAX_PIECES = 16_384;

const noop = (): void => undefined;

/** The bytes of one open file. */
export class ReadAhead {
  readonly #call: Call;
  readonly #handle: Uint8Array;
  readonly #maxRequests: number;
  readonly #start: number;
  readonly #end: number;
  readonly #storage: Uint8Array | undefined;
  #requestBytes: number;
  /** Up to here many requests are sent at a time; behind it one, until it has brought data. */
  #expectedEnd: number;
  /** Where the next request begins, and where the next piece for the reader does. */
  #requestAt: number;
  #readAt: number;
  /** The end of the file, as far as a reply has told it. */
  #endOfFile = Number.POSITIVE_INFINITY;
  /** Pieces that came ahead of their turn, by where they begin. */
  readonly #pieces = new Map<number, Uint8Array>();
  #outstanding = 0;
  #isProbing = false;
  #waiting: Deferred<void> | undefined;
  #failure: { readonly reason: unknown } | undefined;

  constructor(
    call: Call,
    handle: Uint8Array,
    { start, end, size, storage }: ReadRange,
    window: TransferWindow,
  ) {
    this.#call = call;
    this.#handle = handle;
    this.#maxRequests = window.maxRequests;
    this.#requestBytes = window.requestBytes;
    this.#start = this.#requestAt = this.#readAt = start;
    this.#storage = storage;
    this.#end = end;
    this.#expectedEnd = Math.min(end, size ?? Number.POSITIVE_INFINITY);
  }

  /** The next piece; `undefined` at the end. One call at a time. The piece belongs to the caller. */
  async next(): Promise<Uint8Array | undefined> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure.reason;
      this.#call.check();
      if (this.#readAt >= Math.min(this.#end, this.#endOfFile)) return undefined;
      const piece = this.#pieces.get(this.#readAt);
      if (piece !== undefined) this.#take(piece);
      this.#request();
      if (piece !== undefined) return piece;
      if (this.#failure !== undefined) continue;
      this.#waiting = deferred();
      await this.#waiting.promise;
    }
  }

  #take(piece: Uint8Array): void {
    this.#pieces.delete(this.#readAt);
    this.#readAt += piece.length;
  }

  /** Sends requests as far as the window allows. */
  #request(): void {
    while (this.#outstanding < this.#maxRequests && this.#requestAt < Math.min(this.#end, this.#endOfFile)) {
      const ahead = this.#requestAt - this.#readAt;
      if (ahead > 0 && ahead + this.#requestBytes > MAX_BYTES_AHEAD) return;
      const isProbe = this.#requestAt >= this.#expectedEnd;
      if (isProbe && this.#isProbing) return;
      this.#isProbing = isProbe;
      const limit = isProbe ? this.#end : this.#expectedEnd;
      const count = Math.min(this.#requestBytes, limit - this.#requestAt);
      const offset = this.#requestAt;
      this.#requestAt += count;
      this.#ask(offset, count, isProbe);
    }
  }

  /** @param isGap Whether the request is for what a short reply left out. */
  #ask(offset: number, count: number, isProbe: boolean, isGap = false): void {
    const call = this.#call;
    const pending: PendingReply = {
      expects: FXP.DATA,
      maxBytes: count,
      storage: this.#storageOf(offset, count),
      onReply: (message) => {
        call.answered(pending);
        this.#outstanding--;
        if (message.type === FXP.DATA) this.#onData(offset, count, message.body, isProbe, isGap);
        else {
          const refusal = call.refusal(message, false);
          if (refusal === 'eof') this.#endOfFile = Math.min(this.#endOfFile, offset);
          else this.#failure ??= { reason: refusal };
        }
        this.#wake();
      },
      onFailure: (reason) => {
        this.#failure ??= { reason };
        this.#wake();
      },
    };
    try {
      this.#outstanding++;
      call.send(FXP.READ, readFields(this.#handle, offset, count), pending).catch(noop);
    } catch (reason) {
      this.#failure ??= { reason };
    }
  }

  #storageOf(offset: number, count: number): Uint8Array | undefined {
    const at = offset - this.#start;
    const storage = this.#storage?.subarray(at, at + count);
    return storage?.length === count ? storage : undefined;
  }

  #onData(offset: number, asked: number, data: Uint8Array, isProbe: boolean, isGap: boolean): void {
    if (this.#pieces.size >= MAX_PIECES)
      throw protocolError('the server sends a file in far too small pieces');
    this.#pieces.set(offset, data);
    if (isProbe && data.length === asked) this.#onProbed(isGap);
    // A short reply that is not the end: the server gives no more at a time.
    if (isGap) this.#requestBytes = Math.max(4_096, Math.min(this.#requestBytes, data.length));
    // A short reply is not the end of the file.
    if (data.length < asked) this.#ask(offset + data.length, asked - data.length, isProbe, true);
  }

  /** The file is longer than the server said, or has no size, as those below `/proc`. */
  #onProbed(isGap: boolean): void {
    if (isGap) this.#isProbing = false;
    else this.#expectedEnd = this.#end;
  }

  #wake(): void {
    this.#waiting?.resolve();
    this.#waiting = undefined;
  }
}
