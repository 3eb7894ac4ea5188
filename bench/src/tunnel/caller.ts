// The caller's side of a tunnel: with the subprotocol, by the same session class that the gateway uses, or without it.
import { TUNNEL_PROTOCOL, TunnelSession } from '@fairlead/tcp/tunnel';
import { BareWebSocket } from './websocket.ts';

/** How the caller speaks. */
export type Way = 'framed' | 'raw';

/** As the windows of the command line's client. */
const WINDOW_BYTES = 1_048_576;
const CHUNK = new Uint8Array(65_536);

/** A tunnel that is open. */
export class Caller {
  received = 0;
  readonly closed: Promise<string>;
  #socket: BareWebSocket | undefined;
  readonly #session: TunnelSession | undefined;
  #resolveClosed: (end: string) => void = () => {};
  #wake: () => void = () => {};
  #isClosed = false;
  #isEnded = false;
  readonly #givesCredit: boolean;

  private constructor(way: Way, givesCredit: boolean) {
    this.#session = way === 'framed' ? new TunnelSession({ windowBytes: WINDOW_BYTES }) : undefined;
    this.#givesCredit = givesCredit;
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
  }

  /** @param givesCredit Whether what is received counts as consumed. */
  static async open(url: string, way: Way, givesCredit = true): Promise<Caller> {
    const caller = new Caller(way, givesCredit);
    const headers = {
      Authorization: 'Bearer bench',
      ...(way === 'framed' ? { 'Sec-WebSocket-Protocol': TUNNEL_PROTOCOL } : {}),
    };
    caller.#socket = await BareWebSocket.open(new URL(url), headers, {
      message: (bytes) => caller.#onMessage(bytes),
      closed: (code, reason) => {
        caller.#isClosed = true;
        caller.#wake();
        caller.#resolveClosed(`${code} ${reason}`);
      },
    });
    const opening = caller.#session?.opening();
    if (opening !== undefined) caller.#socket.send(opening);
    return caller;
  }

  #onMessage(bytes: Buffer): void {
    if (this.#session === undefined) {
      this.received += bytes.length;
      return;
    }
    const event = this.#session.receive(bytes);
    if (event.kind === 'data') {
      this.received += event.bytes.length;
      const credit = this.#givesCredit ? this.#session.consumed(event.cost) : undefined;
      if (credit !== undefined) this.#socket?.send(credit);
    } else if (event.kind === 'reply') this.#socket?.send(event.frame);
    else if (event.kind === 'room') this.#wake();
    else if (event.kind === 'end') this.end();
    else throw new Error(event.problem.reason);
  }

  /** A command, which is a line. */
  say(line: string): void {
    const bytes = Buffer.from(`${line}\n`);
    this.#socket?.send(this.#session?.data(bytes) ?? bytes);
  }

  /** Sends so many bytes, as fast as it may, until the tunnel ends. */
  async send(count: number): Promise<void> {
    for (let left = count; left > 0 && !this.#isClosed; ) {
      const length = Math.min(left, this.#session?.sendable ?? CHUNK.length, CHUNK.length);
      if (length === 0) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        continue;
      }
      const bytes = CHUNK.subarray(0, length);
      left -= length;
      if (!this.#socket?.send(this.#session?.data(bytes) ?? bytes)) await this.#socket?.drained();
    }
  }

  end(): void {
    if (this.#session === undefined || this.#isEnded) return;
    this.#isEnded = true;
    this.#socket?.send(this.#session.end());
  }

  /** Reads nothing more. */
  stall(): void {
    this.#socket?.stall();
  }

  destroy(): void {
    this.#socket?.destroy();
  }
}
