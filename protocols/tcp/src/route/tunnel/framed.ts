// A tunnel in the subprotocol `fairlead.tunnel.v1`: credit in both directions, and an end for each. Memory is bounded by the
// session's windows, whichever side stalls.
import type { ByteSocket, ByteSocketHandler, SocketEnd } from '@fairlead/http';
import type { Transport } from '@fairlead/transport';
import { PING_BYTES } from '../../tunnel/frames.ts';
import { TunnelSession } from '../../tunnel/session.ts';
import type { TunnelRun } from './run.ts';

const noop = (): void => {};

/** Between a server's connection and a WebSocket. */
export class FramedTunnel implements ByteSocketHandler {
  readonly ended: Promise<SocketEnd>;
  readonly #transport: Transport;
  readonly #socket: ByteSocket;
  readonly #run: TunnelRun;
  readonly #session = new TunnelSession({ confirmsDelivery: true });
  /** Whether the caller's end has left for the server. */
  #isWriteClosed = false;
  /** Wakes the pump: there may be room. */
  #wake: () => void = noop;

  constructor(transport: Transport, socket: ByteSocket, run: TunnelRun) {
    this.#transport = transport;
    this.#socket = socket;
    this.#run = run;
    this.ended = run.ended;
    this.#pump().catch((error: unknown) => run.fail(error));
  }

  async #pump(): Promise<void> {
    for (;;) {
      if (this.#session.sendable === 0) await this.#room();
      const bytes = await this.#transport.read();
      if (bytes === undefined) break;
      // All of it fits most of the time, and then nothing has to be waited for.
      if (bytes.length <= this.#session.sendable) this.#sendPart(bytes);
      else await this.#send(bytes);
      this.#run.touch();
    }
    if (this.#run.isOver) return;
    this.#socket.send(this.#session.end());
    this.#endIfDone();
  }

  async #send(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      await this.#room();
      const part = bytes.subarray(at, at + this.#session.sendable);
      this.#sendPart(part);
      at += part.length;
    }
  }

  #sendPart(part: Uint8Array): void {
    this.#socket.send(this.#session.data(part));
    this.#pingIfDue();
    this.#run.down += part.length;
  }

  /** Waits until the caller may be sent something; for ever where the tunnel has ended. */
  async #room(): Promise<void> {
    while (this.#session.sendable === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #pingIfDue(): void {
    if (this.#session.isPingDue) {
      this.#socket.send(this.#session.ping(crypto.getRandomValues(new Uint8Array(PING_BYTES))));
    }
  }

  message(data: Uint8Array | string): void {
    if (this.#run.isOver) return;
    const event = this.#session.receive(data);
    switch (event.kind) {
      case 'data':
        this.#write(event.bytes, event.cost);
        break;
      case 'room':
        this.#wake();
        break;
      case 'end':
        this.#closeWrite().catch((error: unknown) => this.#run.fail(error));
        break;
      case 'reply':
        this.#socket.send(event.frame);
        this.#pingIfDue();
        break;
      default:
        this.#run.refuse(event.problem.closeCode, event.problem.reason);
    }
  }

  #write(bytes: Uint8Array, cost: number): void {
    this.#transport.write(bytes).then(
      () => {
        this.#run.up += bytes.length;
        this.#run.touch();
        const credit = this.#session.consumed(cost);
        if (credit !== undefined) this.#socket.send(credit);
      },
      (error: unknown) => this.#run.fail(error),
    );
  }

  async #closeWrite(): Promise<void> {
    await this.#transport.closeWrite();
    this.#isWriteClosed = true;
    this.#endIfDone();
  }

  #endIfDone(): void {
    if (this.#isWriteClosed && this.#session.isDone) this.#run.done();
  }

  carried(): { readonly bytesIn: number; readonly bytesOut: number } {
    return this.#run.carried();
  }

  gone(): void {
    this.#run.gone();
  }
}
