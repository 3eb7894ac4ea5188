// The client's side of the wire: whole messages in, messages out in pieces that wait for a client that reads slowly.
import { Writer } from '@fairlead/bytes';
import { type BackendMessage, type Frame, FrameReader, writeBackend } from '@fairlead/postgres/wire';
import type { Transport } from '@fairlead/transport';

/** No message of a client is longer: statements and parameters are short here. */
const MAX_MESSAGE_BYTES = 1_048_576;
/** What waits to be sent: a row, and what came before it. */
const MAX_UNSENT_BYTES = 16_777_216;
const FLUSH_BYTES = 65_536;
/** The type of DataRow. */
const DATA_ROW = 0x44;

/** One client's connection. */
export class ClientConnection {
  readonly #transport: Transport;
  readonly #frames = new FrameReader({ firstPacket: true, maxMessageBytes: MAX_MESSAGE_BYTES });
  readonly #unsent = new Writer(MAX_UNSENT_BYTES);

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The next message, valid until the one after; `undefined` when the client has ended the connection. */
  async next(): Promise<Frame | undefined> {
    for (;;) {
      const frame = this.#frames.next();
      if (frame !== undefined) return frame;
      const bytes = await this.#transport.read();
      if (bytes === undefined) return undefined;
      this.#frames.push(bytes);
    }
  }

  /** Refuses encryption, which inbound sockets have not: the client begins anew, in clear, if it may. */
  async refuseEncryption(): Promise<void> {
    this.#frames.expectFirstPacket();
    await this.#transport.write(new TextEncoder().encode('N'));
  }

  write(...messages: readonly BackendMessage[]): void {
    for (const message of messages) writeBackend(this.#unsent, message);
  }

  /** @param body Of a DataRow, as the database sent it. */
  writeRow(body: Uint8Array): void {
    this.#unsent.u8(DATA_ROW);
    this.#unsent.u32(body.length + 4);
    this.#unsent.raw(body);
  }

  /** Sends what waits, if that is much. */
  async relieve(): Promise<void> {
    if (this.#unsent.length >= FLUSH_BYTES) await this.flush();
  }

  /** Settles when the client's side has taken what waited. */
  async flush(): Promise<void> {
    if (this.#unsent.length > 0) await this.#transport.write(this.#unsent.take());
  }

  /** The last message. It may come too late: then the client has gone. */
  async end(message: BackendMessage): Promise<void> {
    this.write(message);
    await this.flush().catch(() => {});
  }
}
