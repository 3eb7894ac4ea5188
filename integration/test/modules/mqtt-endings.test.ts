// Mosquitto 2.0 and RabbitMQ 4: take-overs that a client hears which expects nothing, identifiers that the broker assigned,
// messages that a broker never completes, and what RabbitMQ makes of topics.
import { type Client, type ConnectOptions, connect, type GivenUpMessage, memoryStore } from '@fairlead/mqtt';
import { type Connector, connect as dial, type Transport } from '@fairlead/transport';
import { describe, expect, inject, it } from 'vitest';
import { failure } from './support.ts';

const { mosquitto, rabbitmq } = inject('servers');
const BROKERS = { mosquitto: mosquitto.good, rabbitmq };
const EACH_BROKER = ['mosquitto', 'rabbitmq'] as const;
const EACH_VERSION = [4, 5] as const;

const login = { username: 'app', password: 'app-password' } as const;
const newTopic = (): string => `endings/${crypto.randomUUID()}`;

function to(port: number, options: ConnectOptions = {}): Promise<Client> {
  return connect(`mqtt://localhost:${port}`, { ...login, ...options });
}

/** A connector whose latest connection can be cut. */
function cuttable(): { connector: Connector; cut: () => void } {
  let latest: Transport | undefined;
  return {
    connector: async (address, options) => {
      latest = await dial(address, options);
      return latest;
    },
    cut: () => latest?.destroy(new Error('cut')),
  };
}

describe.each(EACH_BROKER)('%s', (name) => {
  const { plainPort } = BROKERS[name];

  it.each(EACH_VERSION)(
    'a client without a subscription hears its take-over, MQTT version %i',
    async (version) => {
      const options = { clientId: `idle-${name}-${version}`, protocolVersion: version };
      await using first = await to(plainPort, options);
      await first.publish(newTopic(), 'x');
      await using _second = await to(plainPort, options);
      const reason = await first.closed;
      expect(reason).toMatchObject({ code: 'connection_lost' });
      if (version === 5) expect(reason).toMatchObject({ server: { code: '0x8e' } });
      for (const qos of [0, 0, 1] as const) {
        const error = await failure(first.publish(newTopic(), 'x', { qos }));
        expect(error).toMatchObject({ code: 'connection_lost', safeToRetry: true });
      }
    },
  );

  it('a session of an assigned client identifier goes on', async () => {
    const { connector, cut } = cuttable();
    const reconnect = { initialDelayMs: 5, maxDelayMs: 20 };
    await using client = await to(plainPort, { clientId: '', reconnect, connector });
    const assigned = client.server.clientId;
    expect(assigned).not.toBe('');
    const topic = newTopic();
    const inbox = await client.subscribe(topic, { qos: 1 });
    cut();
    await client.publish(topic, 'after', { qos: 1 });
    expect(client.server).toMatchObject({ clientId: assigned, sessionPresent: true });
    for await (const message of inbox) {
      expect(message.text()).toBe('after');
      break;
    }
  });
});

describe('RabbitMQ, MQTT 3.1.1', () => {
  it('takes QoS 2 as QoS 1, and the session stays whole', async () => {
    const store = memoryStore();
    const options = {
      protocolVersion: 4,
      clientId: `qos2-${crypto.randomUUID()}`,
      clean: false,
      store,
    } as const;
    const topic = newTopic();
    {
      await using client = await to(rabbitmq.plainPort, options);
      expect(await client.publish(topic, 'x', { qos: 2 })).toEqual({ reasonCode: 0, qos: 1 });
      expect(await client.publish(topic, 'y', { qos: 1 })).toEqual({ reasonCode: 0 });
    }
    expect(await store.load()).toEqual(new Map());
    await using again = await to(rabbitmq.plainPort, options);
    expect(await again.publish(topic, 'z', { qos: 1 })).toEqual({ reasonCode: 0 });
  });

  it('hangs up at a message that its permissions forbid: the third time it is given up', async () => {
    const store = memoryStore();
    const given: GivenUpMessage[] = [];
    const options: ConnectOptions = {
      username: 'reader',
      password: 'reader-password',
      protocolVersion: 4,
      clientId: `poison-${crypto.randomUUID()}`,
      clean: false,
      store,
      onGivenUp: (message) => given.push(message),
    };
    for (let attempt = 0; attempt < 3; attempt++) {
      const client = await to(rabbitmq.plainPort, options);
      if (attempt === 0) {
        const error = await failure(client.publish('forbidden/x', 'no', { qos: 1 }));
        expect(error).toMatchObject({ code: 'connection_lost', safeToRetry: false });
      }
      await client.closed;
    }
    expect(given).toMatchObject([{ topic: 'forbidden/x', reason: { code: 'connection_lost' } }]);
    expect(await store.load()).toEqual(new Map());
    await using client = await to(rabbitmq.plainPort, options);
    await using _inbox = await client.subscribe('public/x');
  });

  it('hangs up for a client that connects again, too, and its caller is told', async () => {
    await using client = await to(rabbitmq.plainPort, {
      username: 'reader',
      password: 'reader-password',
      protocolVersion: 4,
      reconnect: { initialDelayMs: 5, maxDelayMs: 20 },
      timeoutMs: 15_000,
    });
    const error = await failure(client.publish('forbidden/x', 'no', { qos: 1 }));
    expect(error).toMatchObject({ code: 'connection_lost', blame: 'peer', safeToRetry: false });
    await using _inbox = await client.subscribe('public/x');
  });
});

describe('RabbitMQ’s topics', () => {
  it.each(EACH_VERSION)(
    'a dot arrives as a level, and * is a wildcard, MQTT version %i',
    async (protocolVersion) => {
      await using client = await to(rabbitmq.plainPort, { protocolVersion });
      const topic = newTopic();
      const inbox = await client.subscribe(`${topic}/#`, { qos: 1 });
      await client.publish(`${topic}/b.c`, 'x', { qos: 1 });
      for await (const message of inbox) {
        expect(message.topic).toBe(`${topic}/b/c`);
        break;
      }
    },
  );
});
