// How a connection ends: a broker's goodbye is heard also where nothing is expected of it, and every call that waits settles.
import { describe, expect, it } from 'vitest';
import type { ConnectOptions, SessionStore } from '../src/index.ts';
import { connect } from '../src/index.ts';
import { Broker, open, outcome, subscribed } from './broker.ts';
import { ObligingBroker } from './obliging-broker.ts';

const TAKEN_OVER = { cmd: 'disconnect', reasonCode: 0x8e } as const;

describe('a goodbye on an idle connection', () => {
  it('is heard without a subscription, and told by the next call', async () => {
    const { client, line } = await open();
    await client.publish('t', 'x');
    line.send(TAKEN_OVER);
    void line.server.close();
    expect(await client.closed).toMatchObject({ code: 'connection_lost', server: { code: '0x8e' } });
    for (const qos of [0, 1, 2] as const) {
      expect(await outcome(client.publish('t', 'x', { qos }))).toMatchObject({
        code: 'connection_lost',
        safeToRetry: true,
        server: { code: '0x8e', fields: { reason: 'Session taken over' } },
      });
    }
    expect(await outcome(client.subscribe('t'))).toMatchObject({
      server: { code: '0x8e' },
      safeToRetry: true,
    });
    expect(await outcome(client.request('t', ''))).toMatchObject({
      server: { code: '0x8e' },
      safeToRetry: true,
    });
  });

  it('is heard by a client that never stops publishing with QoS 0', async () => {
    const { client, line } = await open();
    line.send(TAKEN_OVER);
    void line.server.close();
    const begun = Date.now();
    let error: unknown;
    while (error === undefined && Date.now() - begun < 3000) {
      error = await client.publish('t', 'x').then(
        () => undefined,
        (reason: unknown) => reason,
      );
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(error).toMatchObject({ code: 'connection_lost', server: { code: '0x8e' } });
  });

  it.each([4, 5] as const)('is heard where it has no words, MQTT version %i', async (protocolVersion) => {
    const { client, line } = await open({ protocolVersion });
    line.server.end();
    expect(await client.closed).toMatchObject({ code: 'connection_lost' });
    expect(await outcome(client.publish('t', 'x'))).toMatchObject({
      code: 'connection_lost',
      safeToRetry: true,
    });
  });

  it('ends a connection where something comes that MQTT does not know', async () => {
    const { client, line } = await open();
    line.send({ cmd: 'puback', messageId: 7, reasonCode: 0 });
    line.send({ cmd: 'pingresp' });
    line.send(Uint8Array.of(0x90, 4, 0, 9, 0, 0));
    expect(await client.closed).toMatchObject({ code: 'protocol' });
  });
});

describe('close()', () => {
  it('lets no CONNECT out while a reconnect dials', async () => {
    const model = new Broker();
    let dials = 0;
    let letThrough = (): void => {};
    const connector: ConnectOptions['connector'] = async (address, options) => {
      // As a connector that knows no signal.
      const transport = await model.connector(address, { ...options, signal: undefined });
      if (++dials > 1) await new Promise<void>((resolve) => (letThrough = resolve));
      return transport;
    };
    const connecting = connect({
      hostname: 'b.test',
      connector,
      reconnect: { initialDelayMs: 1, maxDelayMs: 1 },
    });
    const first = await model.line();
    await first.accept();
    const client = await connecting;
    first.server.end();
    const second = await model.line();
    await client.close();
    expect(await client.closed).toBeUndefined();
    letThrough();
    expect(await second.next()).toBeUndefined();
  });

  it('refuses what is called behind it', async () => {
    const { client, line } = await open();
    const owed = outcome(client.publish('t', '', { qos: 1 }));
    await line.expect('publish');
    const closing = client.close();
    for (const call of [
      client.publish('t', ''),
      client.publish('t', '', { qos: 1 }),
      client.subscribe('t'),
      client.request('t', ''),
    ]) {
      expect(await outcome(call)).toMatchObject({ code: 'closed', safeToRetry: true });
    }
    await line.expect('disconnect');
    await closing;
    expect(await owed).toMatchObject({ code: 'closed', safeToRetry: false });
  });

  it.each(['in time', 'while connecting again'])('settles all that wait, %s', async (when) => {
    const model = new ObligingBroker();
    for (const cmd of ['subscribe', 'publish', 'pubrel', 'request']) model.ignores.add(cmd);
    model.ignores.delete('subscribe');
    const client = await connect({
      hostname: 'b.test',
      connector: model.broker.connector,
      reconnect: when === 'in time' ? false : { initialDelayMs: 60_000 },
      timeoutMs: 60_000,
    });
    const subscription = await client.subscribe('a');
    const first = await client.subscribe('b');
    model.ignores.add('subscribe');
    model.ignores.add('unsubscribe');
    const waiting = {
      next: outcome(subscription[Symbol.asyncIterator]().next()),
      'QoS 1': outcome(client.publish('t', '', { qos: 1 })),
      'QoS 2': outcome(client.publish('t', '', { qos: 2 })),
      subscribe: outcome(client.subscribe('c')),
      unsubscribe: outcome(first.unsubscribe()),
      request: outcome(client.request('service', '', { qos: 1 })),
    };
    await new Promise((resolve) => setTimeout(resolve, 10));
    if (when !== 'in time') {
      model.line?.server.reset();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await client.close();
    const settled: Record<string, unknown> = {};
    for (const [name, wait] of Object.entries(waiting)) settled[name] = await wait;
    expect(settled).toMatchObject({
      next: { value: { done: true } },
      'QoS 1': { code: 'closed' },
      'QoS 2': { code: 'closed' },
      subscribe: { code: 'closed' },
      unsubscribe: { value: undefined },
      request: { code: 'closed' },
    });
  });

  it('does not wait for a store that hangs', async () => {
    const store: SessionStore = { load: () => new Map(), save: () => new Promise(() => {}) };
    const { client } = await open({ store });
    const published = outcome(client.publish('t', '', { qos: 1 }));
    const handedOver = outcome(client.publish('t', ''));
    const begun = Date.now();
    await client.close();
    expect(Date.now() - begun).toBeLessThan(3000);
    expect(await published).toMatchObject({ code: 'closed' });
    expect(await handedOver).toMatchObject({ code: 'closed' });
  });
});

describe('connecting', () => {
  const hanging = <T>(): Promise<T> => new Promise(() => {});
  const never: Readonly<Record<string, ConnectOptions>> = {
    store: { store: { load: hanging, save: () => {} } },
    password: { username: 'u', password: hanging },
    connector: { connector: hanging },
    'initial data': { authentication: { method: 'M', initialData: hanging, respond: async () => undefined } },
    CONNACK: {},
  };

  it.each(Object.entries(never))('ends in time where %s hangs', async (_, options) => {
    const begun = Date.now();
    const { connector } = new Broker();
    const connecting = connect({ hostname: 'b.test', connector, connectTimeoutMs: 50, ...options });
    expect(await outcome(connecting)).toMatchObject({ code: 'connect_timeout', safeToRetry: true });
    expect(Date.now() - begun).toBeLessThan(1000);
  });

  it.each(Object.entries(never))('ends by its signal where %s hangs', async (_, options) => {
    const abort = new AbortController();
    const { connector } = new Broker();
    const connecting = connect({ hostname: 'b.test', connector, signal: abort.signal, ...options });
    setTimeout(() => abort.abort('enough'), 5);
    expect(await outcome(connecting)).toMatchObject({ code: 'aborted', safeToRetry: true });
  });

  it('ends in time where the callback of enhanced authentication hangs', async () => {
    const broker = new Broker();
    const authentication = { method: 'M', respond: () => hanging<undefined>() };
    const connecting = connect({
      hostname: 'b.test',
      connector: broker.connector,
      connectTimeoutMs: 60,
      authentication,
    });
    const line = await broker.line();
    await line.expect('connect');
    line.send({ cmd: 'auth', reasonCode: 0x18, properties: { authenticationMethod: 'M' } });
    expect(await outcome(connecting)).toMatchObject({ code: 'connect_timeout', safeToRetry: true });
  });

  it('says that it was aborted while the callback of enhanced authentication hangs', async () => {
    const broker = new Broker();
    const abort = new AbortController();
    let asked = (): void => {};
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const respond = (): Promise<undefined> => {
      asked();
      return hanging<undefined>();
    };
    const connecting = connect({
      hostname: 'b.test',
      connector: broker.connector,
      signal: abort.signal,
      authentication: { method: 'M', respond },
    });
    const line = await broker.line();
    await line.expect('connect');
    line.send({ cmd: 'auth', reasonCode: 0x18, properties: { authenticationMethod: 'M' } });
    await isAsked;
    abort.abort('enough');
    expect(await outcome(connecting)).toMatchObject({ code: 'aborted', safeToRetry: true });
  });

  it('shares one limit among its stages', async () => {
    const begun = Date.now();
    const slowly = <T>(value: T): Promise<T> => new Promise((resolve) => setTimeout(resolve, 600, value));
    const broker = new Broker();
    const connecting = connect({
      hostname: 'b.test',
      connectTimeoutMs: 1500,
      store: { load: () => slowly(new Map()), save: () => {} },
      username: 'u',
      password: () => slowly('p'),
      connector: async (address, options) => slowly(await broker.connector(address, options)),
    });
    expect(await outcome(connecting)).toMatchObject({ code: 'connect_timeout' });
    expect(Date.now() - begun).toBeLessThan(2800);
  });

  it('is not safe to retry where the broker may have accepted it, and publishes its will', async () => {
    const will = { topic: 'gone', payload: '' };
    const silent = new Broker();
    const connecting = connect({
      hostname: 'b.test',
      connector: silent.connector,
      connectTimeoutMs: 30,
      will,
    });
    expect(await outcome(connecting)).toMatchObject({ code: 'connect_timeout', safeToRetry: false });
    const refusing = new Broker();
    const refused = connect({ hostname: 'b.test', connector: refusing.connector, will });
    const line = await refusing.line();
    await line.expect('connect');
    line.send({ cmd: 'connack', sessionPresent: false, reasonCode: 0x87 });
    expect(await outcome(refused)).toMatchObject({ code: 'auth', safeToRetry: true });
  });
});

describe('one time for a whole call', () => {
  it('request() shares it between subscribing, publishing and the answer', async () => {
    const { client, line } = await open();
    const begun = Date.now();
    const request = outcome(client.request('service', '', { timeoutMs: 1500 }));
    const { messageId } = await line.expect('subscribe');
    await new Promise((resolve) => setTimeout(resolve, 1000));
    line.send({ cmd: 'suback', messageId, granted: [1] });
    expect(await request).toMatchObject({ code: 'timeout', safeToRetry: false });
    expect(Date.now() - begun).toBeLessThan(2300);
  });

  it('another request() may wait longer than the first one', async () => {
    const { client, line } = await open();
    const first = outcome(client.request('service', '', { timeoutMs: 20 }));
    const second = client.request('service', 'second');
    const { messageId } = await line.expect('subscribe');
    expect(await first).toMatchObject({ code: 'timeout' });
    line.send({ cmd: 'suback', messageId, granted: [1] });
    const { properties } = await line.expect('publish');
    const { responseTopic, correlationData } = properties as Record<string, unknown>;
    line.send({
      cmd: 'publish',
      topic: responseTopic,
      payload: 'yes',
      qos: 0,
      properties: { correlationData },
    });
    expect((await second).text()).toBe('yes');
  });

  it('a message with QoS 0 that cannot be handed over ends in time, too', async () => {
    const store: SessionStore = { load: () => new Map(), save: () => new Promise(() => {}) };
    const { client } = await open({ store, timeoutMs: 100 });
    void outcome(client.publish('t', '', { qos: 1 }));
    await Promise.resolve();
    expect(await outcome(client.publish('t', 'x'))).toMatchObject({ code: 'timeout', safeToRetry: false });
    const own = client.publish('t', 'x', { timeoutMs: 10, signal: new AbortController().signal });
    expect(await outcome(own)).toMatchObject({ code: 'timeout' });
  });

  it('a subscription whose SUBSCRIBE was never sent leaves nothing behind', async () => {
    const { client, line, broker } = await open({ reconnect: { initialDelayMs: 100 }, timeoutMs: 5000 });
    line.server.reset();
    await new Promise((resolve) => setTimeout(resolve, 5));
    const subscribing = client.subscribe('a', { timeoutMs: 10 });
    expect(await outcome(subscribing)).toMatchObject({ code: 'timeout', safeToRetry: true });
    const again = await broker.line();
    await again.accept({}, true);
    await client.publish('t', '');
    expect((await again.expect('publish')).topic).toBe('t');
    await client.close();
  });
});

describe('a subscription', () => {
  it('tells each loop of the connection’s failure by an error of its own', async () => {
    const { client, line } = await open();
    const loops = [];
    for (const topic of ['a', 'b']) {
      const subscription = await subscribed(line, client.subscribe(topic), [0]);
      loops.push(outcome(subscription[Symbol.asyncIterator]().next()));
    }
    line.server.end();
    const [one, two] = await Promise.all(loops);
    expect(one).toMatchObject({ code: 'connection_lost' });
    expect(two).toMatchObject({ code: 'connection_lost' });
    expect(one).not.toBe(two);
  });
});
