// A shell on a WebSocket: bytes both ways, the terminal's size, and the one way in which it ends. Both directions have a cap, since
// a WebSocket in Workers makes neither side wait.
import { Alarm, type Deferred, deferred, whenAborted } from '@fairlead/client';
import {
  type ByteSocket,
  type ByteSocketHandler,
  explainAbort,
  problemOf,
  type RouteContext,
  type SocketEnd,
} from '@fairlead/http';
import type { Shell } from '../../types.ts';
import { messageSchema } from './query.ts';

/** How a shell's WebSocket is closed: RFC 6455 section 7.4.1, and 4000 + HTTP status of the problem's code. */
const CLOSE_CODES = {
  done: 1000,
  protocolError: 1002,
  gone: 1006,
  tooBig: 1009,
  problem: 4000,
  limit: 4413,
  timeout: 4504,
};

/** What is sent ahead of a caller that confirms what it has received. */
const WINDOW_BYTES = 1_048_576;
/** What a message from the caller costs at least while it waits: so that many small ones count. */
const MESSAGE_COST = 64;

const noop = (): void => {};

/** What a shell runs between, and under which limits. */
export interface ShellParts {
  readonly c: RouteContext;
  readonly shell: Shell;
  readonly socket: ByteSocket;
  /** Fires when the shell's time is up. */
  readonly signal: AbortSignal;
  readonly idleMs: number;
  /** Bytes from the caller that may wait for the server. */
  readonly maxBodyBytes: number;
  /** Bytes that are sent to a caller that confirms nothing since its last message. */
  readonly maxTunnelAheadBytes: number;
}

/** Between a shell and a WebSocket. */
export class ShellSocket implements ByteSocketHandler {
  readonly #parts: ShellParts;
  readonly #ended: Deferred<SocketEnd> = deferred();
  readonly #keyboard: WritableStreamDefaultWriter<Uint8Array>;
  readonly #idle: Alarm;
  #stopListening: () => void = noop;
  #activeAt = Date.now();
  #isOver = false;
  #waitingBytes = 0;
  #up = 0;
  #down = 0;
  /** What the caller says it has; `undefined` where it never says it. */
  #confirmed: number | undefined;
  /** `#down` at the caller's last message. */
  #downAtMessage = 0;
  /** Wakes the pump: there may be room. */
  #wake: () => void = noop;

  constructor(parts: ShellParts) {
    this.#parts = parts;
    this.#keyboard = parts.shell.writable.getWriter();
    // A failure of the channel is told by the pump.
    this.#keyboard.closed.catch(noop);
    this.#idle = new Alarm(() => this.#checkIdle());
    this.#idle.ringBy(this.#activeAt + parts.idleMs);
    const stopListening = whenAborted(parts.signal, () => this.#fail(parts.signal.reason));
    if (!this.#isOver) this.#stopListening = stopListening;
    this.#pump().catch((error: unknown) => this.#fail(error));
  }

  get ended(): Promise<SocketEnd> {
    return this.#ended.promise;
  }

  async #pump(): Promise<void> {
    const { shell, socket, maxTunnelAheadBytes } = this.#parts;
    const screen = shell.readable.getReader();
    for (;;) {
      await this.#room();
      const { done, value } = await screen.read();
      if (done) break;
      socket.send(value);
      this.#down += value.length;
      this.#activeAt = Date.now();
      const isAhead = this.#confirmed === undefined && this.#down - this.#downAtMessage > maxTunnelAheadBytes;
      if (isAhead) return this.#end(CLOSE_CODES.limit, 'limit');
    }
    const { code, signal, message, coreDumped } = await shell.exit;
    if (this.#isOver) return;
    socket.send(JSON.stringify({ exit: { code, signal, message, coreDumped } }));
    this.#end(CLOSE_CODES.done, 'done');
  }

  /** Waits until a caller that confirms may be sent something; for ever where the shell has ended. */
  async #room(): Promise<void> {
    while (this.#confirmed !== undefined && this.#down - this.#confirmed >= WINDOW_BYTES) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  message(data: Uint8Array | string): void {
    if (this.#isOver) return;
    this.#downAtMessage = this.#down;
    const { maxBodyBytes } = this.#parts;
    const isText = typeof data === 'string';
    this.#waitingBytes += isText ? 0 : data.length + MESSAGE_COST;
    if (data.length > maxBodyBytes) this.#end(CLOSE_CODES.tooBig, 'message too big');
    else if (this.#waitingBytes > maxBodyBytes + MESSAGE_COST) this.#end(CLOSE_CODES.limit, 'limit');
    else if (isText) this.#control(data);
    else this.#type(data);
  }

  #control(text: string): void {
    const { data } = messageSchema.safeParse(parseJson(text));
    if (data === undefined) this.#end(CLOSE_CODES.protocolError, 'malformed message');
    else if ('resize' in data) this.#parts.shell.resize(data.resize.columns, data.resize.rows);
    else if (data.received > this.#down) this.#end(CLOSE_CODES.protocolError, 'more received than sent');
    else {
      this.#confirmed = Math.max(data.received, this.#confirmed ?? 0);
      this.#wake();
    }
  }

  #type(bytes: Uint8Array): void {
    this.#keyboard.write(bytes).then(
      () => {
        this.#waitingBytes -= bytes.length + MESSAGE_COST;
        this.#up += bytes.length;
        this.#activeAt = Date.now();
      },
      // A shell that has ended takes no more; how it ended the pump tells.
      noop,
    );
  }

  gone(): void {
    this.#end(CLOSE_CODES.gone, 'gone');
  }

  #checkIdle(): void {
    const at = this.#activeAt + this.#parts.idleMs;
    if (at > Date.now()) this.#idle.ringBy(at);
    else this.#end(CLOSE_CODES.timeout, 'idle');
  }

  #fail(error: unknown): void {
    if (this.#isOver) return;
    const { code, status } = problemOf(this.#parts.c, explainAbort(error, this.#parts.signal));
    this.#end(CLOSE_CODES.problem + status, code);
  }

  /** The first end counts. What is still open is closed by whoever waits for `ended`. */
  #end(closeCode: number, why: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#idle.clear();
    this.#stopListening();
    const reason = `${why} up=${this.#up} down=${this.#down}`;
    this.#parts.socket.close(closeCode, reason);
    this.#ended.resolve({ closeCode, reason, bytesIn: this.#up, bytesOut: this.#down });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
