// Sessions in a real Durable Object, at a broker that a test plays.
import { env } from 'cloudflare:workers';
import type { MooringNamespace } from '@fairlead/mooring';
import {
  connect,
  type MooredClient,
  type MooredOptions,
  type MooredSubscription,
} from '../src/mooring/index.ts';
import type { Message } from '../src/types/client.ts';
import { Broker, type Line } from './broker.ts';
import { brokers } from './mooring-worker.ts';

const namespace = (env as unknown as { MOORING: MooringNamespace }).MOORING;

let count = 0;

/** A broker, and what connects a session to it. */
export function newBroker(options: Partial<MooredOptions> = {}) {
  const hostname = `broker-${count++}.test`;
  const broker = new Broker(options.protocolVersion ?? 5);
  brokers.set(hostname, broker);
  const names: string[] = [];
  const seen = {
    get: namespace.get.bind(namespace),
    idFromName(name: string) {
      names.push(name);
      return namespace.idFromName(name);
    },
  };
  return {
    broker,
    connect: () => connect(seen, `mqtt://${hostname}`, { session: 'one', ...options }),
    connectAs: (other: Partial<MooredOptions>) =>
      connect(seen, `mqtt://${hostname}`, { session: 'one', ...other }),
    async evict(): Promise<void> {
      const stub = namespace.get(namespace.idFromName(names[0] ?? '') as never);
      await (stub as { evict(): Promise<void> }).evict();
    },
  };
}

export async function open(options: Partial<MooredOptions> = {}) {
  const server = newBroker(options);
  const connecting = server.connect();
  const line = await server.broker.line();
  const hello = await line.accept();
  return { ...server, line, hello, client: await connecting };
}

export async function subscribed(
  client: MooredClient,
  line: Line,
  filter: string,
  reader?: string,
): Promise<MooredSubscription> {
  const subscribing = client.subscribe(filter, { qos: 2, reader });
  await grant(line);
  return subscribing;
}

export async function grant(line: Line): Promise<void> {
  const { messageId } = await line.expect('subscribe');
  line.send({ cmd: 'suback', messageId, granted: [2], reasonCode: 0 });
}

export async function take(subscription: MooredSubscription, many: number): Promise<Message[]> {
  const messages: Message[] = [];
  for await (const message of subscription) {
    messages.push(message);
    message.acknowledge();
    if (messages.length === many) break;
  }
  return messages;
}

/** A message from the broker. */
export function publish(topic: string, payload: string, qos: number, messageId?: number, dup = false) {
  return { cmd: 'publish', topic, payload, qos, dup, retain: false, messageId } as const;
}

/** What the session acknowledges next, sorted. */
export async function acknowledged(line: Line, many: number): Promise<string[]> {
  const packets: string[] = [];
  while (packets.length < many) {
    const packet = await line.next();
    packets.push(`${packet?.cmd} ${packet?.messageId}`);
  }
  return packets.sort();
}

export const texts = (messages: readonly Message[]) => messages.map((message) => message.text());
