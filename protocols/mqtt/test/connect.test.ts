// Connecting: what is said, what is refused, enhanced authentication.
import { describe, expect, it } from 'vitest';
import { connect } from '../src/index.ts';
import { Broker, open, outcome } from './broker.ts';

describe('connect', () => {
  it('says who it is, and what the broker answered', async () => {
    const broker = new Broker();
    const connecting = connect('mqtt://app:p%40ss@broker.test:1884', {
      connector: broker.connector,
      clientId: 'me',
      keepAliveSeconds: 30,
      sessionExpirySeconds: 60,
      userProperties: [
        ['a', '1'],
        ['b', '2'],
        ['a', '3'],
      ],
      will: {
        topic: 'gone',
        payload: 'me',
        qos: 1,
        retain: true,
        delaySeconds: 5,
        properties: { contentType: 'x' },
      },
    });
    const line = await broker.line();
    expect(
      await line.accept({ assignedClientIdentifier: 'you', receiveMaximum: 7, serverKeepAlive: 9 }),
    ).toMatchObject({
      protocolVersion: 5,
      clientId: 'me',
      clean: true,
      keepalive: 30,
      username: 'app',
      password: Buffer.from('p@ss'),
      properties: {
        sessionExpiryInterval: 60,
        receiveMaximum: 65_535,
        maximumPacketSize: 1_048_576,
        topicAliasMaximum: 16,
      },
      will: {
        topic: 'gone',
        payload: Buffer.from('me'),
        qos: 1,
        retain: true,
        properties: { willDelayInterval: 5, contentType: 'x' },
      },
    });
    const client = await connecting;
    expect(client.server).toMatchObject({
      clientId: 'you',
      receiveMaximum: 7,
      keepAliveSeconds: 9,
      sessionPresent: false,
      maximumQos: 2,
    });
    const closing = client.close();
    expect(await line.expect('disconnect')).toMatchObject({ reasonCode: 0 });
    await closing;
    expect(await client.closed).toBeUndefined();
  });

  it('speaks MQTT 3.1.1', async () => {
    const { client, line } = await open({ protocolVersion: 4, username: 'u' });
    const published = client.publish('t', 'x', { qos: 1 });
    const { messageId } = await line.expect('publish');
    line.send({ cmd: 'puback', messageId });
    expect(await published).toEqual({ reasonCode: 0 });
    const closing = client.close();
    await line.expect('disconnect');
    await closing;
  });

  it.each([
    [5, 0x86, 'auth', '0x86'],
    [5, 0x87, 'auth', '0x87'],
    [5, 0x88, 'server', '0x88'],
    [4, 4, 'auth', '0x86'],
    [4, 5, 'auth', '0x87'],
    [4, 2, 'auth', '0x85'],
    [4, 3, 'server', '0x88'],
    [4, 1, 'server', '0x84'],
  ] as const)('tells a refusal: version %i, code %i', async (protocolVersion, code, expected, server) => {
    const broker = new Broker(protocolVersion);
    const connecting = connect({ hostname: 'b.test', connector: broker.connector, protocolVersion });
    const line = await broker.line();
    await line.expect('connect');
    line.send({ cmd: 'connack', sessionPresent: false, returnCode: code, reasonCode: code });
    expect(await outcome(connecting)).toMatchObject({
      code: expected,
      server: { code: server },
      safeToRetry: true,
    });
  });

  it('understands a broker that does not know MQTT 5', async () => {
    const broker = new Broker();
    const connecting = connect({ hostname: 'b.test', connector: broker.connector });
    const line = await broker.line();
    await line.expect('connect');
    line.send(Uint8Array.of(0x20, 2, 0, 1));
    expect(await outcome(connecting)).toMatchObject({ code: 'server', server: { code: '0x84' } });
  });

  it('gives up on a broker that says nothing, and on one that hangs up', async () => {
    const broker = new Broker();
    const silent = connect({ hostname: 'b.test', connector: broker.connector, connectTimeoutMs: 30 });
    expect(await outcome(silent)).toMatchObject({ code: 'connect_timeout' });
    const ended = connect({ hostname: 'b.test', connector: broker.connector });
    await broker.line();
    const line = await broker.line();
    line.server.end();
    expect(await outcome(ended)).toMatchObject({ code: 'connection_lost' });
  });

  it.each([
    ['http://b'],
    ['mqtt://b/path'],
    ['mqtt://b?x=1'],
    [{ hostname: 'b', clean: false }],
    [{ hostname: 'b', protocolVersion: 4 as const, sessionExpirySeconds: 1 }],
    [{ hostname: 'b', protocolVersion: 4 as const, password: 'p' }],
    [{ hostname: 'b', keepAliveSeconds: 65_536 }],
    [{ hostname: 'b', receiveMaximum: 0 }],
    [{ hostname: 'b', clientId: 'a\0b' }],
    [{ hostname: 'b', will: { topic: 'a/#', payload: '' } }],
    [{}],
  ])('refuses %j', async (target) => {
    const { connector } = new Broker();
    const error = await outcome(connect(target as string, { connector }));
    expect(error).toMatchObject({ code: 'usage' });
  });

  it('shows no password of a URL that it refuses', async () => {
    const error = await outcome(connect('mqtt://u:secret@b/path'));
    expect(JSON.stringify([error, String(error), (error as Error).cause])).not.toContain('secret');
  });
});

describe('enhanced authentication', () => {
  const authentication = (answers: string[]) => ({
    method: 'M',
    initialData: new TextEncoder().encode('first'),
    respond: async (challenge: Uint8Array | undefined) => {
      answers.push(new TextDecoder().decode(challenge));
      return new TextEncoder().encode('answer');
    },
  });

  it('answers challenges, also later', async () => {
    const answers: string[] = [];
    const broker = new Broker();
    const connecting = connect({
      hostname: 'b.test',
      connector: broker.connector,
      authentication: authentication(answers),
    });
    const line = await broker.line();
    expect(await line.expect('connect')).toMatchObject({
      properties: { authenticationMethod: 'M', authenticationData: Buffer.from('first') },
    });
    const challenge = (data: string) => ({
      cmd: 'auth' as const,
      reasonCode: 0x18,
      properties: { authenticationMethod: 'M', authenticationData: Buffer.from(data) },
    });
    line.send(challenge('one'));
    expect(await line.expect('auth')).toMatchObject({
      reasonCode: 0x18,
      properties: { authenticationMethod: 'M', authenticationData: Buffer.from('answer') },
    });
    const properties = { authenticationMethod: 'M', authenticationData: Buffer.from('final') };
    line.send({ cmd: 'connack', sessionPresent: false, reasonCode: 0, properties });
    const client = await connecting;
    const published = client.publish('t', '', { qos: 1 });
    const { messageId } = await line.expect('publish');
    line.send(challenge('again'), { cmd: 'puback', messageId, reasonCode: 0 });
    await line.expect('auth');
    await published;
    expect(answers).toEqual(['one', 'final', 'again']);
  });

  it('ends with what the callback throws', async () => {
    const broker = new Broker();
    const respond = () => Promise.reject(new Error('no key'));
    const connecting = connect({
      hostname: 'b.test',
      connector: broker.connector,
      authentication: { method: 'M', respond },
    });
    const line = await broker.line();
    await line.expect('connect');
    line.send({ cmd: 'auth', reasonCode: 0x18, properties: { authenticationMethod: 'M' } });
    expect(await outcome(connecting)).toMatchObject({ code: 'auth', cause: { message: 'no key' } });
  });
});
