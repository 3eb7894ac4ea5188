// `POST /mqtt/publish`: one message, batches, what the broker refuses, what never reaches it.
import { FairleadError } from '@fairlead/errors';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { refused } from '../src/errors.ts';
import { FakeBroker } from './route/fake-client.ts';
import { publish, READER, request, WRITER } from './route/gateway.ts';

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
});

afterEach(() => {
  vi.restoreAllMocks();
});

const GOOD = { topic: 'a/b', payload: 'x' };

describe('one message', () => {
  it('is published with QoS 1, and answered with the reason code', async () => {
    const broker = new FakeBroker({ publish: () => ({ reasonCode: 16, reasonString: 'nobody' }) });
    const response = await publish(broker, GOOD, { token: WRITER });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ reasonCode: 16, reasonString: 'nobody' });
    expect(broker.published).toEqual([
      { topic: 'a/b', payload: 'x', options: expect.objectContaining({ qos: 1, retain: false }) },
    ]);
    expect(broker.log).toEqual(['connect', 'close']);
    const [opened] = broker.connections;
    expect(opened?.target).toBe('mqtts://app:top-secret@broker.internal.example');
    expect(opened?.options.clean).toBeUndefined();
  });

  it('carries bytes and properties', async () => {
    const broker = new FakeBroker();
    const body = {
      topic: 'a/b',
      payloadBase64: 'AP8=',
      qos: 2,
      retain: true,
      properties: {
        payloadIsText: false,
        messageExpirySeconds: 60,
        contentType: 'image/png',
        responseTopic: 'r',
        correlationDataBase64: 'AQI=',
        userProperties: [
          ['k', 'v'],
          ['k', 'w'],
        ],
      },
    };
    expect((await publish(broker, body)).status).toBe(200);
    const [sent] = broker.published;
    expect(sent?.payload).toEqual(Uint8Array.of(0, 255));
    expect(sent?.options).toMatchObject({
      qos: 2,
      retain: true,
      properties: {
        payloadIsText: false,
        messageExpirySeconds: 60,
        contentType: 'image/png',
        responseTopic: 'r',
        correlationData: Uint8Array.of(1, 2),
        userProperties: [
          ['k', 'v'],
          ['k', 'w'],
        ],
      },
    });
    expect(sent?.options.properties).not.toHaveProperty('correlationDataBase64');
  });

  it('goes where the request says', async () => {
    const broker = new FakeBroker();
    await publish(broker, { ...GOOD, connection: 'old' });
    await publish(broker, GOOD, { headers: { 'Fairlead-Connection': 'web' } });
    expect(broker.connections.map(({ target }) => target)).toEqual([
      'mqtt://old.internal.example',
      'wss://web.internal.example/mqtt',
    ]);
    expect(broker.connections[0]?.options).toMatchObject({ protocolVersion: 4 });
    expect(broker.connections[0]?.options.connector).toBeDefined();
    expect(broker.connections[1]?.options.connector).toBeUndefined();
    expect(broker.connections[0]?.options).not.toHaveProperty('clientIdPrefix');
  });

  it('may be empty', async () => {
    const broker = new FakeBroker();
    expect((await publish(broker, { topic: 'a' })).status).toBe(200);
    expect(broker.published[0]?.payload).toBe('');
  });
});

const LONE_SURROGATE = '{"topic":"a\\ud800"}';

describe('a request that never reaches the broker', () => {
  it.each<[string, unknown, number, string, RegExp]>([
    ['no topic', { payload: 'x' }, 400, 'invalid', /^body\.topic: /],
    ['an empty topic', { topic: '' }, 400, 'usage', /^body\.topic: A topic must not be empty/],
    ['a wildcard in a topic', { topic: 'a/#' }, 400, 'usage', /^body\.topic: .*must not have a wildcard/],
    ['a plus in a topic', { topic: 'a/+/b' }, 400, 'usage', /^body\.topic: .*must not have a wildcard/],
    ['a NUL in a topic', { topic: 'a\0b' }, 400, 'usage', /^body\.topic: .*without NUL/],
    ['a lone surrogate in a topic', LONE_SURROGATE, 400, 'invalid', /^body\.topic: .*surrogate/],
    ['a topic over 65,535 bytes', { topic: 'ü'.repeat(40_000) }, 400, 'usage', /65535 bytes/],
    [
      'two payloads',
      { ...GOOD, payloadBase64: 'AA==' },
      400,
      'invalid',
      /both "payload" and "payloadBase64"/,
    ],
    [
      'base64 that is none',
      { topic: 'a', payloadBase64: '***' },
      400,
      'usage',
      /^body\.payloadBase64 is not base64/,
    ],
    [
      'correlation data that is none',
      { topic: 'a', properties: { correlationDataBase64: '*' } },
      400,
      'usage',
      /^body\.properties\.correlationDataBase64 is not base64/,
    ],
    ['a payload that is no text', { topic: 'a', payload: { n: 1 } }, 400, 'invalid', /^body\.payload: /],
    ['QoS 3', { ...GOOD, qos: 3 }, 400, 'invalid', /^body\.qos: must be 0, 1 or 2/],
    ['no topic', { payload: 'x' }, 400, 'invalid', /^body\.topic: is missing/],
    ['QoS as text', { ...GOOD, qos: '1' }, 400, 'invalid', /^body\.qos: /],
    ['a member that nobody knows', { ...GOOD, dup: true }, 400, 'invalid', /dup/],
    [
      'a property that nobody knows',
      { ...GOOD, properties: { x: 1 } },
      400,
      'invalid',
      /^body\.properties: /,
    ],
    [
      'an expiry beyond 32 bits',
      { ...GOOD, properties: { messageExpirySeconds: 2 ** 32 } },
      400,
      'invalid',
      /messageExpirySeconds/,
    ],
    ['no messages', { messages: [] }, 400, 'invalid', /^body\.messages: /],
    ['1001 messages', { messages: new Array(1001).fill(GOOD) }, 400, 'invalid', /^body\.messages: /],
    ['a batch with a member of a message', { messages: [GOOD], topic: 'a' }, 400, 'invalid', /topic/],
    [
      'a batch in which one is wrong',
      { messages: [GOOD, { topic: '#' }] },
      400,
      'usage',
      /^body\.messages\[1\]\.topic: /,
    ],
    ['a list', [GOOD], 400, 'invalid', /^body: /],
    ['JSON that is none', '{', 400, 'invalid', /not valid JSON/],
    [
      'a connection that is not there',
      { ...GOOD, connection: 'nope' },
      404,
      'not_found',
      /no mqtt connection/,
    ],
    ['settings that are not MQTT’s', { ...GOOD, connection: 'broken' }, 400, 'usage', /connection "broken"/],
    [
      'a topic of the operator’s',
      { ...GOOD, connection: 'fenced' },
      403,
      'policy',
      /^body\.topic: "a\/b" is not among/,
    ],
    [
      'a topic of the operator’s in a batch',
      { messages: [{ topic: 'public/a' }, { topic: 'private' }], connection: 'fenced' },
      403,
      'policy',
      /^body\.messages\[1\]\.topic: /,
    ],
  ])('%s', async (_, body, status, code, words) => {
    const broker = new FakeBroker();
    const response = await publish(broker, body);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code, detail: expect.stringMatching(words) });
    expect(broker.connections).toEqual([]);
  });

  it('a token that may only read', async () => {
    const broker = new FakeBroker();
    const response = await publish(broker, GOOD, { token: READER });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: 'forbidden', needs: 'mqtt:write:main' });
    expect(broker.connections).toEqual([]);
  });

  it('a body of another type, or none', async () => {
    const broker = new FakeBroker();
    expect((await publish(broker, GOOD, { headers: { 'Content-Type': 'text/plain' } })).status).toBe(415);
    expect((await request(broker, '/publish', { method: 'POST' })).status).toBe(400);
    expect((await request(broker, '/publish')).status).toBe(405);
    expect(broker.connections).toEqual([]);
  });

  it('an address of the caller’s own, without a target policy', async () => {
    const broker = new FakeBroker();
    const headers = { 'Fairlead-Url': 'mqtt://elsewhere.example' };
    const response = await publish(broker, GOOD, { headers });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({
      code: 'policy',
      detail: expect.stringContaining('elsewhere.example:1883'),
    });
  });

  it.each(['public/a/b', 'public', 'ships/one/wind'])(
    'lets %s through the operator’s fence',
    async (topic) => {
      expect((await publish(new FakeBroker(), { topic, connection: 'fenced' })).status).toBe(200);
    },
  );
});

describe('what the broker refuses', () => {
  it.each<[number, number]>([
    [0x87, 403],
    [0x8a, 403],
    [0x97, 429],
    [0x96, 429],
    [0x95, 413],
    [0x88, 503],
    [0x89, 503],
    [0x90, 400],
    [0x99, 400],
    [0x80, 400],
  ])('0x%s has status %i', async (reasonCode, status) => {
    const broker = new FakeBroker({
      publish: () => {
        throw refused('refused the message', reasonCode);
      },
    });
    const response = await publish(broker, GOOD);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({
      code: 'server',
      server: { code: `0x${reasonCode.toString(16)}` },
    });
    expect(broker.log).toEqual(['connect', 'close']);
  });

  it('credentials: 502 without a word of them', async () => {
    const broker = new FakeBroker({
      connect: () => {
        throw refused('refused app', 0x86, 'app@broker.internal.example', 'auth');
      },
    });
    const response = await publish(broker, GOOD);
    expect(response.status).toBe(502);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ code: 'auth' });
    expect(text).not.toMatch(/internal|top-secret|refused app/);
  });

  it('a connection that is lost on the way', async () => {
    const broker = new FakeBroker({
      publish: () => {
        throw new FairleadError('connection_lost', 'the connection to broker.internal.example:8883 was lost');
      },
    });
    const response = await publish(broker, GOOD);
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({
      code: 'connection_lost',
      safeToRetry: false,
      detail: 'the connection to connection "main" was lost',
    });
  });

  it('a broker that answers nothing: 504', async () => {
    const broker = new FakeBroker({
      publish: (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(new FairleadError('aborted', 'stopped')));
        }),
    });
    const headers = { 'Fairlead-Timeout-Ms': '50' };
    const single = await publish(broker, GOOD, { headers });
    expect(single.status).toBe(504);
    expect(await single.json()).toMatchObject({ code: 'timeout' });
    const batch = await publish(broker, { messages: [GOOD, GOOD] }, { headers });
    expect(batch.status).toBe(504);
    expect(await batch.json()).toMatchObject({ code: 'timeout' });
  });
});

describe('a batch', () => {
  const three = { messages: [{ topic: 'a' }, { topic: 'bad' }, { topic: 'c', qos: 0 }] };
  const failing = (...topics: string[]) =>
    new FakeBroker({
      publish: (topic) => {
        if (topics.includes(topic)) throw refused(`refused ${topic}`, 0x87);
        return { reasonCode: 0 };
      },
    });

  it('is answered message by message, in one connection', async () => {
    const broker = failing();
    const response = await publish(broker, three);
    expect(await response.json()).toEqual({
      failed: 0,
      results: [{ reasonCode: 0 }, { reasonCode: 0 }, { reasonCode: 0 }],
    });
    expect(broker.published.map(({ topic, options }) => [topic, options.qos])).toEqual([
      ['a', 1],
      ['bad', 1],
      ['c', 0],
    ]);
    expect(broker.log).toEqual(['connect', 'close']);
  });

  it('shows which of them failed', async () => {
    const response = await publish(failing('bad'), three);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      failed: 1,
      results: [
        { reasonCode: 0 },
        { error: expect.objectContaining({ code: 'server', status: 403, server: expect.anything() }) },
        { reasonCode: 0 },
      ],
    });
  });

  it('is safe to retry as a whole only where each of them is', async () => {
    const broker = new FakeBroker({
      publish: (topic) => {
        throw new FairleadError('limit', topic, { safeToRetry: topic === 'a' });
      },
    });
    expect(await (await publish(broker, three)).json()).toMatchObject({ code: 'limit', safeToRetry: false });
  });

  it('is a problem when all of them failed', async () => {
    const response = await publish(failing('a', 'bad', 'c'), three);
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({
      code: 'server',
      detail: expect.stringMatching(/^None of the 3 messages was published; the first one: /),
      server: { code: '0x87' },
    });
  });
});
