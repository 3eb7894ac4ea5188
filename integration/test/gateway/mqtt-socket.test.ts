// GET /mqtt/subscribe of the built Worker as a WebSocket, against Mosquitto 2.0 and RabbitMQ 4.
import { faultProxyControl } from '@fairlead/testkit';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openEvents, refusedHandshake } from './events.ts';
import { type MqttGateway, newTopic, RECEIVER, startMqttGateway, texts } from './mqtt.ts';
import type { Json } from './support.ts';

const { proxies } = inject('servers');

let at: MqttGateway;
beforeAll(async () => {
  at = await startMqttGateway();
});
afterAll(() => at.gateway.close());

const open = (connection: string, query: Json, token = 'token-all') =>
  openEvents(at.url(connection, query), token);

describe('a WebSocket', () => {
  it.each(['mosquitto', 'mosquitto311', 'rabbitmq'])(
    'carries messages both ways, over %s',
    async (connection) => {
      const topic = newTopic();
      const socket = await open(connection, { topic, limit: 3 });
      expect(socket.protocol).toBe('fairlead');
      expect(await socket.next()).toMatchObject({
        event: 'subscribed',
        data: { granted: [{ filter: topic, qos: 1 }] },
      });
      socket.say({ publish: { topic, payload: 'over the socket' }, ref: 'mine' });
      const both = await socket.take(2);
      expect(both).toContainEqual({
        event: 'published',
        id: undefined,
        data: { ref: 'mine', reasonCode: 0 },
      });
      expect(both).toContainEqual({
        event: 'message',
        id: '1',
        data: expect.objectContaining({ topic, payload: 'over the socket', qos: 1, duplicate: false }),
      });
      await at.send(connection, topic, ['two', 'three']);
      const rest = await socket.take(3);
      expect(rest.map(({ event, id }) => ({ event, id }))).toEqual([
        { event: 'message', id: '2' },
        { event: 'message', id: '3' },
        { event: 'end', id: undefined },
      ]);
      expect(await socket.closed).toBe(1000);
    },
  );

  it.each(['mosquitto', 'mosquitto311', 'rabbitmq'])(
    'has what was not confirmed delivered again, over %s',
    async (connection) => {
      const query = { topic: newTopic(), session: `s${crypto.randomUUID()}` };
      const first = await open(connection, query);
      await first.next();
      const sent = ['0', '1', '2', '3', '4', '5'];
      await at.send(connection, query.topic, sent);
      expect(texts(await first.take(6))).toEqual(sent);
      first.say({ ack: 2 });
      // The answer to a later command: the broker has the confirmation before it.
      first.say({ publish: { topic: newTopic() }, ref: 1 });
      expect((await first.next()).event).toBe('published');
      first.close();
      await first.closed;
      const second = await open(connection, { ...query, limit: 4 });
      expect((await second.next()).data).toMatchObject({ sessionPresent: true });
      const again = await second.take(4);
      expect(texts(again)).toEqual(sent.slice(2));
      expect(again.map(({ data }) => data.duplicate)).toEqual([true, true, true, true]);
    },
  );

  it('waits for confirmations when its window is full', async () => {
    const topic = newTopic();
    const socket = await open('mosquitto', { topic, window: 2, limit: 5 });
    await socket.next();
    await at.send('mosquitto', topic, ['0', '1', '2', '3', '4']);
    expect((await socket.take(3)).map(({ event }) => event)).toEqual(['message', 'message', 'waiting']);
    socket.say({ ack: 2 });
    expect((await socket.take(3)).map(({ event }) => event)).toEqual(['message', 'message', 'waiting']);
    socket.say({ ack: 4 });
    expect(texts([await socket.next()])).toEqual(['4']);
    expect(await socket.next()).toMatchObject({ event: 'end', data: { reason: 'limit', delivered: 5 } });
    expect(await socket.closed).toBe(1000);
  });

  it('does not publish for a token that may only receive', async () => {
    const topic = newTopic();
    const socket = await open('mosquitto', { topic }, RECEIVER);
    await socket.next();
    socket.say({ publish: { topic, payload: 'never' }, ref: 7 });
    expect(await socket.next()).toMatchObject({
      event: 'error',
      data: { ref: 7, problem: { status: 403, code: 'forbidden' } },
    });
    await at.send('mosquitto', topic, ['first']);
    expect(texts([await socket.next()])).toEqual(['first']);
    socket.close();
  });

  it.each<[string, unknown, Json]>([
    ['text that is no JSON', '{', { problem: { status: 400 } }],
    ['an unknown command', { dance: true }, { problem: { status: 400 } }],
    ['a confirmation of what was not sent', { ack: 1 }, { problem: { status: 400 } }],
    ['a topic with a wildcard', { publish: { topic: '#' }, ref: 1 }, { ref: 1, problem: { status: 400 } }],
  ])('answers %s with an error, and stays open', async (_name, command, data) => {
    const socket = await open('mosquitto', { topic: newTopic() });
    await socket.next();
    socket.say(command);
    expect(await socket.next()).toMatchObject({ event: 'error', data });
    socket.say({ publish: { topic: newTopic() }, ref: 2 });
    expect(await socket.next()).toMatchObject({ event: 'published', data: { ref: 2 } });
    socket.close();
  });

  it('says which publications the broker or the operator refuses', async () => {
    const reader = await open('mosquittoReader', { topic: 'public/#' });
    const restricted = await open('mosquittoTopics', { topic: 'open/#' });
    for (const [socket, code] of [
      [reader, 'server'],
      [restricted, 'policy'],
    ] as const) {
      await socket.next();
      socket.say({ publish: { topic: 'private/a' } });
      expect(await socket.next()).toMatchObject({ event: 'error', data: { problem: { status: 403, code } } });
      socket.close();
    }
  });

  it('ends at a binary message, and when the broker goes away', async () => {
    const binary = await open('mosquitto', { topic: newTopic() });
    await binary.next();
    binary.say(new Uint8Array([1]));
    expect(await binary.closed).toBe(1003);

    const proxy = faultProxyControl(proxies.gatewayMosquittoSocket.controlUrl);
    const cut = await open('mosquittoSocketCut', { topic: newTopic() });
    await cut.next();
    await proxy.resetAll();
    expect(await cut.next()).toMatchObject({
      event: 'error',
      data: { problem: { code: 'connection_lost' } },
    });
    expect(await cut.closed).toBe(4502);
  });

  it.each<[string, string, Record<string, string>, number]>([
    ['no token', 'mosquitto', {}, 401],
    ['a wrong password', 'mosquittoWrong', { Authorization: 'Bearer token-all' }, 502],
    [
      'an origin that is not listed',
      'mosquitto',
      { Authorization: 'Bearer token-all', Origin: 'https://evil.example' },
      403,
    ],
    ['a token without the scope', 'mosquittoPlain', { Authorization: `Bearer ${RECEIVER}` }, 403],
    [
      'a subprotocol that is not spoken',
      'mosquitto',
      { Authorization: 'Bearer token-all', 'Sec-WebSocket-Protocol': 'mqtt' },
      400,
    ],
  ])('is refused for %s', async (_name, connection, headers, status) => {
    const { status: got, body } = await refusedHandshake(at.url(connection, { topic: 'a' }), headers);
    expect({ status: got, told: body.status }).toEqual({ status, told: status });
  });
});
