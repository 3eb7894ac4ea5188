// A packet link without keys: payloads behind their lengths, on any transport. For tests of what runs above the link.
import { TransportReader } from '@fairlead/client';
import { FairleadError, type Peer } from '@fairlead/errors';
import { concatBytes, type MemoryServer, memoryPair } from '@fairlead/testkit';
import type { Transport } from '@fairlead/transport';
import type { PacketLink } from '../../src/connection/packet-link.ts';
import { decodeMessage } from '../../src/wire/channels/decode.ts';
import type { ChannelMessage, ConnectionMessage } from '../../src/wire/channels/messages.ts';

const MAX_PAYLOAD_BYTES = 262_144;
/** Stands for a DISCONNECT: nothing follows. */
const GOODBYE = Uint8Array.of(1);

/** One end of such a link. */
class Framing {
  readonly #reader: TransportReader;
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
    this.#reader = new TransportReader(transport, { maxBytes: MAX_PAYLOAD_BYTES });
  }

  send(payload: Uint8Array): Promise<void> {
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, payload.length);
    return this.#transport.write(concatBytes([length, payload]));
  }

  /** Undefined behind a goodbye. */
  async receive(): Promise<Uint8Array | undefined> {
    const head = await this.#reader.readN(4);
    const payload = await this.#reader.readN(new DataView(head.buffer).getUint32(0));
    return payload[0] === GOODBYE[0] ? undefined : payload;
  }

  goodbye(): Promise<void> {
    return this.send(GOODBYE);
  }
}

/** The client's end. What it has handed out is overwritten at the next call, as its contract allows. */
export class PlainLink implements PacketLink {
  readonly software = 'Plain_1.0';
  readonly isHolding = false;
  readonly sessionId: Uint8Array = new Uint8Array(32);
  readonly algorithms = {
    keyExchange: 'none',
    hostKey: 'ssh-ed25519',
    cipherToServer: 'none',
    cipherToClient: 'none',
    macToServer: undefined,
    macToClient: undefined,
  };
  readonly hostKey: Uint8Array = new Uint8Array(0);
  readonly signatureAlgorithms = undefined;
  /** How many messages were answered by UNIMPLEMENTED. */
  unimplemented = 0;
  readonly #transport: Transport;
  readonly #framing: Framing;
  #last: Uint8Array | undefined;

  constructor(transport: Transport) {
    this.#transport = transport;
    this.#framing = new Framing(transport);
  }

  get peer(): Peer {
    return this.#transport.peer;
  }

  get closed(): Promise<void> {
    return this.#transport.closed;
  }

  send(payload: Uint8Array): Promise<void> {
    return this.#framing.send(payload);
  }

  async receive(): Promise<Uint8Array | undefined> {
    this.#last?.fill(0xee);
    this.#last = await this.#framing.receive();
    return this.#last;
  }

  async sendUnimplemented(): Promise<void> {
    this.unimplemented++;
  }

  async close(): Promise<void> {
    void this.#framing.goodbye();
    await this.#transport.close();
  }

  destroy(reason: Error): void {
    this.#transport.destroy(reason);
  }
}

/** The server's end: messages as they are on the wire. */
export class PlainPeer {
  /** What was sent by the client and not yet taken. */
  readonly transport: MemoryServer;
  readonly #framing: Framing;

  constructor(transport: MemoryServer) {
    this.transport = transport;
    this.#framing = new Framing(transport);
  }

  send(payload: Uint8Array): Promise<void> {
    return this.#framing.send(payload);
  }

  /** The next message; undefined when the client has said goodbye. */
  async next(): Promise<ChannelMessage | ConnectionMessage | undefined> {
    const payload = await this.#framing.receive();
    return payload === undefined ? undefined : decodeMessage(payload);
  }

  /** The next message, which must be of this kind. */
  async expect<K extends (ChannelMessage | ConnectionMessage)['kind']>(
    kind: K,
  ): Promise<Extract<ChannelMessage | ConnectionMessage, { kind: K }>> {
    const message = await this.next();
    if (message?.kind !== kind) throw new Error(`${kind} was expected, and ${JSON.stringify(message)} came`);
    return message as Extract<ChannelMessage | ConnectionMessage, { kind: K }>;
  }

  /** Closes in good order. */
  async end(): Promise<void> {
    await this.#framing.goodbye();
  }
}

/** Both ends of a link inside this process. */
export function plainPair(): [link: PlainLink, peer: PlainPeer] {
  const [client, server] = memoryPair({ tls: 'off' });
  return [new PlainLink(client), new PlainPeer(server)];
}

/** Waits for an error of the house. */
export async function failureOf(work: Promise<unknown>): Promise<FairleadError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof FairleadError) return error;
    throw new Error('a FairleadError was expected', { cause: error });
  }
  throw new Error('it should have been rejected');
}
