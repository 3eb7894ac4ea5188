// A broker that a test plays: it reads the client's packets with mqtt-packet, and answers what it is told to.
import { type MemoryServer, memoryConnector } from '@fairlead/testkit';
import type { Connector } from '@fairlead/transport';
import mqttPacket, { type Packet } from 'mqtt-packet';
import { connect } from '../src/index.ts';
import type { Client, ConnectOptions, Message, Subscription } from '../src/types/client.ts';

// Else the first packet builds 65,536 buffers.
mqttPacket.writeToStream.cacheNumbers = false;

/** Packets as mqtt-packet spells them; its types ask for more than it needs. */
export type Loose = { cmd: Packet['cmd'] } & Record<string, unknown>;

/** A packet's bytes. */
export function wire(packet: Loose, protocolVersion = 5): Uint8Array {
  return new Uint8Array(mqttPacket.generate(packet as unknown as Packet, { protocolVersion }));
}

/** All packets in some bytes. */
export function unwire(bytes: Uint8Array, protocolVersion = 5): Loose[] {
  const packets: Loose[] = [];
  const parser = mqttPacket.parser({ protocolVersion });
  parser.on('packet', (packet) => packets.push(packet as unknown as Loose));
  parser.on('error', (error) => {
    throw error;
  });
  parser.parse(Buffer.from(bytes));
  return packets;
}

/** One connection, as the broker sees it. */
export class Line {
  readonly server: MemoryServer;
  readonly #version: number;
  readonly #packets: Loose[] = [];
  readonly #parser: ReturnType<typeof mqttPacket.parser>;

  constructor(server: MemoryServer, version: number) {
    this.server = server;
    this.#version = version;
    this.#parser = mqttPacket.parser({ protocolVersion: version });
    this.#parser.on('packet', (packet) => this.#packets.push(packet as unknown as Loose));
    this.#parser.on('error', (error) => {
      throw error;
    });
  }

  /** The next packet; `undefined` at the end. */
  async next(): Promise<Loose | undefined> {
    while (this.#packets.length === 0) {
      const chunk = await this.server.read().catch(() => undefined);
      if (chunk === undefined) return undefined;
      this.#parser.parse(Buffer.from(chunk.slice()));
    }
    const packet = this.#packets.shift();
    // As brokers do; else the client waits for the end.
    if (packet?.cmd === 'disconnect') void this.server.close();
    return packet;
  }

  /** The next packet, which must be of that kind. */
  async expect(cmd: Packet['cmd']): Promise<Loose> {
    const packet = await this.next();
    if (packet?.cmd !== cmd) throw new Error(`${packet?.cmd ?? 'the end'} came instead of ${cmd}`);
    return packet;
  }

  send(...packets: (Loose | Uint8Array)[]): void {
    for (const packet of packets) {
      void this.server.write(packet instanceof Uint8Array ? packet : wire(packet, this.#version));
    }
  }

  /** Takes CONNECT and accepts it. @returns CONNECT. */
  async accept(properties: Record<string, unknown> = {}, sessionPresent = false): Promise<Loose> {
    const packet = await this.expect('connect');
    this.send({ cmd: 'connack', sessionPresent, returnCode: 0, reasonCode: 0, properties });
    return packet;
  }
}

/** Waits for connections. */
export class Broker {
  readonly connector: Connector;
  readonly #lines: Line[] = [];
  readonly #waiting: ((line: Line) => void)[] = [];
  connections = 0;

  constructor(version = 5, onPlatformWrite?: (bytes: number) => void) {
    this.connector = memoryConnector(
      (server) => {
        this.connections++;
        const line = new Line(server, version);
        const waiting = this.#waiting.shift();
        if (waiting === undefined) this.#lines.push(line);
        else waiting(line);
      },
      { onPlatformWrite },
    );
  }

  line(): Promise<Line> {
    const line = this.#lines.shift();
    return line === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(line);
  }
}

/** A connected client and the broker's end of its connection. */
export async function open(
  options: ConnectOptions = {},
  properties: Record<string, unknown> = {},
): Promise<{ client: Client; line: Line; broker: Broker; writes: number[] }> {
  const writes: number[] = [];
  const broker = new Broker(options.protocolVersion ?? 5, (bytes) => writes.push(bytes));
  const connecting = connect({
    hostname: 'broker.test',
    tls: false,
    connector: broker.connector,
    ...options,
  });
  const line = await broker.line();
  await line.accept(properties);
  const client = await connecting;
  writes.length = 0;
  return { client, line, broker, writes };
}

/** Closes, with a broker that hears it: else the client waits a second for the broker's end. */
export async function closeBoth(client: Client, line: Line): Promise<void> {
  const closing = client.close();
  while ((await line.next()) !== undefined);
  await closing;
}

/** What a promise rejects with. */
export const outcome = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => ({ value }),
    (reason: unknown) => reason,
  );

/** Takes SUBSCRIBE and grants it. */
export async function subscribed<M extends Message>(
  line: Line,
  subscribing: Promise<Subscription<M>>,
  granted: number[] = [2],
): Promise<Subscription<M>> {
  const { messageId } = await line.expect('subscribe');
  line.send({ cmd: 'suback', messageId, granted, reasonCode: 0 });
  return await subscribing;
}

/** The next messages of a subscription. */
export async function take(subscription: Subscription, count: number): Promise<Message[]> {
  const messages: Message[] = [];
  const iterator = subscription[Symbol.asyncIterator]();
  while (messages.length < count) {
    const { value } = await iterator.next();
    if (value === undefined) break;
    messages.push(value);
  }
  return messages;
}
