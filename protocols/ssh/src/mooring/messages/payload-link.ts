// The caller's side of a pooled connection: a link whose encryption, keys and login are the pool's.
import type { Peer } from '@fairlead/errors';
import type { Transport } from '@fairlead/transport';
import type { NegotiatedAlgorithms, PacketLink } from '../../connection/packet-link.ts';
import { FrameSplitter, frame } from './frames.ts';

const NOTHING: Uint8Array = /* @__PURE__ */ new Uint8Array();

/** Messages over a transport that borrows. */
export class PayloadLink implements PacketLink {
  readonly peer: Peer;
  readonly software: string;
  readonly algorithms: NegotiatedAlgorithms;
  /** No login is signed here. */
  readonly sessionId: Uint8Array = NOTHING;
  readonly hostKey: Uint8Array = NOTHING;
  readonly signatureAlgorithms: undefined;
  /** Key exchanges are the pool's. */
  readonly isHolding = false;
  readonly #transport: Transport;
  readonly #frames: MessageReader;

  /** @param frames Reads the transport, from behind the greeting on. */
  constructor(
    transport: Transport,
    frames: MessageReader,
    server: { readonly software: string; readonly algorithms: NegotiatedAlgorithms },
  ) {
    this.#transport = transport;
    this.#frames = frames;
    this.peer = transport.peer;
    this.software = server.software;
    this.algorithms = server.algorithms;
  }

  get closed(): Promise<void> {
    return this.#transport.closed;
  }

  send(payload: Uint8Array): Promise<void> {
    return this.#transport.write(frame(payload));
  }

  receive(): Promise<Uint8Array | undefined> {
    return this.#frames.next();
  }

  /** The pool has told the server already. */
  async sendUnimplemented(): Promise<void> {}

  close(): Promise<void> {
    return this.#transport.close();
  }

  destroy(reason: Error): void {
    this.#transport.destroy(reason);
  }
}

/** Reads framed messages from a transport. */
export class MessageReader {
  readonly #transport: Transport;
  readonly #splitter = new FrameSplitter();
  #messages: Uint8Array[] = [];
  #at = 0;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The next message; `undefined` at the end. A view that is valid until the next call. */
  async next(): Promise<Uint8Array | undefined> {
    while (this.#at === this.#messages.length) {
      const bytes = await this.#transport.read();
      if (bytes === undefined) return undefined;
      this.#messages = this.#splitter.push(bytes);
      this.#at = 0;
    }
    const message = this.#messages[this.#at];
    this.#at += 1;
    return message;
  }
}
