// POST /mqtt/publish of the built Worker, against Mosquitto 2.0 and RabbitMQ 4, and whom it refuses, as GET /mqtt/subscribe
// does. Not over `ws:`: here Node makes the Worker's fetches, and dials no WebSocket; the module's tests do.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ConnectionName,
  type MqttGateway,
  newTopic,
  numbered,
  RECEIVER,
  SENDER,
  startMqttGateway,
  texts,
} from './mqtt.ts';

let at: MqttGateway;
beforeAll(async () => {
  at = await startMqttGateway();
});
afterAll(() => at.gateway.close());

const EACH_WAY: readonly ConnectionName[] = [
  'mosquitto',
  'mosquittoPlain',
  'mosquitto311',
  'rabbitmq',
  'rabbitmqPlain',
];
describe('publish', () => {
  it.each(EACH_WAY)('with each QoS, over the connection %s', async (connection) => {
    // RabbitMQ knows QoS 0 and 1 alone.
    const most = connection.startsWith('rabbitmq') ? 1 : 2;
    const topic = newTopic();
    const events = await at.subscribe(connection, { topic, qos: most, limit: most + 1 });
    expect(await events.next()).toMatchObject({
      event: 'subscribed',
      retry: '2000',
      data: { granted: [{ filter: topic, qos: most }] },
    });
    for (let qos = 0; qos <= most; qos += 1) {
      expect(await at.publish(connection, { topic, payload: `Göteborg ${qos}`, qos })).toEqual({
        status: 200,
        body: { reasonCode: 0 },
      });
      const { event, data } = await events.next();
      expect({ event, ...data }).toMatchObject({
        event: 'message',
        topic,
        payload: `Göteborg ${qos}`,
        qos,
        retain: false,
        duplicate: false,
      });
    }
    expect(await events.rest()).toEqual([
      expect.objectContaining({ event: 'end', data: { reason: 'limit', delivered: most + 1 } }),
    ]);
  });

  it('bytes and properties arrive as they were sent', async () => {
    const topic = newTopic();
    const events = await at.subscribe('mosquitto', { topic, limit: 2 });
    await events.next();
    const properties = {
      contentType: 'application/x-test',
      responseTopic: 'answers/here',
      correlationDataBase64: 'AP8=',
      userProperties: [
        ['a', 'ü'],
        ['a', '2'],
      ],
    };
    await at.publish('mosquitto', { topic, payloadBase64: 'AP8NCg==', properties });
    await at.publish('mosquitto', { topic });
    const [bytes, empty] = await events.take(2);
    expect(bytes?.data).toMatchObject({ payloadBase64: 'AP8NCg==', properties });
    expect(empty?.data).toMatchObject({ payload: '' });
  });

  it('retained messages wait for those who come later, until they are cleared', async () => {
    const topic = newTopic();
    const seen = async () => {
      const events = await at.subscribe('mosquitto', { topic, seconds: 1, limit: 1 });
      return (await events.rest()).filter(({ event }) => event === 'message').map(({ data }) => data);
    };
    await at.publish('mosquitto', { topic, payload: 'kept', retain: true });
    expect(await seen()).toMatchObject([{ payload: 'kept', retain: true }]);
    await at.publish('mosquitto', { topic, retain: true });
    expect(await seen()).toEqual([]);
  });

  it('a batch of 1,000 arrives in its order', async () => {
    const topic = newTopic();
    const events = await at.subscribe('mosquitto', { topic, qos: 2, limit: 1000 });
    await events.next();
    const sent = numbered(0, 1000);
    const qosOf = (payload: unknown) => (Number(payload) % 2 === 0 ? 1 : 2);
    const messages = sent.map((payload) => ({ topic, payload, qos: qosOf(payload) }));
    const { status, body } = await at.publish('mosquitto', { messages });
    expect({ status, failed: body.failed }).toEqual({ status: 200, failed: 0 });
    expect(body.results).toEqual(sent.map(() => ({ reasonCode: 0 })));
    const got = texts(await events.take(1000));
    // Brokers keep the order of each QoS (section 4.6): QoS 2 takes one exchange more.
    for (const qos of [1, 2]) {
      const ofQos = (payload: unknown) => qosOf(payload) === qos;
      expect(got.filter(ofQos)).toEqual(sent.filter(ofQos));
    }
  });

  it('a batch says which of its messages failed', async () => {
    const topic = newTopic();
    const messages = [
      { topic, payload: 'small' },
      { topic, payload: 'x'.repeat(8000) },
      { topic, payload: 'small again' },
    ];
    expect(await at.publish('mosquittoSmall', { messages })).toMatchObject({
      status: 200,
      body: {
        failed: 1,
        results: [{ reasonCode: 16 }, { error: { code: 'limit', status: 413 } }, { reasonCode: 16 }],
      },
    });
  });

  it('a batch with a malformed message sends nothing', async () => {
    const topic = newTopic();
    const events = await at.subscribe('mosquitto', { topic, limit: 1 });
    await events.next();
    const messages = [{ topic, payload: 'never' }, { topic: `${topic}/+` }];
    expect(await at.publish('mosquitto', { messages })).toMatchObject({
      status: 400,
      body: { code: 'usage', detail: expect.stringContaining('messages[1]') },
    });
    await at.send('mosquitto', topic, ['first']);
    expect(texts([await events.next()])).toEqual(['first']);
  });

  it('what the broker’s access list refuses is 403', async () => {
    const refused = { status: 403, body: { code: 'server', server: { code: '0x87' } } };
    expect(await at.publish('mosquittoReader', { topic: 'private/a', payload: 'x' })).toMatchObject(refused);
    const messages = [{ topic: 'private/a' }, { topic: 'private/b' }];
    expect(await at.publish('mosquittoReader', { messages })).toMatchObject(refused);
  });

  it('RabbitMQ gives no reason when its access list refuses: it ends the connection', async () => {
    expect(await at.publish('rabbitmqReader', { topic: 'private/a', payload: 'x' })).toMatchObject({
      status: 502,
      body: { code: 'connection_lost', safeToRetry: false },
    });
  });

  it.each([
    ['a topic with a wildcard', { topic: 'a/#' }],
    ['an empty topic', { topic: '' }],
    ['a NUL in a topic', { topic: 'a\0b' }],
    ['no topic', { payload: 'x' }],
    ['two payloads', { topic: 'a', payload: 'x', payloadBase64: 'eA==' }],
    ['base64 that is none', { topic: 'a', payloadBase64: '*' }],
    ['a QoS that is none', { topic: 'a', qos: 3 }],
    ['an unknown member', { topic: 'a', more: 1 }],
    ['an empty batch', { messages: [] }],
  ])('%s is 400', async (_name, json) => {
    expect((await at.publish('mosquitto', json)).status).toBe(400);
  });

  it.each(['rabbitmq', 'rabbitmqPlain'])(
    'QoS 2 over %s, which has none, is refused before it is sent',
    async (name) => {
      const { status, body } = await at.publish(name, { topic: newTopic(), qos: 2 });
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
      expect(body.server).toBeUndefined();
    },
  );
});

describe('both refuse', () => {
  it.each<[string, string, number, string]>([
    ['a wrong password', 'mosquittoWrong', 502, 'auth'],
    ['a certificate for another name', 'mosquittoOtherName', 502, 'tls_failed'],
    ['an expired certificate', 'mosquittoExpired', 502, 'tls_failed'],
    ['an untrusted certificate', 'mosquittoUntrusted', 502, 'tls_failed'],
    ['nobody listening', 'mosquittoDead', 502, 'connect_failed'],
    ['a server that is no broker', 'mqttNoBroker', 502, 'protocol'],
    ['an unknown connection', 'nowhere', 404, 'not_found'],
    ['a connection of another protocol', 'redisTls', 404, 'not_found'],
    ['a topic that is not among the operator’s', 'mosquittoTopics', 403, 'policy'],
  ])('%s', async (_name, connection, status, code) => {
    const refusal = { status, body: { status, code } };
    expect(await at.publish(connection, { topic: 'a' })).toMatchObject(refusal);
    const response = await at.ask(connection, { topic: 'a' });
    const text = await response.text();
    expect(text).not.toMatch(/-password|localhost/);
    expect({ status: response.status, body: JSON.parse(text) }).toMatchObject(refusal);
  });

  it('what a token’s scopes do not hold', async () => {
    const topic = newTopic();
    const forbidden = { status: 403, body: { code: 'forbidden' } };
    expect(await at.publish('mosquitto', { topic }, RECEIVER)).toMatchObject(forbidden);
    expect(await at.publish('mosquitto', { topic }, SENDER)).toMatchObject({ status: 200 });
    expect(await at.publish('mosquittoPlain', { topic }, SENDER)).toMatchObject(forbidden);
    expect((await at.ask('mosquitto', { topic }, { token: SENDER })).status).toBe(403);
    expect(await at.publish('mosquitto', { topic }, 'token-unknown')).toMatchObject({ status: 401 });
  });

  it('filters that reach beyond the operator’s topics', async () => {
    const statusOf = async (topic: string) => {
      const response = await at.ask('mosquittoTopics', { topic, seconds: 1, limit: 1 });
      await response.body?.cancel();
      return response.status;
    };
    for (const topic of ['#', '+/a', 'opened', '$share/g/#', '$SYS/#'])
      expect(await statusOf(topic)).toBe(403);
    for (const topic of ['open/#', 'open/a/+', 'open', '$share/g/open/a'])
      expect(await statusOf(topic)).toBe(200);
  });
});
