// What an MQTT client is asked in each scenario. QoS 0 has no answer: an acknowledged message behind it ends the count.
import { burst, type Subject, type Timed, timed } from '../round.ts';

export const CONNECTS = 100;
/** How many messages are published and received. */
export const RECEIVED = 40_000;
export const SEQUENTIAL = 500;
export const IN_FLIGHT = 100;
/** QoS 0 is published in larger bursts: nothing of it waits for an answer. */
export const BURST = 1_000;
export const QOS0_BATCHES = 100;
export const QOS1_BATCHES = 100;
export const QOS2_BATCHES = 50;
export const TOPIC = 'bench/some/topic';
export const PAYLOAD = new Uint8Array(64).fill(120);

/** What the scenarios ask of a client. */
export interface Client {
  publish(topic: string, payload: Uint8Array, qos: 0 | 1 | 2): Promise<unknown>;
  /** Calls `onMessage` for each message; resolves once subscribed. */
  subscribe(topic: string, onMessage: () => void): Promise<void>;
  close(): unknown;
}

/** Connects to this machine. */
export type Open = (port: number) => Promise<Client>;

/** The scenarios, for the client that `open` connects. */
export function subject(open: Open): Subject {
  const withClient = (run: (client: Client) => Promise<Timed>) => async (port: number) => {
    const client = await open(port);
    try {
      await client.publish(TOPIC, PAYLOAD, 1);
      return await run(client);
    } finally {
      await client.close();
    }
  };
  const bursts = (qos: 0 | 1 | 2, batches: number, size: number) =>
    withClient((client) =>
      timed(batches * size, async () => {
        for (let i = 0; i < batches; i++)
          await Promise.all(burst(size, () => client.publish(TOPIC, PAYLOAD, qos)));
        if (qos === 0) await client.publish(TOPIC, PAYLOAD, 1);
      }),
    );
  return {
    connect: (port) =>
      timed(CONNECTS, async () => {
        for (let i = 0; i < CONNECTS; i++) {
          const client = await open(port);
          await client.publish(TOPIC, PAYLOAD, 1);
          await client.close();
        }
      }),
    dial: dial(open),
    qos0: bursts(0, QOS0_BATCHES, BURST),
    qos1: bursts(1, QOS1_BATCHES, IN_FLIGHT),
    qos2: bursts(2, QOS2_BATCHES, IN_FLIGHT),
    sequential: withClient((client) =>
      timed(SEQUENTIAL, async () => {
        for (let i = 0; i < SEQUENTIAL; i++) await client.publish(TOPIC, PAYLOAD, 1);
      }),
    ),
    receive: withClient((client) => receive(client, RECEIVED)),
  };
}

/** From dialling to CONNACK, one connection after the other. They are closed behind the clock. */
export function dial(open: (port: number) => Promise<{ close(): unknown }>): Subject[string] {
  return async (port) => {
    const clients: { close(): unknown }[] = [];
    const result = await timed(CONNECTS, async () => {
      for (let i = 0; i < CONNECTS; i++) clients.push(await open(port));
    });
    await Promise.all(clients.map((client) => client.close()));
    return result;
  };
}

/** From publish to arrival, at the client that publishes. */
async function receive(client: Client, count: number): Promise<Timed> {
  // A topic of its own: messages of an earlier round do not count.
  const topic = `${TOPIC}/${crypto.randomUUID()}`;
  const arrived = Promise.withResolvers<void>();
  let left = count;
  await client.subscribe(topic, () => {
    left--;
    if (left === 0) arrived.resolve();
  });
  return timed(count, async () => {
    for (let i = 0; i < count / BURST; i++)
      await Promise.all(burst(BURST, () => client.publish(topic, PAYLOAD, 0)));
    await arrived.promise;
  });
}
