// One local connection and its WebSocket: bytes both ways under the credit of `fairlead.tunnel.v1`, the end of each direction,
// and how it all ended. It opens nothing.
import type { Socket } from 'node:net';
import { deferred } from '@fairlead/client';
import { dataCost, TUNNEL_CLOSE_CODES, type TunnelEvent, TunnelSession } from '@fairlead/worker/tunnel';
import type WebSocket from 'ws';

/** What a local client may leave unread: a stalled one costs so much memory. */
const WINDOW_BYTES = 1_048_576;
/** What may wait in the WebSocket for the network, beyond which the local connection is not read. */
const MAX_UNSENT_BYTES = 1_048_576;

/** How a tunnelled connection ended. */
export interface Ending {
  /** From the local client to the gateway. */
  readonly sentBytes: number;
  readonly receivedBytes: number;
  /** The WebSocket's close code; 1006 where there was no Close frame. */
  readonly closeCode: number;
  readonly closeReason: string;
  /** Whether both directions came to their ends. */
  readonly isComplete: boolean;
  /** Whether the local client broke off, so that the gateway is not to blame. */
  readonly isLocal: boolean;
}

/** Joins a local connection with an open WebSocket. */
export class Bridge {
  readonly ended: Promise<Ending>;
  readonly #socket: WebSocket;
  readonly #local: Socket;
  readonly #session = new TunnelSession({ windowBytes: WINDOW_BYTES });
  readonly #ending = deferred<Ending>();
  #unsentBytes = 0;
  #sentBytes = 0;
  #receivedBytes = 0;
  #isLocal = false;
  /** Whether the gateway has shown itself since the last look. */
  #isAlive = true;

  constructor(local: Socket, socket: WebSocket) {
    this.#local = local;
    this.#socket = socket;
    this.ended = this.#ending.promise;
    socket.on('message', (data: Buffer, isBinary) => {
      this.#isAlive = true;
      this.#take(this.#session.receive(isBinary ? data : data.toString()));
    });
    socket.on('pong', () => {
      this.#isAlive = true;
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', (code, reason) => this.#close(code, reason.toString()));
    local.on('readable', () => this.#pump());
    // It comes when everything before it was read, and what is read is sent at once.
    local.on('end', () => this.#send(this.#session.end()));
    local.on('error', () => this.#breakOff());
    local.on('close', () => {
      if (!this.#session.isDone) this.#breakOff();
    });
    this.#send(this.#session.opening());
    this.#pump();
  }

  /** Asks the gateway for a sign of life; without one since the last time, the WebSocket is given up. */
  checkAlive(): void {
    if (!this.#isAlive) this.#socket.terminate();
    else if (this.#socket.readyState === this.#socket.OPEN) {
      this.#isAlive = false;
      this.#socket.ping();
    }
  }

  /** From the local connection to the WebSocket, as far as credit and network allow. */
  #pump(): void {
    for (;;) {
      const length = Math.min(this.#local.readableLength, this.#session.sendable);
      if (length === 0 || this.#unsentBytes >= MAX_UNSENT_BYTES) break;
      const bytes: Buffer | null = this.#local.read(length);
      if (bytes === null) break;
      this.#sentBytes += bytes.length;
      this.#send(this.#session.data(bytes));
    }
    // Asks for more, and for the event `end` where there is no more.
    if (this.#local.readableLength === 0) this.#local.read(0);
  }

  #send(frame: Uint8Array | undefined): void {
    if (frame === undefined) return;
    // A short frame takes more memory than its bytes.
    const cost = dataCost(frame.length);
    this.#unsentBytes += cost;
    this.#socket.send(frame, () => {
      const wasFull = this.#unsentBytes >= MAX_UNSENT_BYTES;
      this.#unsentBytes -= cost;
      if (wasFull && this.#unsentBytes < MAX_UNSENT_BYTES) this.#pump();
    });
  }

  #take(event: TunnelEvent): void {
    switch (event.kind) {
      case 'data':
        this.#receivedBytes += event.bytes.length;
        // Credit comes back when the local system has taken the bytes.
        this.#local.write(event.bytes, (error) => {
          if (!error) this.#send(this.#session.consumed(event.cost));
        });
        return;
      case 'end':
        this.#local.end();
        return;
      case 'reply':
        // A gateway that asks and does not read would make its answers pile up here.
        if (this.#unsentBytes > 2 * MAX_UNSENT_BYTES) this.#socket.terminate();
        else this.#send(event.frame);
        return;
      case 'room':
        this.#pump();
        return;
      default:
        this.#socket.close(event.problem.closeCode, event.problem.reason);
        this.#close(event.problem.closeCode, event.problem.reason);
    }
  }

  /** The local client is gone before the end of both directions. */
  #breakOff(): void {
    this.#isLocal = true;
    this.#socket.close(1001, 'the local client broke off');
  }

  #close(closeCode: number, closeReason: string): void {
    const isComplete = closeCode === TUNNEL_CLOSE_CODES.done && this.#session.isDone;
    // A local client must not take a lost connection for the end of what it was sent.
    if (isComplete) this.#local.end();
    else this.#local.resetAndDestroy();
    this.#ending.resolve({
      sentBytes: this.#sentBytes,
      receivedBytes: this.#receivedBytes,
      closeCode,
      closeReason,
      isComplete,
      isLocal: this.#isLocal,
    });
  }
}
