// Every call's rejection has the frame of whoever awaits it, in its stack.
import { describe, expect, it } from 'vitest';
import type { Client } from '../src/index.ts';
import { connect } from '../src/index.ts';
import { Broker, type Line, open } from './broker.ts';

type Opened = { readonly client: Client; readonly line: Line };

/** Begins a call, and then makes the broker, or the time, end it. */
const CASES: Readonly<Record<string, (opened: Opened) => Promise<unknown>>> = {
  'publish with QoS 0, of an ended client': async ({ client, line }) => {
    line.server.end();
    await client.closed;
    return client.publish('t', 'x');
  },
  'publish with QoS 0 that is cut off': ({ client, line }) => {
    const published = client.publish('t', 'x'.repeat(200_000));
    line.server.reset();
    return published;
  },
  'publish with QoS 0 and a signal': ({ client, line }) => {
    const published = client.publish('t', 'x'.repeat(200_000), { signal: new AbortController().signal });
    line.server.reset();
    return published;
  },
  'publish with QoS 1, refused': ({ client, line }) => {
    const published = client.publish('t', 'x', { qos: 1 });
    void line
      .expect('publish')
      .then(({ messageId }) => line.send({ cmd: 'puback', messageId, reasonCode: 0x87 }));
    return published;
  },
  'publish with QoS 2, cut off': ({ client, line }) => {
    const published = client.publish('t', 'x', { qos: 2 });
    void line.expect('publish').then(() => line.server.reset());
    return published;
  },
  'publish in its time': ({ client }) => client.publish('t', 'x', { qos: 1, timeoutMs: 10 }),
  'publish with a signal': ({ client }) => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 5);
    return client.publish('t', 'x', { qos: 1, signal: abort.signal });
  },
  'publish with a wrong argument': ({ client }) => client.publish('a/#', 'x'),
  'subscribe, refused': ({ client, line }) => {
    const subscribing = client.subscribe('t');
    void line
      .expect('subscribe')
      .then(({ messageId }) => line.send({ cmd: 'suback', messageId, granted: [0x87] }));
    return subscribing;
  },
  'subscribe in its time': ({ client }) => client.subscribe('t', { timeoutMs: 10 }),
  'subscribe with a wrong argument': ({ client }) => client.subscribe('a#'),
  'the next message of a subscription': async ({ client, line }) => {
    const subscribing = client.subscribe('t');
    const { messageId } = await line.expect('subscribe');
    line.send({ cmd: 'suback', messageId, granted: [0] });
    const subscription = await subscribing;
    setTimeout(() => line.server.reset(), 5);
    return subscription[Symbol.asyncIterator]().next();
  },
  'request that nobody answers': ({ client, line }) => {
    void line
      .expect('subscribe')
      .then(({ messageId }) => line.send({ cmd: 'suback', messageId, granted: [1] }));
    return client.request('service', 'x', { timeoutMs: 30 });
  },
  'request whose response topic is refused': ({ client, line }) => {
    void line
      .expect('subscribe')
      .then(({ messageId }) => line.send({ cmd: 'suback', messageId, granted: [0x87] }));
    return client.request('service', 'x');
  },
  'connect, refused': async () => {
    const broker = new Broker();
    void broker.line().then(async (line) => {
      await line.expect('connect');
      line.send({ cmd: 'connack', sessionPresent: false, reasonCode: 0x86 });
    });
    return connect({ hostname: 'b.test', connector: broker.connector });
  },
  'connect in its time': () =>
    connect({ hostname: 'b.test', connector: new Broker().connector, connectTimeoutMs: 10 }),
};

/** Registers the tests of one runtime. */
export function callerStacks(): void {
  describe('an error’s stack leads to its caller', () => {
    it.each(Object.entries(CASES))('%s', async (_, call) => {
      const opened = await open();
      const theCaller = async (): Promise<unknown> => await call(opened);
      const error = await theCaller().then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect((error as Error).stack).toContain('theCaller');
      expect((error as Error).stack).toContain((error as Error).message);
    });
  });
}
