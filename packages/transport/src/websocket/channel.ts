// A channel over the messages of a WebSocket (RFC 6455): a byte stream in binary messages. It dials
// nothing, and refuses text messages.
import { FairleadError, type Peer } from '@fairlead/errors';
import type { Channel, ChannelFault } from '../core/channel.ts';
import { connectionLost } from '../core/failures.ts';
import { READ_BUFFER_BYTES } from '../core/paced-reads.ts';

/** What is used of a runtime's `WebSocket`; spelled out, so that the types stand without any runtime's. */
export interface PlatformWebSocket {
  binaryType: string;
  /** Bytes that `send` took and the network did not. Not every runtime tells. */
  readonly bufferedAmount?: number;
  send(bytes: Uint8Array): void;
  close(code?: number): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'close', listener: (event: CloseFrame) => void): void;
  addEventListener(type: 'error', listener: (event: { readonly error?: unknown }) => void): void;
}

/** How a WebSocket ended. */
export interface CloseFrame {
  readonly code: number;
  readonly reason: string;
}

/** What the channel is told about its socket. */
export interface WebSocketChannelOptions {
  readonly peer: Peer;
  /** Bytes that may wait to be read; one more ends the connection. */
  readonly maxBufferedBytes: number;
  /** Ends the connection at once, where the platform can. Default: a Close frame. */
  readonly terminate?: (() => void) | undefined;
}

/** RFC 6455 section 7.4.1: the end was wanted, and a Close frame without a code. */
const NORMAL_CLOSURE = 1000;
const NO_STATUS = 1005;
/** Section 7.4.1: the connection ended without a Close frame. */
const ABNORMAL_CLOSURE = 1006;
/** Section 7.4.1: a type of data that cannot be accepted, and a message that is too big. */
const UNSUPPORTED_DATA = 1003;
const TOO_BIG = 1009;
/** More than this on its way, and a write waits; below, it goes on. */
const HIGH_WATER_BYTES = 262_144;
/** There is no event that says when the network has caught up. */
const POLL_MS = 5;

const ACCEPTED = Promise.resolve();
const noop = (): void => {};

interface Waiting {
  readonly atLeast: number;
  readonly resolve: (bytes: Uint8Array | undefined) => void;
  readonly reject: (reason: Error) => void;
}

/**
 * The messages of one WebSocket as a stream. A WebSocket has no flow control towards its sender, so what is not read
 * is kept up to a cap.
 */
export class WebSocketChannel implements Channel {
  readonly ended: Promise<void>;
  readonly halfClose = false;
  readonly #socket: PlatformWebSocket;
  readonly #options: WebSocketChannelOptions;
  #chunks: Uint8Array[] = [];
  #bufferedBytes = 0;
  #waiting: Waiting | undefined;
  #drained: Promise<void> | undefined;
  #sent = false;
  /** Set once nothing more will come: `undefined` for a clean end, or why. */
  #end: { readonly failure: Error | undefined } | undefined;
  #resolveEnded: () => void = noop;

  constructor(socket: PlatformWebSocket, options: WebSocketChannelOptions) {
    this.#socket = socket;
    this.#options = options;
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('message', ({ data }) => this.#onMessage(data));
    socket.addEventListener('close', (frame) => this.#onClose(frame));
    socket.addEventListener('error', ({ error }) =>
      this.#finish(this.#lost({ code: ABNORMAL_CLOSURE, reason: '' }, error)),
    );
  }

  read(atLeast: number): Promise<Uint8Array | undefined> {
    if (this.#bufferedBytes >= atLeast) return Promise.resolve(this.#take(atLeast));
    if (this.#end !== undefined) return this.#readEnd(this.#end.failure);
    return new Promise((resolve, reject) => {
      this.#waiting = { atLeast, resolve, reject };
    });
  }

  #readEnd(failure: Error | undefined): Promise<Uint8Array | undefined> {
    if (failure !== undefined) return Promise.reject(failure);
    return Promise.resolve(this.#bufferedBytes === 0 ? undefined : this.#take(this.#bufferedBytes));
  }

  /** At least `atLeast` of the bytes that are there, and more as far as they fit the usual buffer. */
  #take(atLeast: number): Uint8Array {
    let length = 0;
    let count = 0;
    for (const chunk of this.#chunks) {
      if (length >= atLeast && length + chunk.length > READ_BUFFER_BYTES) break;
      length += chunk.length;
      count++;
    }
    this.#bufferedBytes -= length;
    const taken = this.#chunks.splice(0, count);
    const [only] = taken;
    if (only !== undefined && taken.length === 1) return only;
    const joined = new Uint8Array(length);
    let at = 0;
    for (const chunk of taken) {
      joined.set(chunk, at);
      at += chunk.length;
    }
    return joined;
  }

  #onMessage(data: unknown): void {
    if (this.#end !== undefined) return;
    if (!(data instanceof ArrayBuffer)) {
      this.#refuse(
        new FairleadError('protocol', 'the peer sent a text message; only binary ones carry the stream', {
          peer: this.#options.peer,
        }),
        UNSUPPORTED_DATA,
      );
      return;
    }
    if (data.byteLength === 0) return;
    const { maxBufferedBytes, peer } = this.#options;
    if (this.#bufferedBytes + data.byteLength > maxBufferedBytes) {
      const message = `more than ${maxBufferedBytes} bytes wait to be read (maxBufferedBytes); a WebSocket cannot make its sender wait`;
      this.#refuse(new FairleadError('limit', message, { peer }), TOO_BIG);
      return;
    }
    this.#chunks.push(new Uint8Array(data));
    this.#bufferedBytes += data.byteLength;
    const waiting = this.#waiting;
    if (waiting === undefined || this.#bufferedBytes < waiting.atLeast) return;
    this.#waiting = undefined;
    waiting.resolve(this.#take(waiting.atLeast));
  }

  #refuse(failure: FairleadError, code: number): void {
    this.#finish(failure);
    this.#sayClose(code);
  }

  #onClose(frame: CloseFrame): void {
    const clean = frame.code === NORMAL_CLOSURE || frame.code === NO_STATUS;
    this.#finish(clean ? undefined : this.#lost(frame, undefined));
    // Runtimes of an earlier compatibility date leave the answering Close frame to the program.
    this.#sayClose(NORMAL_CLOSURE);
  }

  #lost(frame: CloseFrame, cause: unknown): FairleadError {
    const { code, reason } = frame;
    const why =
      code === ABNORMAL_CLOSURE
        ? 'The WebSocket ended without a Close frame (1006): the peer crashed, or a proxy or middlebox cut it off'
        : `The peer closed the WebSocket with code ${code}${reason === '' ? '' : ` and the reason ${JSON.stringify(reason)}`}`;
    return connectionLost(this.#options.peer, cause, !this.#sent, why);
  }

  /** Nothing more comes. What had come before can still be read. The first reason wins. */
  #finish(failure: Error | undefined): void {
    if (this.#end !== undefined) return;
    this.#end = { failure };
    this.#resolveEnded();
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting !== undefined) this.#readEnd(failure).then(waiting.resolve, waiting.reject);
  }

  /** As on every platform, writing works until the peer's clean end was read; what it would send goes nowhere. */
  write(bytes: Uint8Array): Promise<void> {
    if (this.#end !== undefined) return this.#end.failure ? Promise.reject(this.#end.failure) : ACCEPTED;
    try {
      this.#socket.send(bytes);
    } catch (error) {
      return Promise.reject(error);
    }
    this.#sent = true;
    if ((this.#socket.bufferedAmount ?? 0) <= HIGH_WATER_BYTES) return ACCEPTED;
    this.#drained ??= this.#drain();
    return this.#drained;
  }

  async #drain(): Promise<void> {
    while (this.#end === undefined && (this.#socket.bufferedAmount ?? 0) > HIGH_WATER_BYTES) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    this.#drained = undefined;
  }

  startTls(): Promise<void> {
    return Promise.reject(new FairleadError('usage', 'TLS cannot begin inside a WebSocket: use wss'));
  }

  buffered(): number {
    return this.#bufferedBytes;
  }

  /** The Close frame ends both directions; the peer answers it behind what it had sent. */
  finish(): Promise<void> {
    this.#sayClose(NORMAL_CLOSURE);
    return ACCEPTED;
  }

  close(): Promise<void> {
    this.#sayClose(NORMAL_CLOSURE);
    return this.ended;
  }

  destroy(reason: Error): void {
    this.#chunks = [];
    this.#bufferedBytes = 0;
    this.#finish(reason);
    this.#sayClose(undefined);
    this.#options.terminate?.();
  }

  /** Runtimes that keep to the letter of the API allow programs no other code than 1000. */
  #sayClose(code: number | undefined): void {
    try {
      this.#socket.close(code);
    } catch {
      if (code !== undefined) this.#sayClose(undefined);
    }
  }

  classify(error: unknown): ChannelFault {
    const text = error instanceof Error ? error.message : '';
    return text.startsWith('Cannot perform I/O on behalf of a different') ? 'foreign' : 'lost';
  }
}
