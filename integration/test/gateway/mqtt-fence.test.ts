// `"topics"` of a connection, against RabbitMQ 4, which reads topics otherwise than MQTT: nothing arrives outside.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MqttGateway, startMqttGateway } from './mqtt.ts';

let at: MqttGateway;
beforeAll(async () => {
  at = await startMqttGateway();
});
afterAll(() => at.gateway.close());

const name = (): string => crypto.randomUUID().slice(0, 8);
const FORBIDDEN = { status: 403, body: { code: 'policy' } };

describe.each(['rabbitmqFenced', 'rabbitmqFencedUnsaid'])('publishing through %s', (connection) => {
  it('what RabbitMQ would deliver outside is refused, and what it delivers inside arrives', async () => {
    const own = name();
    const listener = await at.subscribe('rabbitmqPlain', {
      topic: `gateway/${own}/#`,
      limit: 1,
      seconds: 20,
    });
    await listener.next();
    const inside = { topic: `gateway/${own}`, payload: 'inside' };
    // RabbitMQ delivers it to gateway/<own>/secret.
    expect(await at.publish(connection, { topic: `gateway/${own}.secret` })).toMatchObject(FORBIDDEN);
    expect(
      await at.publish(connection, { ...inside, properties: { responseTopic: `gateway/${own}.secret` } }),
    ).toMatchObject(FORBIDDEN);
    expect(await at.publish(connection, { topic: `elsewhere/${own}` })).toMatchObject(FORBIDDEN);
    expect(await at.publish(connection, inside)).toMatchObject({ status: 200 });
    // The filter matches gateway/<own> itself, too: what came first is what came at all.
    const [message] = await listener.take(1);
    expect(message?.data).toMatchObject({ topic: `gateway/${own}`, payload: 'inside' });
  });
});

it('without the fence RabbitMQ does deliver it there', async () => {
  const own = name();
  const listener = await at.subscribe('rabbitmqPlain', { topic: `gateway/${own}/#`, limit: 1, seconds: 20 });
  await listener.next();
  expect(await at.publish('rabbitmqPlain', { topic: `gateway/${own}.secret` })).toMatchObject({
    status: 200,
  });
  const [message] = await listener.take(1);
  expect(message?.data).toMatchObject({ topic: `gateway/${own}/secret` });
});

it('a dot below an operator’s # stays below it, and is allowed where the kind of broker is said', async () => {
  const own = name();
  const listener = await at.subscribe('rabbitmqPlain', {
    topic: `gateway/open/${own}/#`,
    limit: 1,
    seconds: 20,
  });
  await listener.next();
  const topic = `gateway/open/${own}.v2`;
  expect(await at.publish('rabbitmqFencedUnsaid', { topic })).toMatchObject(FORBIDDEN);
  expect(await at.publish('rabbitmqFenced', { topic })).toMatchObject({ status: 200 });
  const [message] = await listener.take(1);
  expect(message?.data).toMatchObject({ topic: `gateway/open/${own}/v2` });
});

it('filters that RabbitMQ reads as wildcards are refused', async () => {
  const statusOf = async (topic: string) => {
    const response = await at.ask('rabbitmqFenced', { topic, seconds: 1, limit: 1 });
    await response.body?.cancel();
    return response.status;
  };
  for (const topic of ['*/x', '*.x', 'gateway/a.b', 'gateway/a/*', '#', '$share/g/gateway/a']) {
    expect(await statusOf(topic), topic).toBe(403);
  }
  for (const topic of ['gateway/a', 'gateway.a', 'gateway/*', 'gateway/open/x.y']) {
    expect(await statusOf(topic), topic).toBe(200);
  }
});
