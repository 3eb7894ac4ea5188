// Streams against a scripted gateway: cut anywhere, ended in every way, with a cap on a line.
import { describe, expect, it } from 'vitest';
import { mqttSubscribe, pgQueryLines, redisSubscribe, rowsOf, tcpPingLines } from '../src/index.ts';
import { chunked, scripted } from './scripted.ts';

const QUERY = { body: { sql: 'select name from ships' } };
const RESULT =
  '{"columns":[{"name":"name"}]}\n{"name":"Aurora"}\n{"name":"Fähre ⛴"}\n{"rowCount":2,"command":"SELECT"}\n';
const PROBLEM = { code: 'connection_lost', detail: 'The server went away.', safeToRetry: false, status: 502 };
const SUBSCRIPTION = { query: { topic: ['a/#'] } };

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

function bytewise(text: string): Uint8Array[] {
  return Array.from(new TextEncoder().encode(text), (byte) => Uint8Array.of(byte));
}

describe('lines', () => {
  it.each([
    ['whole', [RESULT]],
    ['byte by byte', bytewise(RESULT)],
    ['with an empty line and CR LF', [RESULT.replaceAll('\n', '\r\n'), '\r\n']],
    ['without the last line end', [RESULT.slice(0, -1)]],
  ])('are values, %s', async (_how, chunks) => {
    const { client, sent } = scripted([chunked(chunks).response]);
    expect(await all(pgQueryLines(client, QUERY))).toHaveLength(4);
    expect(sent[0]?.headers.get('accept')).toBe('application/x-ndjson');
    expect(sent[0]?.headers.has('fairlead-timeout-ms')).toBe(false);
  });

  it('are rows without their head and tail, which the generator returns', async () => {
    const { client } = scripted([chunked(bytewise(RESULT)).response]);
    const rows = rowsOf<{ name: string }>(pgQueryLines(client, QUERY));
    expect(await rows.next()).toEqual({ done: false, value: { name: 'Aurora' } });
    expect(await rows.next()).toEqual({ done: false, value: { name: 'Fähre ⛴' } });
    expect(await rows.next()).toEqual({
      done: true,
      value: { columns: [{ name: 'name' }], rowCount: 2, command: 'SELECT' },
    });
  });

  it.each([
    ['nothing', ''],
    ['a head', '{"columns":[]}\n'],
    ['a row', '{"columns":[]}\n{"a":1}\n'],
  ])('are no whole result that ends behind %s', async (_what, text) => {
    const { client } = scripted([chunked([text]).response]);
    await expect(all(rowsOf(pgQueryLines(client, QUERY)))).rejects.toMatchObject({ code: 'unexpected' });
  });

  it('throw the problem of the last line, and pass a row on that looks like one', async () => {
    const line = `${JSON.stringify({ error: PROBLEM })}\n`;
    const { client } = scripted([chunked(['{"sample":{}}\n', line, '{"summary":{}}\n', line]).response]);
    const seen: unknown[] = [];
    const reading = (async () => {
      for await (const value of tcpPingLines(client)) seen.push(value);
    })();
    await expect(reading).rejects.toMatchObject({
      name: 'FairleadProblem',
      code: 'connection_lost',
      status: 0,
    });
    expect(seen).toEqual([{ sample: {} }, { error: PROBLEM }, { summary: {} }]);
  });

  it('refuse what is no JSON', async () => {
    const { client } = scripted([chunked(['{"a":1}\nnonsense\n']).response]);
    await expect(all(pgQueryLines(client, QUERY))).rejects.toMatchObject({ code: 'unexpected' });
  });

  it.each([
    ['in one chunk', ['"aaaaaaaaaa"\n']],
    ['in many, without an end', Array.from({ length: 20 }, () => 'a')],
  ])('have a longest: %s', async (_how, chunks) => {
    const { response, cancelled } = chunked(chunks, false);
    const { client } = scripted([response]);
    const reading = all(pgQueryLines(client, { ...QUERY, maxLineLength: 10 }));
    await expect(reading).rejects.toMatchObject({ code: 'limit', message: expect.stringContaining('10 ') });
    expect(cancelled()).toBe(true);
  });

  it('end the request when the reader breaks off', async () => {
    const { response, cancelled } = chunked(['{"a":1}\n{"b":2}\n'], false);
    const { client } = scripted([response]);
    for await (const line of pgQueryLines(client, QUERY)) {
      expect(line).toEqual({ a: 1 });
      break;
    }
    expect(cancelled()).toBe(true);
  });

  it.each([
    [
      'silence',
      { idleTimeoutMs: 40 },
      { code: 'timeout', message: expect.stringContaining('idleTimeoutMs') },
    ],
    ['its time', { timeoutMs: 40, idleTimeoutMs: 80 }, { code: 'timeout' }],
  ])('end with %s', async (_what, options, expected) => {
    const { client } = scripted([chunked(['{"a":1}\n'], false).response]);
    await expect(all(pgQueryLines(client, { ...QUERY, ...options }))).rejects.toMatchObject(expected);
  });

  it('are a network problem where the answer breaks off', async () => {
    const broken = new ReadableStream({
      pull(controller) {
        controller.error(new Error('reset'));
      },
    });
    const { client } = scripted([new Response(broken)]);
    await expect(all(pgQueryLines(client, QUERY))).rejects.toMatchObject({
      code: 'network',
      safeToRetry: false,
    });
  });
});

describe('events', () => {
  const EVENTS =
    'retry: 2000\nevent: subscribed\ndata: {"granted":[1]}\n\n:\n\nevent: message\nid: s.1\ndata: a\ndata:b\n\ndata: plain\n\ndata: unfinished';

  it.each([
    ['whole', [EVENTS]],
    ['byte by byte', bytewise(EVENTS)],
  ])('are objects, %s', async (_how, chunks) => {
    const { client, sent } = scripted([chunked(chunks).response]);
    expect(await all(mqttSubscribe(client, SUBSCRIPTION))).toEqual([
      { event: 'subscribed', data: '{"granted":[1]}' },
      { event: 'message', data: 'a\nb', id: 's.1' },
      { event: 'message', data: 'plain' },
    ]);
    expect(sent[0]?.url).toContain('/mqtt/subscribe?topic=a%2F%23');
  });

  it('throw the problem of an event "error", and pass on what is none', async () => {
    const text = `event: error\ndata: nonsense\n\nevent: error\ndata: ${JSON.stringify(PROBLEM)}\n\n`;
    const { client } = scripted([chunked([text]).response]);
    const events = redisSubscribe(client, { path: { channel: 'news' } });
    expect((await events.next()).value).toEqual({ event: 'error', data: 'nonsense' });
    await expect(events.next()).rejects.toMatchObject({ code: 'connection_lost', status: 0 });
  });

  it('have a longest', async () => {
    const { client } = scripted([chunked(['data: aaaaaa\ndata: aaaaaa\n\n'], false).response]);
    const reading = all(mqttSubscribe(client, { ...SUBSCRIPTION, maxLineLength: 12 }));
    await expect(reading).rejects.toMatchObject({ code: 'limit' });
  });
});
