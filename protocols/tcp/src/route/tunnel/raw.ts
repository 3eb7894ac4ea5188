// A tunnel without the subprotocol: messages are bytes of the TCP stream, and nothing else. Such a caller cannot be made to
// wait, nor say that it is slow, so both directions have a cap.
import type { ByteSocket, ByteSocketHandler, SocketEnd } from '@fairlead/http';
import type { Transport } from '@fairlead/transport';
import { TUNNEL_CLOSE_CODES } from '../../tunnel/closing.ts';
import { dataCost } from '../../tunnel/frames.ts';
import type { TunnelRun } from './run.ts';

/** The caps of a tunnel without the subprotocol. */
export interface RawLimits {
  /** Bytes from the caller that may wait for the server. */
  readonly maxWaitingBytes: number;
  /** Bytes that are sent to a caller since its last message. */
  readonly maxAheadBytes: number;
}

/** Between a server's connection and a WebSocket. */
export class RawTunnel implements ByteSocketHandler {
  readonly ended: Promise<SocketEnd>;
  readonly #transport: Transport;
  readonly #socket: ByteSocket;
  readonly #run: TunnelRun;
  readonly #limits: RawLimits;
  #waitingBytes = 0;
  #aheadBytes = 0;

  constructor(transport: Transport, socket: ByteSocket, run: TunnelRun, limits: RawLimits) {
    this.#transport = transport;
    this.#socket = socket;
    this.#run = run;
    this.#limits = limits;
    this.ended = run.ended;
    this.#pump().catch((error: unknown) => run.fail(error));
  }

  async #pump(): Promise<void> {
    for (
      let bytes = await this.#transport.read();
      bytes !== undefined;
      bytes = await this.#transport.read()
    ) {
      // The view is the transport's; the message leaves later.
      this.#socket.send(bytes.slice());
      this.#run.down += bytes.length;
      this.#run.touch();
      this.#aheadBytes += bytes.length;
      if (this.#aheadBytes > this.#limits.maxAheadBytes) return this.#overrun();
    }
    this.#run.done();
  }

  #overrun(): void {
    this.#run.refuse(TUNNEL_CLOSE_CODES.limit, 'limit');
  }

  message(data: Uint8Array | string): void {
    if (this.#run.isOver) return;
    if (typeof data === 'string') {
      this.#run.refuse(TUNNEL_CLOSE_CODES.unsupported_data, 'text message');
      return;
    }
    this.#aheadBytes = 0;
    const { maxWaitingBytes } = this.#limits;
    const cost = dataCost(data.length);
    this.#waitingBytes += cost;
    if (data.length > maxWaitingBytes) this.#run.refuse(TUNNEL_CLOSE_CODES.too_big, 'message too big');
    else if (this.#waitingBytes > maxWaitingBytes) this.#overrun();
    else this.#write(data, cost);
  }

  #write(bytes: Uint8Array, cost: number): void {
    this.#transport.write(bytes).then(
      () => {
        this.#waitingBytes -= cost;
        this.#run.up += bytes.length;
        this.#run.touch();
      },
      (error: unknown) => this.#run.fail(error),
    );
  }

  carried(): { readonly bytesIn: number; readonly bytesOut: number } {
    return this.#run.carried();
  }

  gone(): void {
    this.#run.gone();
  }
}
