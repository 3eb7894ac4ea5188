// Mosquitto 2.0 and RabbitMQ 4: ways in. Both versions of MQTT, TLS, WebSocket, users, and what each refusal is called.
import { type Client, type ConnectOptions, connect } from '@fairlead/mqtt';
import { webSocketConnector } from '@fairlead/transport/websocket';
import { describe, expect, inject, it } from 'vitest';
import { BAD_CERTIFICATES, failure } from './support.ts';

const { mosquitto, mosquittoSmall, rabbitmq } = inject('servers');
const BROKERS = { mosquitto: mosquitto.good, rabbitmq };
type BrokerName = keyof typeof BROKERS;
const EACH_BROKER: readonly BrokerName[] = ['mosquitto', 'rabbitmq'];
const EACH_VERSION = [4, 5] as const;

const app = { username: 'app', password: 'app-password' } as const;
const plain = (port: number): string => `mqtt://localhost:${port}`;

/** One message there and back proves that the connection is good for something. */
async function echo(client: Client): Promise<string> {
  const topic = `echo/${crypto.randomUUID()}`;
  await using inbox = await client.subscribe(topic, { qos: 1 });
  await client.publish(topic, 'ahoy', { qos: 1 });
  for await (const message of inbox) return message.text();
  throw new Error('the subscription ended');
}

describe.each(EACH_BROKER)('%s', (name) => {
  const broker = BROKERS[name];

  it.each(EACH_VERSION)('by TLS, MQTT version %i', async (protocolVersion) => {
    const url = `mqtts://app:app-password@localhost:${broker.tlsPort}`;
    await using client = await connect(url, { protocolVersion });
    expect(client.server).toMatchObject({ protocolVersion, sessionPresent: false });
    expect(await echo(client)).toBe('ahoy');
  });

  it.each(EACH_VERSION)('by plain TCP, MQTT version %i', async (protocolVersion) => {
    await using client = await connect(plain(broker.plainPort), { ...app, protocolVersion });
    expect(await echo(client)).toBe('ahoy');
  });

  it('takes the client identifier of the caller, and gives one away', async () => {
    await using named = await connect(plain(broker.plainPort), { ...app, clientId: 'named-by-test' });
    expect(named.server.clientId).toBe('named-by-test');
    await using assigned = await connect(plain(broker.plainPort), { ...app, clientId: '' });
    expect(assigned.server.clientId.length).toBeGreaterThan(5);
  });

  // Side by side: RabbitMQ lets those who are wrong wait for three seconds.
  it('a wrong password, an unknown user and nobody in particular are `auth`', async () => {
    const wrong: readonly ConnectOptions[] = [
      { username: 'app', password: 'wrong-password' },
      { username: 'nobody', password: 'app-password' },
      {},
    ];
    const attempts = EACH_VERSION.flatMap((protocolVersion) =>
      wrong.map((options) => failure(connect(plain(broker.plainPort), { ...options, protocolVersion }))),
    );
    for (const error of await Promise.all(attempts)) {
      expect(error).toMatchObject({ code: 'auth', safeToRetry: true });
      expect(error.message).not.toMatch(/wrong-password|app-password/);
    }
  });

  it('one client identifier, two connections: the first one is told', async () => {
    const options = { ...app, clientId: `taken-over-${name}` };
    await using first = await connect(plain(broker.plainPort), options);
    // Who expects nothing reads nothing; a subscriber hears it at once.
    await using _inbox = await first.subscribe('anything');
    await using second = await connect(plain(broker.plainPort), options);
    expect(await first.closed).toMatchObject({ code: 'connection_lost', server: { code: '0x8e' } });
    expect(await echo(second)).toBe('ahoy');
  });
});

describe('certificates', () => {
  it.each(BAD_CERTIFICATES)('the certificate %s is `tls_failed`', async (kind) => {
    const attempt = connect(`mqtts://localhost:${mosquitto[kind].tlsPort}`, app);
    expect((await failure(attempt)).code).toBe('tls_failed');
  });

  it('by IP address', async () => {
    await using client = await connect(`mqtts://127.0.0.1:${mosquitto.good.tlsPort}`, app);
    expect(await echo(client)).toBe('ahoy');
  });
});

describe('Mosquitto', () => {
  it('lets anybody in where it is told to', async () => {
    await using client = await connect(plain(mosquittoSmall.plainPort));
    expect(await echo(client)).toBe('ahoy');
  });

  it.each(EACH_VERSION)('over WebSocket, MQTT version %i', async (protocolVersion) => {
    const connector = webSocketConnector({ path: '/mqtt', protocols: ['mqtt'] });
    const { webSocketPort } = mosquitto.good;
    await using client = await connect(`ws://localhost:${webSocketPort}`, {
      ...app,
      protocolVersion,
      connector,
    });
    expect(await echo(client)).toBe('ahoy');
    expect((await client.publish('big', new Uint8Array(300_000), { qos: 1 })).reasonCode).toBeLessThan(0x80);
  });

  it('over WebSocket and TLS', async () => {
    const connector = webSocketConnector({ path: '/mqtt', protocols: ['mqtt'] });
    const { secureWebSocketPort } = mosquitto.good;
    await using client = await connect(`wss://localhost:${secureWebSocketPort}`, { ...app, connector });
    expect(await echo(client)).toBe('ahoy');
  });

  it('says how large a packet it takes, and a larger one is refused before it is sent', async () => {
    await using client = await connect(plain(mosquittoSmall.plainPort), app);
    expect(client.server.maximumPacketBytes).toBe(4096);
    const error = await failure(client.publish('t', new Uint8Array(5000), { qos: 1 }));
    expect(error).toMatchObject({ code: 'limit', safeToRetry: true });
    expect(await echo(client)).toBe('ahoy');
  });

  it('is told how large a packet we take, and keeps larger ones to itself', async () => {
    await using client = await connect(plain(mosquitto.good.plainPort), { ...app, maxPacketBytes: 2000 });
    await using other = await connect(plain(mosquitto.good.plainPort), app);
    await using inbox = await client.subscribe('sizes', { qos: 1 });
    await other.publish('sizes', new Uint8Array(5000), { qos: 1 });
    await other.publish('sizes', 'small enough', { qos: 1 });
    for await (const message of inbox) {
      expect(message.text()).toBe('small enough');
      break;
    }
  });

  it('what the access list forbids: a publication is refused, a subscription too', async () => {
    await using reader = await connect(plain(mosquitto.good.plainPort), {
      username: 'reader',
      password: 'reader-password',
    });
    const refused = await failure(reader.publish('public/x', 'no', { qos: 1 }));
    expect(refused).toMatchObject({ code: 'server', server: { code: '0x87' } });
    await using app_ = await connect(plain(mosquitto.good.plainPort), app);
    await using inbox = await reader.subscribe('public/#', { qos: 1 });
    await app_.publish('private/x', 'secret', { qos: 1 });
    await app_.publish('public/x', 'for all', { qos: 1 });
    for await (const message of inbox) {
      expect([message.topic, message.text()]).toEqual(['public/x', 'for all']);
      break;
    }
  });
});

describe('RabbitMQ', () => {
  it('says that it takes QoS 1 at most and has no shared subscriptions', async () => {
    await using client = await connect(plain(rabbitmq.plainPort), app);
    expect(client.server).toMatchObject({ maximumQos: 1, sharedSubscriptionAvailable: false });
    expect((await failure(client.publish('t', 'x', { qos: 2 }))).code).toBe('usage');
    expect((await failure(client.subscribe('$share/g/t'))).code).toBe('usage');
    expect(await echo(client)).toBe('ahoy');
  });

  it('closes the connection over what its permissions forbid, without a word', async () => {
    await using reader = await connect(plain(rabbitmq.plainPort), {
      username: 'reader',
      password: 'reader-password',
    });
    expect((await failure(reader.publish('public/x', 'no', { qos: 1 }))).code).toBe('connection_lost');
  });
});
