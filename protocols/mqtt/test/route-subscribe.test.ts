// `GET /mqtt/subscribe` as Server-Sent Events: events, ends, acknowledgements, sessions and coming back to them.
import { FairleadError } from '@fairlead/errors';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { refused } from '../src/errors.ts';
import type { ConnectOptions } from '../src/types/client.ts';
import { FakeBroker, type Sent } from './route/fake-client.ts';
import { READER, request, WRITER } from './route/gateway.ts';

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
});

afterEach(() => {
  vi.restoreAllMocks();
});

interface Event {
  readonly event: string;
  readonly id?: string;
  readonly data: unknown;
}

function parse(text: string): Event[] {
  const blocks = text.split('\n\n').filter((block) => block !== '' && !block.startsWith(':'));
  return blocks.map((block) => {
    const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2)));
    return { ...fields, event: fields.event, data: JSON.parse(fields.data) };
  });
}

/** The whole stream of a subscription that ends. */
async function read(
  broker: FakeBroker,
  query: string,
  headers: Record<string, string> = {},
): Promise<Event[]> {
  const response = await request(broker, `/subscribe?${query}`, { headers });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  return parse(await response.text());
}

const messages = (...payloads: string[]): Sent[] => payloads.map((payload) => ({ topic: 'a/b', payload }));

describe('a subscription', () => {
  it('says what was granted, then each message, then why it ended', async () => {
    const broker = new FakeBroker({ messages: messages('one', 'two', 'three') });
    expect(await read(broker, 'topic=a/%2B&topic=c&limit=2', { Accept: 'text/event-stream' })).toEqual([
      {
        event: 'subscribed',
        retry: '2000',
        data: {
          granted: [
            { filter: 'a/+', qos: 1 },
            { filter: 'c', qos: 1 },
          ],
        },
      },
      {
        event: 'message',
        data: { topic: 'a/b', payload: 'one', qos: 1, retain: false, duplicate: false },
      },
      {
        event: 'message',
        data: { topic: 'a/b', payload: 'two', qos: 1, retain: false, duplicate: false },
      },
      { event: 'end', data: { reason: 'limit', delivered: 2 } },
    ]);
    expect(broker.log).toEqual(['connect', 'ack one', 'ack two', 'close']);
    expect(broker.subscribed[0]).toMatchObject({
      filters: [{ filter: 'a/+' }, { filter: 'c' }],
      options: { qos: 1, acknowledge: 'manual' },
    });
    expect(broker.connections[0]?.options.clientId).toBeUndefined();
  });

  it('acknowledges a message when the caller has taken the event behind it, and not before', async () => {
    const broker = new FakeBroker({ messages: messages('one', 'two') });
    const response = await request(broker, '/subscribe?topic=a');
    const reader = response.body?.getReader();
    const next = async () => new TextDecoder().decode((await reader?.read())?.value);
    await next();
    await next();
    await next();
    expect(broker.log).toEqual(['connect']);
    // Nothing follows: a comment does instead.
    expect(await next()).toBe(':\n\n');
    expect(broker.log).toEqual(['connect', 'ack one']);
    const pending = reader?.read();
    await expect.poll(() => broker.log).toEqual(['connect', 'ack one', 'ack two']);
    broker.send({ topic: 'a', payload: 'three' });
    expect(new TextDecoder().decode((await pending)?.value)).toContain('three');
    await reader?.cancel();
    // Neither the last one, which nothing has followed, nor `unsubscribe`: the session would lose its subscriptions.
    expect(broker.log).toEqual(['connect', 'ack one', 'ack two', 'close']);
  });

  it('sends no comments behind messages that need no acknowledgement', async () => {
    const broker = new FakeBroker({ messages: [{ topic: 'a', payload: 'x', qos: 0 }] });
    const response = await request(broker, '/subscribe?topic=a&seconds=2');
    expect(await response.text()).not.toContain('\n:');
  });

  it('ends when its time is over', async () => {
    const broker = new FakeBroker({ messages: messages('one') });
    const events = await read(broker, 'topic=a&seconds=1');
    expect(events.at(-1)).toEqual({ event: 'end', data: { reason: 'time', delivered: 1 } });
    expect(broker.log).toEqual(['connect', 'ack one', 'close']);
  });

  it('ends when the caller’s time limit is over, if that is sooner', async () => {
    const events = await read(new FakeBroker(), 'topic=a&seconds=50', { 'Fairlead-Timeout-Ms': '100' });
    expect(events.at(-1)).toEqual({ event: 'end', data: { reason: 'time', delivered: 0 } });
  });

  it('sends what is not UTF-8 as base64, and everything where that is asked for', async () => {
    const sent: Sent[] = [
      { topic: 'a', payload: Uint8Array.of(0xff, 0) },
      { topic: 'a', payload: 'Grüße\n\nevent: x' },
      { topic: 'a', payload: '' },
    ];
    const auto = await read(new FakeBroker({ messages: sent }), 'topic=a&limit=3');
    expect(auto.slice(1, 4).map(({ data }) => data)).toMatchObject([
      { payloadBase64: '/wA=' },
      { payload: 'Grüße\n\nevent: x' },
      { payload: '' },
    ]);
    expect(auto[1]?.data).not.toHaveProperty('payload');
    const base64 = await read(new FakeBroker({ messages: sent }), 'topic=a&limit=3&encoding=base64');
    expect(base64[3]?.data).toMatchObject({ payloadBase64: '' });
    expect(base64[2]?.data).not.toHaveProperty('payload');
  });

  it('shows the properties of a message', async () => {
    const properties = {
      contentType: 'text/plain',
      correlationData: Uint8Array.of(1),
      responseTopic: undefined,
      userProperties: [['k', 'v']] as const,
    };
    const broker = new FakeBroker({ messages: [{ topic: 'a', payload: 'x', duplicate: true, properties }] });
    const events = await read(broker, 'topic=a&limit=1&qos=2');
    expect(events[1]?.data).toEqual({
      topic: 'a',
      payload: 'x',
      qos: 1,
      retain: false,
      duplicate: true,
      properties: { contentType: 'text/plain', correlationDataBase64: 'AQ==', userProperties: [['k', 'v']] },
    });
    expect(broker.subscribed[0]?.options.qos).toBe(2);
  });

  it('that breaks later ends with the problem', async () => {
    const failure = new FairleadError(
      'connection_lost',
      'the connection to broker.internal.example:8883 was lost',
    );
    const broker = new FakeBroker({ messages: messages('one'), failure });
    const events = await read(broker, 'topic=a');
    expect(events.at(-1)).toMatchObject({
      event: 'error',
      data: { code: 'connection_lost', status: 502, detail: 'the connection to connection "main" was lost' },
    });
    expect(broker.log).toEqual(['connect', 'close']);
  });

  it('to HEAD subscribes and leaves', async () => {
    const broker = new FakeBroker({ messages: messages('one') });
    const response = await request(broker, '/subscribe?topic=a', { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(broker.log).toEqual(['connect', 'close']);
  });
});

describe('a session', () => {
  it('is kept under a name that belongs to the token', async () => {
    const broker = new FakeBroker({ messages: messages('one', 'two'), sessionPresent: true });
    const events = await read(broker, 'topic=a&session=desk-1&limit=2&expiry=60&window=7');
    expect(events.map(({ event, id }) => [event, id])).toEqual([
      ['subscribed', undefined],
      ['message', 'desk-1.1'],
      ['message', 'desk-1.2'],
      ['end', undefined],
    ]);
    expect(events[0]?.data).toMatchObject({ session: 'desk-1', sessionPresent: true });
    const { options = {} as ConnectOptions } = broker.connections[0] ?? {};
    expect(options).toMatchObject({ clean: false, sessionExpirySeconds: 60 });
    expect(options.clientId).toMatch(/^fairlead-[0-9a-f]{12}-desk-1$/);
    expect(broker.subscribed[0]?.filters).toEqual([{ filter: 'a', retainHandling: 'send-if-new' }]);
    await read(broker, 'topic=a&session=desk-1&limit=1');
    expect(broker.connections[1]?.options.clientId).toBe(options.clientId);
    expect(broker.connections[1]?.options.sessionExpirySeconds).toBe(3600);
    await (
      await request(broker, '/subscribe?topic=a&session=desk-1&limit=1', { token: READER })
    ).body?.cancel();
    expect(broker.connections[2]?.options.clientId).not.toBe(options.clientId);
  });

  it('goes on behind the last message that the caller has', async () => {
    const broker = new FakeBroker({ messages: messages('x') });
    const headers = { 'Last-Event-ID': 'desk-1.41' };
    const events = await read(broker, 'topic=a&limit=1', headers);
    expect(events[1]?.id).toBe('desk-1.42');
    expect(broker.connections[0]?.options).toMatchObject({ clean: false });
    expect(events[0]?.data).toMatchObject({ session: 'desk-1', sessionPresent: false });
  });

  it('has what MQTT 3.1.1 has for it', async () => {
    const broker = new FakeBroker({ messages: messages('x') });
    await read(broker, 'topic=a&limit=1&session=s&connection=old');
    const { options = {} as ConnectOptions } = broker.connections[0] ?? {};
    expect(options.clientId).toMatch(/^gw-[0-9a-f]{12}-s$/);
    expect(options).toMatchObject({ clean: false, protocolVersion: 4 });
    expect(options).not.toHaveProperty('sessionExpirySeconds');
    expect(broker.subscribed[0]?.filters).toEqual([{ filter: 'a' }]);
  });
});

describe('a request that never reaches the broker', () => {
  it.each<[string, string, Record<string, string>, number, string, RegExp]>([
    ['no topic', 'qos=1', {}, 400, 'invalid', /^query\.topic: /],
    ['an empty topic', 'topic=', {}, 400, 'invalid', /^query\.topic\[0\]: /],
    ['101 topics', 'topic=a&'.repeat(101), {}, 400, 'invalid', /^query\.topic: /],
    ['# before the end', 'topic=a/%23/b', {}, 400, 'usage', /^query\.topic\[0\]: .*# is its last level/],
    ['# within a level', 'topic=a&topic=b%23', {}, 400, 'usage', /^query\.topic\[1\]: /],
    ['+ within a level', 'topic=a/b%2B', {}, 400, 'usage', /levels of their own/],
    ['$share without a filter', 'topic=$share/group', {}, 400, 'usage', /\$share\/group\/filter/],
    [
      '$share with a wildcard for a group',
      'topic=$share/%2B/a',
      {},
      400,
      'usage',
      /group without a wildcard/,
    ],
    ['a NUL in a topic', 'topic=a%00', {}, 400, 'usage', /without NUL/],
    ['QoS 3', 'topic=a&qos=3', {}, 400, 'invalid', /^query\.qos: must be 0, 1 or 2/],
    [
      'two qualities of service',
      'topic=a&qos=1&qos=2',
      {},
      400,
      'invalid',
      /^query\.qos: stands more than once/,
    ],
    [
      'a limit of nothing',
      'topic=a&limit=0',
      {},
      400,
      'invalid',
      /^query\.limit: must be a whole number from 1 to 1000000/,
    ],
    [
      'a limit that JavaScript would round',
      'topic=a&limit=9007199254740993',
      {},
      400,
      'invalid',
      /^query\.limit: must be a whole number from 1 to 1000000/,
    ],
    [
      'a limit that is no number',
      'topic=a&limit=1e3',
      {},
      400,
      'invalid',
      /^query\.limit: must be a whole number from 1 to 1000000/,
    ],
    [
      'a time over the operator’s cap',
      'topic=a&seconds=61',
      {},
      400,
      'invalid',
      /^query\.seconds: .*from 1 to 60/,
    ],
    ['a window of nothing', 'topic=a&window=0', {}, 400, 'invalid', /^query\.window: /],
    ['an encoding that nobody knows', 'topic=a&encoding=hex', {}, 400, 'invalid', /^query\.encoding: /],
    ['a session with a dot', 'topic=a&session=a.b', {}, 400, 'invalid', /^query\.session: /],
    ['a session with a slash', 'topic=a&session=a/b', {}, 400, 'invalid', /^query\.session: /],
    [
      'an expiry without a session',
      'topic=a&expiry=5',
      {},
      400,
      'invalid',
      /^query\.expiry: needs "session"/,
    ],
    ['a parameter that nobody knows', 'topic=a&token=x', {}, 400, 'invalid', /token/],
    [
      'an id of somebody else',
      'topic=a',
      { 'Last-Event-ID': '42' },
      400,
      'invalid',
      /not an id that this path/,
    ],
    [
      'an id of another session',
      'topic=a&session=b',
      { 'Last-Event-ID': 'a.1' },
      400,
      'invalid',
      /of another session/,
    ],
    [
      'a time limit that is none',
      'topic=a',
      { 'Fairlead-Timeout-Ms': 'x' },
      400,
      'invalid',
      /Fairlead-Timeout-Ms/,
    ],
    ['a filter of the operator’s', 'topic=%23&connection=fenced', {}, 403, 'policy', /"#" is not among/],
    ['a filter that is wider', 'topic=ships/%23&connection=fenced', {}, 403, 'policy', /is not among/],
    [
      'a shared filter that is wider',
      'topic=$share/g/%23&connection=fenced',
      {},
      403,
      'policy',
      /is not among/,
    ],
    ['the broker’s own topics', 'topic=$SYS/%23&connection=fenced', {}, 403, 'policy', /is not among/],
  ])('%s', async (_, query, headers, status, code, words) => {
    const broker = new FakeBroker();
    const response = await request(broker, `/subscribe?${query}`, { headers });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code, detail: expect.stringMatching(words) });
    expect(broker.connections).toEqual([]);
  });

  it('a token that may only write', async () => {
    const broker = new FakeBroker();
    const response = await request(broker, '/subscribe?topic=a', { token: WRITER });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: 'forbidden', needs: 'mqtt:read:main' });
    expect(broker.connections).toEqual([]);
  });

  it.each([
    'public/%23',
    'public',
    'public/a/%2B',
    'ships/%2B/wind',
    'ships/one/wind',
    '$share/g/public/%23',
  ])('but %s passes the operator’s fence', async (filter) => {
    const events = await read(
      new FakeBroker({ messages: messages('x') }),
      `topic=${filter}&limit=1&connection=fenced`,
    );
    expect(events).toHaveLength(3);
  });
});

describe('what the broker refuses before anything was sent', () => {
  it.each([
    [0x87, 403],
    [0x97, 429],
    [0x8f, 400],
    [0xa2, 400],
  ])('a filter, with reason code %d: status %i', async (reasonCode, status) => {
    const broker = new FakeBroker({
      subscribe: () => {
        throw refused('refused a', reasonCode);
      },
    });
    const response = await request(broker, '/subscribe?topic=a');
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({
      code: 'server',
      server: { code: `0x${reasonCode.toString(16)}` },
    });
    expect(broker.log).toEqual(['connect', 'close']);
  });

  it('the connection', async () => {
    const broker = new FakeBroker({
      connect: () => {
        throw new FairleadError('connect_timeout', 'gave up on broker.internal.example:8883');
      },
    });
    const response = await request(broker, '/subscribe?topic=a');
    expect(response.status).toBe(504);
    expect(await response.json()).toMatchObject({ detail: 'gave up on connection "main"' });
  });
});
