// One tunnel of the page: a WebSocket whose messages are the bytes of a TCP connection that the gateway holds.
import { type Signal, signal } from '@preact/signals';
import type { Caller } from '../../../session/calls/caller.ts';
import { type Target, targetName } from '../targets/target.ts';
import { type Reading, withReading } from './rates.ts';

/** What a tunnel does. */
export type TunnelState = 'closed' | 'opening' | 'open';

/** The last bytes that came are kept to be looked at. */
const KEPT_BYTES = 16 * 1_024;
const TICK_MS = 1_000;
/** The gateway's reason: `done up=120 down=4096`. */
const REASON = /^(.{1,64}) up=\d+ down=\d+$/;
const WORDS: Readonly<Record<string, string>> = {
  done: 'The server has closed its connection.',
  gone: 'The page has closed the tunnel.',
  idle: 'The gateway has closed the tunnel: nothing passed for too long.',
  timeout: 'The gateway has closed the tunnel: its time is up.',
  limit: 'The gateway has closed the tunnel: more waited than it keeps.',
  connection_lost: 'The connection to the server was lost.',
};

/** A tunnel; it can be opened again once it is closed. */
export class TunnelRun {
  readonly state: Signal<TunnelState> = signal<TunnelState>('closed');
  /** Bytes up and down, each second. */
  readonly readings: Signal<readonly Reading[]> = signal([]);
  /** The last bytes from the server. */
  readonly received: Signal<Uint8Array> = signal(new Uint8Array());
  /** From the last message sent to the first that came behind it, in milliseconds. */
  readonly roundTripMs: Signal<number | undefined> = signal(undefined);
  /** Why it ended, in words; undefined before. */
  readonly ending: Signal<string | undefined> = signal(undefined);
  readonly #caller: Caller;
  #socket: WebSocket | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #up = 0;
  #down = 0;
  #sentAt: number | undefined;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** Opens it. */
  open(target: Target, tls: boolean): void {
    this.close();
    this.#reset();
    const socket = this.#caller.socket(
      `/tcp/tunnel/${encodeURIComponent(targetName(target))}`,
      tls ? { tls: '1' } : {},
    );
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    this.state.value = 'opening';
    socket.addEventListener('open', () => this.#opened(socket));
    socket.addEventListener('message', ({ data }) => {
      if (this.#socket === socket && data instanceof ArrayBuffer) this.#take(new Uint8Array(data));
    });
    socket.addEventListener('close', ({ code, reason }) => this.#closed(socket, code, reason));
  }

  /** Sends bytes, where it is open. */
  send(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.state.peek() !== 'open' || bytes.length === 0) return;
    this.#socket?.send(bytes);
    this.#up += bytes.length;
    this.#sentAt ??= performance.now();
  }

  /** Closes it. */
  close(): void {
    const socket = this.#socket;
    if (socket === undefined) return;
    socket.close(1000);
    this.#closed(socket, 1000, '');
  }

  #reset(): void {
    this.#up = 0;
    this.#down = 0;
    this.#sentAt = undefined;
    this.readings.value = [];
    this.received.value = new Uint8Array();
    this.roundTripMs.value = undefined;
    this.ending.value = undefined;
  }

  #opened(socket: WebSocket): void {
    if (this.#socket !== socket) return;
    this.state.value = 'open';
    this.#read();
    this.#timer = setInterval(() => this.#read(), TICK_MS);
  }

  #take(bytes: Uint8Array): void {
    this.#down += bytes.length;
    if (this.#sentAt !== undefined) this.roundTripMs.value = performance.now() - this.#sentAt;
    this.#sentAt = undefined;
    const before = this.received.peek();
    const all = new Uint8Array(before.length + bytes.length);
    all.set(before);
    all.set(bytes, before.length);
    this.received.value = all.slice(-KEPT_BYTES);
  }

  #read(): void {
    const reading = { at: Date.now() / 1_000, counts: [this.#up, this.#down] };
    this.readings.value = withReading(this.readings.peek(), reading);
  }

  #closed(socket: WebSocket, code: number, reason: string): void {
    if (this.#socket !== socket) return;
    const wasOpen = this.state.peek() === 'open';
    this.#socket = undefined;
    clearInterval(this.#timer);
    if (wasOpen) this.#read();
    this.state.value = 'closed';
    this.ending.value = wasOpen ? endingOf(code, reason) : NOT_OPENED;
  }
}

const NOT_OPENED =
  'The tunnel did not open, and the browser does not tell why. A ping of the same server says whether the gateway reaches it.';

/** Why an open tunnel was closed. */
function endingOf(code: number, reason: string): string {
  const why = REASON.exec(reason)?.[1] ?? '';
  if (WORDS[why] !== undefined) return WORDS[why];
  if (code === 1000) return 'The tunnel is closed.';
  return `The tunnel has ended with code ${code}${why === '' ? '' : `: ${why}`}.`;
}
