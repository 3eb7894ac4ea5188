// `"topics"` in a connection's entry, as each kind of broker reads topics: nothing that a caller names arrives outside.
import { describe, expect, it } from 'vitest';
import type { BrokerKind } from '../src/route/broker/broker-kinds.ts';
import { checkFilter, checkTopic } from '../src/route/broker/topic-policy.ts';
import { FakeBroker } from './route/fake-client.ts';
import { publish } from './route/gateway.ts';

type Kind = BrokerKind | undefined;

function isAllowed(check: () => void): boolean {
  try {
    check();
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'policy', safeToRetry: true });
    return false;
  }
}
const publishes = (broker: Kind, allowed: string, topic: string): boolean =>
  isAllowed(() => checkTopic({ topics: [allowed], broker }, topic, 'topic'));
const subscribes = (broker: Kind, allowed: string, filter: string): boolean =>
  isAllowed(() => checkFilter({ topics: [allowed], broker }, filter, 'topic'));

/** By kind: not said, takes topics as they stand, RabbitMQ. */
const YES = [true, true, true];
const NO = [false, false, false];

describe('a topic to publish to', () => {
  it.each<[allowed: string, topic: string, expected: boolean[]]>([
    ['a/+', 'a/b', YES],
    ['a/+', 'a/Grüße-7_x', YES],
    ['a/+', 'a/b/c', NO],
    // RabbitMQ delivers it as a/b/c.
    ['a/+', 'a/b.c', [false, true, false]],
    ['a/+', 'a.b', [false, false, true]],
    ['a/#', 'a/b.c', [false, true, true]],
    ['a/#', 'a', YES],
    ['+/x', 'a.b/x', [false, true, false]],
    ['spBv1.0/#', 'spBv1.0/g/NDATA/n', YES],
    ['spBv1.0/#', 'spBv1.0/g.h', [false, true, true]],
    ['a/+', 'a/*', [false, true, true]],
    ['a/*', 'a/x', NO],
    ['a/*', 'a/*', [true, true, false]],
    ['a/#', 'a/>', [false, true, true]],
    // ActiveMQ: a list, and options; Artemis: an address and its queue; NATS: a space ends a subject.
    ['a/#', 'a/b,secret', [false, true, true]],
    ['a/#', 'a/b?x=1', [false, true, true]],
    ['a/#', 'a/b::c', [false, true, true]],
    ['a/#', 'a/b c', [false, true, true]],
    ['a/#', 'a//b', [false, true, true]],
    ['+/a', '/a', [false, true, true]],
    ['#', 'anything/at/all', YES],
    ['#', '$SYS/broker', NO],
    ['+/b', '$SYS/b', NO],
    ['#', '$delayed/5/secret', NO],
    ['a/#', '$delayed/5/a/b', NO],
    ['a/#', '$share/g/a/b', NO],
    ['$SYS/#', '$SYS/broker', YES],
  ])('where %s is allowed: %s', (allowed, topic, expected) => {
    // To publish there is no shared subscription; the prefix is a topic of the broker's own.
    const seen = ([undefined, 'mosquitto', 'rabbitmq'] as const).map((kind) =>
      publishes(kind, allowed, topic),
    );
    expect(seen).toEqual(expected);
  });
});

describe('a filter to subscribe to', () => {
  it.each<[allowed: string, filter: string, expected: boolean[]]>([
    ['a/+', 'a/+', YES],
    ['a/#', 'a/#', YES],
    ['a/#', '+/b', NO],
    ['a/+', 'a/#', NO],
    ['a/+', '#', NO],
    // A wildcard to RabbitMQ.
    ['a/b', 'a/*', NO],
    ['a/+/c', 'a/*/c', [false, true, true]],
    ['a/b/+', 'a/*/c', NO],
    ['a/+', 'a/b.c', [false, true, false]],
    ['a/+', 'a/x.*', [false, true, false]],
    ['a/#', 'a/x.*', [false, true, true]],
    ['a/#', '$share/g/a/b', [true, true, false]],
    ['a/#', '$share/g/b', NO],
    ['a/#', '$share/g/$share/h/a/b', NO],
    ['a/#', '$share/g.x/a/b', [false, true, false]],
    ['#', '$share/g/#', [true, true, false]],
    ['#', '$share/g/$SYS/#', NO],
    ['#', '$SYS/#', NO],
    ['a/#', '$queue/a/b', NO],
    ['#', '$queue/secret', NO],
    ['#', '$exclusive/secret', NO],
    ['#', '$o/secret', NO],
    ['+/secret', '$exclusive/secret', NO],
  ])('where %s is allowed: %s', (allowed, filter, expected) => {
    const seen = ([undefined, 'emqx', 'rabbitmq'] as const).map((kind) => subscribes(kind, allowed, filter));
    expect(seen).toEqual(expected);
  });
});

describe('over HTTP', () => {
  it.each([
    ['a topic that some brokers take for another', { topic: 'public/a.b', connection: 'fenced' }, null],
    [
      'a level of one’s own',
      { topic: 'ships/a.b/wind', connection: 'fenced' },
      /"ships\/a.b\/wind" has a level/,
    ],
    [
      'what arrives elsewhere at RabbitMQ',
      { topic: 'ships/a.b/wind', connection: 'fencedRabbit' },
      /not among/,
    ],
    [
      'an answer outside',
      { topic: 'public/a', properties: { responseTopic: 'private' }, connection: 'fencedRabbit' },
      /^body\.properties\.responseTopic: "private" is not among/,
    ],
  ])('refuses %s', async (_, body, words) => {
    const broker = new FakeBroker();
    const response = await publish(broker, body);
    expect(response.status).toBe(403);
    if (words)
      expect(await response.json()).toMatchObject({ code: 'policy', detail: expect.stringMatching(words) });
    expect(broker.published).toEqual([]);
  });

  it('takes what the kind of broker makes clear, and says nothing of it to the client', async () => {
    const broker = new FakeBroker();
    const body = {
      topic: 'public/a.b',
      properties: { responseTopic: 'public/r' },
      connection: 'fencedRabbit',
    };
    expect((await publish(broker, body)).status).toBe(200);
    expect(broker.connections[0]?.options).not.toHaveProperty('broker');
  });

  it.each(['brokenFence', 'brokenKind'])('takes no settings like those of %s', async (connection) => {
    const broker = new FakeBroker();
    const response = await publish(broker, { topic: 'a', connection });
    expect([response.status, broker.published]).toEqual([400, []]);
  });
});
