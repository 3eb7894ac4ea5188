// As whom a client comes back: the client identifier that the broker gave it, and what it is asked for at each connection.
import { describe, expect, it } from 'vitest';
import { connect } from '../src/index.ts';
import { Broker, closeBoth, outcome } from './broker.ts';

const QUICKLY = { initialDelayMs: 1, maxDelayMs: 1 };

describe('a client identifier that the broker assigned', () => {
  it('is used when the client connects again, so that its session goes on', async () => {
    const broker = new Broker();
    const connecting = connect({
      hostname: 'b.test',
      connector: broker.connector,
      clientId: '',
      reconnect: QUICKLY,
    });
    const first = await broker.line();
    expect(await first.accept({ assignedClientIdentifier: 'auto-7' })).toMatchObject({ clientId: '' });
    const client = await connecting;
    expect(client.server.clientId).toBe('auto-7');
    const published = client.publish('t', 'x', { qos: 1 });
    await first.expect('publish');
    first.server.reset();
    const second = await broker.line();
    expect(await second.accept({}, true)).toMatchObject({ clientId: 'auto-7', clean: false });
    expect(client.server.clientId).toBe('auto-7');
    const again = await second.expect('publish');
    expect(again).toMatchObject({ dup: true });
    second.send({ cmd: 'puback', messageId: again.messageId, reasonCode: 0 });
    await published;
    second.server.reset();
    const third = await broker.line();
    expect(await third.accept({}, true)).toMatchObject({ clientId: 'auto-7' });
    await closeBoth(client, third);
  });

  it('there is none in MQTT 3.1.1: a clean session comes back as one', async () => {
    const broker = new Broker(4);
    const options = {
      hostname: 'b.test',
      connector: broker.connector,
      clientId: '',
      protocolVersion: 4,
    } as const;
    expect(await outcome(connect({ ...options, clean: false }))).toMatchObject({ code: 'usage' });
    expect(broker.connections).toBe(0);
    const connecting = connect({ ...options, reconnect: QUICKLY });
    const first = await broker.line();
    expect(await first.accept()).toMatchObject({ clientId: '', clean: true });
    const client = await connecting;
    first.server.reset();
    const second = await broker.line();
    expect(await second.accept()).toMatchObject({ clientId: '', clean: true });
    await closeBoth(client, second);
  });
});

describe('a password as a function', () => {
  it('is asked for at each connection', async () => {
    const broker = new Broker();
    let asked = 0;
    const connecting = connect({
      hostname: 'b.test',
      connector: broker.connector,
      username: 'u',
      password: async () => `token-${++asked}`,
      reconnect: QUICKLY,
    });
    const first = await broker.line();
    expect(await first.accept()).toMatchObject({ password: Buffer.from('token-1') });
    const client = await connecting;
    first.server.reset();
    const second = await broker.line();
    expect(await second.accept()).toMatchObject({ password: Buffer.from('token-2') });
    await closeBoth(client, second);
    expect(asked).toBe(2);
  });

  it.each<[string, () => string, string]>([
    [
      'throws',
      () => {
        throw new Error('no token');
      },
      'auth',
    ],
    ['gives no text', () => 5 as unknown as string, 'usage'],
    ['gives what MQTT cannot carry', () => 'x'.repeat(70_000), 'usage'],
  ])('that %s ends the attempt', async (_, password, code) => {
    const broker = new Broker();
    const connecting = connect({ hostname: 'b.test', connector: broker.connector, username: 'u', password });
    const error = await outcome(connecting);
    expect(error).toMatchObject({ code, safeToRetry: true });
    expect(String((error as Error).message)).not.toContain('xxx');
  });

  it('so is the first data of enhanced authentication', async () => {
    const broker = new Broker();
    let asked = 0;
    const initialData = () => new TextEncoder().encode(`data-${++asked}`);
    const connecting = connect({
      hostname: 'b.test',
      connector: broker.connector,
      authentication: { method: 'OAUTH', initialData, respond: async () => undefined },
      reconnect: QUICKLY,
    });
    const first = await broker.line();
    expect(await first.accept()).toMatchObject({ properties: { authenticationData: Buffer.from('data-1') } });
    const client = await connecting;
    first.server.reset();
    const second = await broker.line();
    expect(await second.accept()).toMatchObject({
      properties: { authenticationData: Buffer.from('data-2') },
    });
    await closeBoth(client, second);
  });

  it('an answer to AUTH that comes when the connection has ended goes out on no other one', async () => {
    const broker = new Broker();
    let answer = (): void => {};
    const respond = () =>
      new Promise<Uint8Array>((resolve) => {
        answer = () => resolve(new Uint8Array(1));
      });
    const connecting = connect({
      hostname: 'b.test',
      connector: broker.connector,
      authentication: { method: 'M', respond },
      reconnect: QUICKLY,
    });
    const first = await broker.line();
    await first.accept();
    const client = await connecting;
    first.send({ cmd: 'auth', reasonCode: 0x18, properties: { authenticationMethod: 'M' } });
    await new Promise((resolve) => setTimeout(resolve, 5));
    first.server.reset();
    const second = await broker.line();
    await second.accept({}, true);
    await client.publish('t', '');
    answer();
    const published = client.publish('t', '', { qos: 1 });
    await second.expect('publish');
    const { messageId } = await second.expect('publish');
    second.send({ cmd: 'puback', messageId, reasonCode: 0 });
    await published;
    await closeBoth(client, second);
  });
});
