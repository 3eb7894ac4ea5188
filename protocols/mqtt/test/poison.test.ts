// Messages that a broker will never complete: they are refused or given up, and the session goes on without them.
import { describe, expect, it, vi } from 'vitest';
import type { Client, ConnectOptions, GivenUpMessage, SessionStore } from '../src/index.ts';
import { connect, memoryStore } from '../src/index.ts';
import { Broker, closeBoth, type Line, type Loose, open, outcome } from './broker.ts';

interface Opened {
  readonly client: Client;
  readonly line: Line;
}

/** Connects to a broker that says these properties, with the session that it has or has not. */
async function again(
  broker: Broker,
  options: ConnectOptions,
  properties: Record<string, unknown> = {},
  sessionPresent = true,
): Promise<Opened> {
  const connecting = connect({
    hostname: 'b.test',
    connector: broker.connector,
    clientId: 'me',
    clean: false,
    ...options,
  });
  const line = await broker.line();
  await line.accept(properties, sessionPresent);
  return { client: await connecting, line };
}

async function end({ client, line }: Opened): Promise<void> {
  void line.server.close();
  await client.closed;
}

/** A store with one message in flight, of which the broker has said nothing. */
async function storeWith(
  message: { qos: 1 | 2; payload?: string; retain?: boolean },
  protocolVersion: 4 | 5 = 5,
): Promise<SessionStore> {
  const store = memoryStore();
  const abort = new AbortController();
  const options = { store, protocolVersion, signal: abort.signal };
  const opened = await again(new Broker(protocolVersion), options);
  const { payload = 'x', ...others } = message;
  void outcome(opened.client.publish('t', payload, others));
  await opened.line.expect('publish');
  // Ended by this side, the broker is not under suspicion.
  abort.abort();
  await opened.client.closed;
  expect((await store.load()).size).toBe(1);
  return store;
}

describe('PUBACK for QoS 2', () => {
  it('is what RabbitMQ has for it in MQTT 3.1.1: the message was taken, with less', async () => {
    const store = memoryStore();
    const broker = new Broker(4);
    const opened = await again(broker, { store, protocolVersion: 4 }, {}, false);
    const published = opened.client.publish('t', 'x', { qos: 2 });
    const { messageId } = await opened.line.expect('publish');
    opened.line.send({ cmd: 'puback', messageId });
    expect(await published).toEqual({ reasonCode: 0, qos: 1 });
    // The connection lives, and nothing is left for the next one.
    await opened.client.publish('next', '');
    expect((await opened.line.expect('publish')).topic).toBe('next');
    await closeBoth(opened.client, opened.line);
    expect(await store.load()).toEqual(new Map());
  });
});

/** What a broker answers to a PUBLISH that it must not answer so. */
const WRONG: readonly [name: string, qos: 1 | 2, answers: (messageId: unknown) => Loose[]][] = [
  ['PUBACK for QoS 2', 2, (messageId) => [{ cmd: 'puback', messageId, reasonCode: 0 }]],
  ['PUBREC for QoS 1', 1, (messageId) => [{ cmd: 'pubrec', messageId, reasonCode: 0 }]],
  ['PUBCOMP for QoS 1', 1, (messageId) => [{ cmd: 'pubcomp', messageId, reasonCode: 0 }]],
  ['PUBCOMP before PUBREC', 2, (messageId) => [{ cmd: 'pubcomp', messageId, reasonCode: 0 }]],
  [
    'PUBACK behind PUBREC',
    2,
    (messageId) => [
      { cmd: 'pubrec', messageId, reasonCode: 0 },
      { cmd: 'puback', messageId, reasonCode: 0 },
    ],
  ],
];

describe.each(WRONG)('%s', (_, qos, answers) => {
  it('ends this connection, and not the next one', async () => {
    const store = memoryStore();
    const broker = new Broker();
    const first = await again(broker, { store }, {}, false);
    const published = outcome(first.client.publish('t', 'x', { qos }));
    const { messageId } = await first.line.expect('publish');
    first.line.send(...answers(messageId));
    expect(await published).toMatchObject({ code: 'protocol', safeToRetry: false });
    expect(await first.client.closed).toMatchObject({ code: 'protocol' });
    expect(await store.load()).toEqual(new Map());
    const second = await again(broker, { store });
    await second.client.publish('next', '');
    expect((await second.line.expect('publish')).topic).toBe('next');
    await closeBoth(second.client, second.line);
  });
});

describe('a message of the store that this broker does not take', () => {
  it.each<[string, Parameters<typeof storeWith>[0], Record<string, unknown>, string]>([
    ['it is too large', { qos: 1, payload: 'x'.repeat(100) }, { maximumPacketSize: 50 }, 'limit'],
    ['its QoS is too high', { qos: 2 }, { maximumQoS: 1 }, 'usage'],
    ['it is to be retained', { qos: 1, retain: true }, { retainAvailable: false }, 'usage'],
  ])('is given up: %s', async (_, message, properties, code) => {
    const store = await storeWith(message);
    const onGivenUp = vi.fn<(message: GivenUpMessage) => void>();
    const { client, line } = await again(new Broker(), { store, onGivenUp }, properties);
    await client.publish('next', '');
    expect((await line.expect('publish')).topic).toBe('next');
    expect(onGivenUp.mock.calls).toMatchObject([
      [
        {
          topic: 't',
          qos: message.qos,
          retain: message.retain === true,
          reason: { code, safeToRetry: false },
        },
      ],
    ]);
    expect(new TextDecoder().decode(onGivenUp.mock.calls[0]?.[0].payload)).toBe(message.payload ?? 'x');
    expect(await store.load()).toEqual(new Map());
    await closeBoth(client, line);
  });

  it('is given up where it is refused, and nobody waits for it', async () => {
    const store = await storeWith({ qos: 1 });
    const onGivenUp = vi.fn<(message: GivenUpMessage) => void>();
    const { client, line } = await again(new Broker(), { store, onGivenUp });
    const { messageId } = await line.expect('publish');
    line.send({ cmd: 'puback', messageId, reasonCode: 0x90 });
    await vi.waitFor(() => expect(onGivenUp).toHaveBeenCalledOnce());
    expect(onGivenUp.mock.calls[0]?.[0]).toMatchObject({
      topic: 't',
      reason: { code: 'server', server: { code: '0x90' }, safeToRetry: false },
    });
    await closeBoth(client, line);
    expect(await store.load()).toEqual(new Map());
  });

  it('is not sent as another version of MQTT, which would change its payload', async () => {
    const store = await storeWith({ qos: 1 });
    const options = { hostname: 'b.test', clientId: 'me', store, protocolVersion: 4 } as const;
    const broker = new Broker(4);
    const refused = connect({ ...options, clean: false, connector: broker.connector });
    expect(await outcome(refused)).toMatchObject({ code: 'usage' });
    expect(broker.connections).toBe(0);
    const { client, line } = await again(broker, { ...options, clean: true }, {}, false);
    await closeBoth(client, line);
    expect(await store.load()).toEqual(new Map());
  });

  it.each<[string, string, Uint8Array]>([
    ['nothing', 'p000000000001', new Uint8Array(0)],
    ['no PUBLISH', 'p000000000001', Uint8Array.of(0x10, 2, 0, 0)],
    ['a PUBLISH without QoS', 'p000000000001', Uint8Array.of(0x30, 3, 0, 1, 0x74)],
    ['one that is cut off', 'p000000000001', Uint8Array.of(0x32, 60, 0, 50, 0x74)],
    ['identifier 0', 'p000000000001', Uint8Array.of(0x32, 6, 0, 1, 0x74, 0, 0, 0)],
    ['a release of identifier 0', 'r000000000001', Uint8Array.of(0, 0)],
  ])('is refused where its record holds %s', async (_, key, bytes) => {
    const store = memoryStore();
    void store.save(new Map([[key, bytes]]));
    const { connector } = new Broker();
    const connecting = connect({ hostname: 'b.test', connector, clientId: 'me', clean: false, store });
    expect(await outcome(connecting)).toMatchObject({ code: 'usage', message: expect.stringContaining(key) });
  });

  it('is refused where two records have one identifier', async () => {
    const store = memoryStore();
    const publish = Uint8Array.of(0x32, 6, 0, 1, 0x74, 0, 9, 0);
    void store.save(
      new Map([
        ['p000000000001', publish],
        ['r000000000002', Uint8Array.of(0, 9)],
      ]),
    );
    const { connector } = new Broker();
    const connecting = connect({ hostname: 'b.test', connector, clientId: 'me', clean: false, store });
    expect(await outcome(connecting)).toMatchObject({ code: 'usage' });
  });
});

describe('a message at which the broker hangs up', () => {
  it('is given up behind three connections in a row, with a store', async () => {
    const store = memoryStore();
    const broker = new Broker(4);
    const onGivenUp = vi.fn<(message: GivenUpMessage) => void>();
    for (let attempt = 0; attempt < 3; attempt++) {
      const opened = await again(broker, { store, protocolVersion: 4, onGivenUp }, {}, attempt > 0);
      if (attempt === 0) void outcome(opened.client.publish('forbidden', 'x', { qos: 1 }));
      expect((await opened.line.expect('publish')).topic).toBe('forbidden');
      expect(onGivenUp).not.toHaveBeenCalled();
      await end(opened);
      await Promise.resolve();
    }
    expect(onGivenUp.mock.calls).toMatchObject([
      [{ topic: 'forbidden', reason: { code: 'connection_lost' } }],
    ]);
    expect(await store.load()).toEqual(new Map());
    const { client, line } = await again(broker, { store, protocolVersion: 4 });
    await client.publish('next', '');
    expect((await line.expect('publish')).topic).toBe('next');
    await closeBoth(client, line);
  });

  it('is given up by a client that connects again, which tells its caller, and publishes the next one', async () => {
    const reconnect = { initialDelayMs: 1, maxDelayMs: 1 };
    const { client, line, broker } = await open({ reconnect, timeoutMs: 5000, protocolVersion: 4 });
    const forbidden = outcome(client.publish('forbidden', 'x', { qos: 1 }));
    const fine = client.publish('fine', 'x', { qos: 1 });
    let current = line;
    for (let attempt = 0; attempt < 3; attempt++) {
      if (attempt > 0) await current.accept({}, false);
      expect((await current.expect('publish')).topic).toBe('forbidden');
      current.server.reset();
      current = await broker.line();
    }
    expect(await forbidden).toMatchObject({ code: 'connection_lost', safeToRetry: false, blame: 'peer' });
    await current.accept({}, false);
    const { topic, messageId } = await current.expect('publish');
    expect(topic).toBe('fine');
    current.send({ cmd: 'puback', messageId });
    expect(await fine).toEqual({ reasonCode: 0 });
    await closeBoth(client, current);
  });

  it('is kept where the broker has answered others meanwhile, or said another reason', async () => {
    const store = memoryStore();
    const broker = new Broker();
    const goodbyes: (Loose | undefined)[] = [
      { cmd: 'disconnect', reasonCode: 0x8b },
      { cmd: 'disconnect', reasonCode: 0x98 },
      { cmd: 'disconnect', reasonCode: 0x8e },
      undefined,
      undefined,
    ];
    for (const [attempt, goodbye] of goodbyes.entries()) {
      const opened = await again(broker, { store }, {}, attempt > 0);
      if (attempt === 0) void outcome(opened.client.publish('t', 'x', { qos: 1 }));
      await opened.line.expect('publish');
      if (goodbye === undefined) {
        const other = outcome(opened.client.publish('other', '', { qos: 1 }));
        const { messageId } = await opened.line.expect('publish');
        opened.line.send({ cmd: 'puback', messageId, reasonCode: 0 });
        await other;
      } else opened.line.send(goodbye);
      await end(opened);
    }
    expect([...(await store.load()).keys()]).toEqual(['p000000000001']);
  });

  it('does not keep a client connecting for ever where all that it asks for ends the connection', async () => {
    const reconnect = { initialDelayMs: 1, maxDelayMs: 1, maxAttempts: 4 };
    const { client, line, broker } = await open({ reconnect, timeoutMs: 5000 });
    const subscribing = outcome(client.subscribe('forbidden'));
    let current = line;
    for (let attempt = 0; attempt < 5; attempt++) {
      if (attempt > 0) await current.accept({}, true);
      await current.expect('subscribe');
      current.server.end();
      if (attempt < 4) current = await broker.line();
    }
    expect(await client.closed).toMatchObject({ code: 'connection_lost' });
    expect(await subscribing).toMatchObject({ code: 'connection_lost', safeToRetry: false });
    expect(broker.connections).toBe(5);
  });
});

describe('SUBSCRIBE', () => {
  it('is not sent again for a caller that has gone', async () => {
    const { client, line, broker } = await open({ reconnect: { initialDelayMs: 1 }, timeoutMs: 5000 });
    const subscribing = outcome(client.subscribe('a', { timeoutMs: 10 }));
    await line.expect('subscribe');
    expect(await subscribing).toMatchObject({ code: 'timeout', safeToRetry: false });
    line.server.reset();
    const second = await broker.line();
    await second.accept({}, true);
    // It may be subscribed to at the broker, so that is ended.
    expect((await second.expect('unsubscribe')).unsubscriptions).toEqual(['a']);
    await closeBoth(client, second);
  });

  it('that is too large for the next broker is refused, and the connection lives', async () => {
    const { client, line, broker } = await open({ reconnect: { initialDelayMs: 1 }, timeoutMs: 5000 });
    const subscribing = outcome(client.subscribe('a'.repeat(100)));
    await line.expect('subscribe');
    line.server.reset();
    const second = await broker.line();
    await second.accept({ maximumPacketSize: 60 }, true);
    expect(await subscribing).toMatchObject({ code: 'limit', safeToRetry: false });
    await client.publish('t', '');
    await closeBoth(client, second);
  });

  it('has a limit of how many wait, and lets identifiers for messages', async () => {
    const { client, line } = await open({ timeoutMs: 60_000 });
    let refused = 0;
    const all = Array.from({ length: 16_010 }, (_, n) =>
      client.subscribe(`t${n}`).catch((error: { code: string }) => {
        if (error.code === 'limit') refused++;
      }),
    );
    await line.expect('subscribe');
    await Promise.resolve();
    expect(refused).toBe(10);
    line.server.end();
    await Promise.all(all);
  });
});

describe('what a refusal says of another try', () => {
  it('is safe where the broker has seen the message once', async () => {
    const { client, line, broker } = await open({ reconnect: { initialDelayMs: 1 }, timeoutMs: 5000 });
    const once = outcome(client.publish('once', '', { qos: 1 }));
    const { messageId } = await line.expect('publish');
    line.send({ cmd: 'puback', messageId, reasonCode: 0x97 });
    expect(await once).toMatchObject({ code: 'server', safeToRetry: true });
    const twice = outcome(client.publish('twice', '', { qos: 1 }));
    await line.expect('publish');
    line.server.reset();
    const second = await broker.line();
    await second.accept({}, true);
    const sentAgain = await second.expect('publish');
    second.send({ cmd: 'puback', messageId: sentAgain.messageId, reasonCode: 0x97 });
    expect(await twice).toMatchObject({ code: 'server', safeToRetry: false });
    await closeBoth(client, second);
  });

  it.each([
    [[0x80, 0x87], true],
    [[1, 0x87], false],
  ])('SUBACK %j: %s', async (granted, safeToRetry) => {
    const { client, line } = await open();
    const subscribing = outcome(client.subscribe(['a', 'b']));
    const { messageId } = await line.expect('subscribe');
    line.send({ cmd: 'suback', messageId, granted });
    expect(await subscribing).toMatchObject({ code: 'server', safeToRetry });
  });
});
