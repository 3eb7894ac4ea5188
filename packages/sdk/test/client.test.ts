// Calls against a scripted gateway: what is sent, what is repeated and when, what is thrown.
import { describe, expect, it } from 'vitest';
import {
  adminDrain,
  adminMetrics,
  createClient,
  FairleadProblem,
  gopherFetch,
  isFairleadProblem,
  pgQuery,
  pgReadNamedQuery,
  redisRun,
  redisRunPath,
  redisRunPathWithBody,
  smtpSendRaw,
  tcpPing,
} from '../src/index.ts';
import { problem, scripted, TOKEN } from './scripted.ts';

const ok = (body: unknown = { result: 'OK' }): Response => Response.json(body);
const set = { body: ['SET', 'k', 'v'] };

async function thrown(work: Promise<unknown>): Promise<FairleadProblem> {
  const error = await work.then(
    () => expect.fail('did not throw'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(FairleadProblem);
  return error as FairleadProblem;
}

describe('a call', () => {
  it('sends JSON with the token and its time, and gives the document', async () => {
    const { client, sent } = scripted([ok({ rows: [{ n: 1 }], rowCount: 1 })]);
    const { rows } = await pgQuery(client, {
      body: { sql: 'select 1 as n' },
      connection: 'main',
      timeoutMs: 5000,
    });
    expect(rows).toEqual([{ n: 1 }]);
    const [request] = sent;
    expect(request).toMatchObject({
      url: 'https://gateway.test/base/pg/query',
      method: 'POST',
      body: '{"sql":"select 1 as n"}',
    });
    expect(Object.fromEntries(request?.headers ?? [])).toMatchObject({
      authorization: `Bearer ${TOKEN}`,
      'content-type': 'application/json',
      'fairlead-connection': 'main',
      accept: 'application/json',
    });
    const wish = Number(request?.headers.get('fairlead-timeout-ms'));
    expect(wish).toBeGreaterThan(4000);
    expect(wish).toBeLessThanOrEqual(5000);
  });

  it('puts names into the path, lists and free parameters into the query', async () => {
    const { client, sent } = scripted([ok(), ok(), ok(), ok()]);
    await adminDrain(client, { path: { name: 'a/b ü' } });
    await pgReadNamedQuery(client, {
      path: { name: 'deep' },
      query: { parameters: { metres: '16', x: '&' } },
    });
    await tcpPing(client, { query: { address: ['a:1', 'b:2'], count: 3 } });
    await tcpPing(client);
    expect(sent.map(({ url }) => url.slice('https://gateway.test/base'.length))).toEqual([
      '/connections/a%2Fb%20%C3%BC/drain',
      '/pg/q/deep?metres=16&x=%26',
      '/tcp/ping?address=a%3A1&address=b%3A2&count=3',
      '/tcp/ping',
    ]);
  });

  it('makes a segment of each item of a list in the path', async () => {
    const { client, sent } = scripted([ok()]);
    // The document says text, and several are allowed: @fairlead/console listens to all of its channels at once.
    const channels: unknown = ['news', 'a/b'];
    await redisRunPath(client, { path: { command: 'subscribe', arguments: channels as string } });
    expect(sent.map(({ url }) => url)).toEqual(['https://gateway.test/base/redis/subscribe/news/a%2Fb']);
  });

  it('sends bodies of other types as they are', async () => {
    const { client, sent } = scripted([ok(), ok()]);
    await smtpSendRaw(client, { body: 'Subject: x\r\n\r\ny' });
    await redisRunPathWithBody(client, { path: { command: 'set', arguments: 'k' }, body: 'v' });
    expect(sent.map(({ headers, body }) => [headers.get('content-type'), body])).toEqual([
      ['message/rfc822', 'Subject: x\r\n\r\ny'],
      ['text/plain', 'v'],
    ]);
  });

  it('gives text and responses where the answer is no JSON document', async () => {
    const { client } = scripted([new Response('# EOF\n'), new Response('Gopher')]);
    expect(await adminMetrics(client)).toBe('# EOF\n');
    expect(await (await gopherFetch(client)).text()).toBe('Gopher');
  });

  it('asks for the token before each attempt', async () => {
    let n = 0;
    const { client, sent } = scripted([problem(503), ok()], { token: async () => `token-${++n}` });
    await redisRun(client, set);
    expect(sent.map(({ headers }) => headers.get('authorization'))).toEqual([
      'Bearer token-1',
      'Bearer token-2',
    ]);
  });
});

describe('a failure', () => {
  it('is a FairleadProblem with what the gateway said', async () => {
    const members = {
      code: 'server',
      detail: 'relation "x" does not exist',
      safeToRetry: false,
      server: { code: '42P01', message: 'relation "x" does not exist' },
      errors: [{ path: 'body.sql', message: 'is wrong' }],
      needs: 'pg:write:main',
    };
    const { client } = scripted([problem(400, members)]);
    const error = await thrown(pgQuery(client, { body: { sql: 'select * from x' } }));
    const { detail, ...rest } = members;
    expect(error).toMatchObject({ ...rest, message: detail, status: 400, requestId: 'request-1' });
    expect(isFairleadProblem(error)).toBe(true);
    expect(isFairleadProblem(new Error('x'))).toBe(false);
  });

  it.each([
    ['a page of a proxy', new Response('<h1>Bad gateway</h1>', { status: 502 }), 502],
    ['a redirect', new Response(null, { status: 302, headers: { Location: 'https://elsewhere.test' } }), 302],
    [
      'JSON of another kind',
      Response.json({ error: 'x' }, { status: 503, headers: { 'Retry-After': '0' } }),
      503,
    ],
  ])('is unexpected, and not repeated: %s', async (_what, answer, status) => {
    const { client, sent } = scripted([answer]);
    expect(await thrown(redisRun(client, set))).toMatchObject({
      code: 'unexpected',
      status,
      safeToRetry: false,
    });
    expect(sent).toHaveLength(1);
  });

  it('tells what Neon’s shape says', async () => {
    const { client } = scripted([Response.json({ message: 'syntax error', code: '42601' }, { status: 400 })]);
    expect(await thrown(redisRun(client, set))).toMatchObject({
      code: 'unexpected',
      message: 'syntax error',
    });
  });

  it('of the network may have had an effect, and is not repeated', async () => {
    const { client, sent } = scripted([new TypeError('fetch failed')]);
    const error = await thrown(redisRun(client, set));
    expect(error).toMatchObject({
      code: 'network',
      status: 0,
      safeToRetry: false,
      cause: expect.any(TypeError),
    });
    expect(sent).toHaveLength(1);
  });

  it('shows no token, and neither does the client', async () => {
    const { client } = scripted([problem(401, { code: 'unauthorized' }), new TypeError('fetch failed')]);
    for (const _ of [1, 2]) {
      const error = await thrown(redisRun(client, set));
      const shown = [error.stack, JSON.stringify(error), JSON.stringify(client), String(error.cause)].join();
      expect(shown).not.toContain(TOKEN);
    }
    for (const token of ['bad token', 'line\nbreak', '']) {
      expect(() => createClient({ url: 'https://g.test', token })).toThrow(/^The token must be/);
    }
    const { client: late } = scripted([], { token: () => 'späte' });
    await expect(redisRun(late, set)).rejects.toThrow(/^The token must be/);
  });

  it.each([
    'ftp://g.test',
    'https://user:pass@g.test',
    'https://g.test/?a=1',
    'https://g.test/#a',
    'nonsense',
  ])('is at once told for the url %s', (url) => {
    expect(() => createClient({ url, token: TOKEN })).toThrow(TypeError);
  });
});

describe('a repetition', () => {
  it.each([429, 502, 503, 504])('comes where the gateway calls it safe: %d', async (status) => {
    const { client, sent } = scripted([problem(status, {}, { 'Retry-After': '0' }), ok()]);
    expect(await redisRun(client, set)).toEqual({ result: 'OK' });
    expect(sent).toHaveLength(2);
    expect(sent[1]?.body).toBe(sent[0]?.body);
  });

  it.each([
    ['no safe one', 503, { safeToRetry: false }],
    ['a refusal', 403, { code: 'forbidden' }],
    ['a wrong request', 400, { code: 'invalid' }],
    ['a full body', 413, { code: 'limit' }],
    ['a login that failed', 502, { code: 'auth' }],
    ['a certificate that is none', 502, { code: 'tls_failed' }],
  ])('does not come for %s', async (_what, status, members) => {
    const { client, sent } = scripted([problem(status, members, { 'Retry-After': '0' })]);
    expect(await thrown(redisRun(client, set))).toMatchObject({ status });
    expect(sent).toHaveLength(1);
  });

  it('ends after two, or what the client or the call says', async () => {
    const always = Array.from({ length: 9 }, () => () => problem(503, {}, { 'Retry-After': '0' }));
    const { client, sent } = scripted(always);
    await thrown(redisRun(client, set));
    expect(sent).toHaveLength(3);
    await thrown(redisRun(client, { ...set, retries: 0 }));
    expect(sent).toHaveLength(4);
    const eager = scripted(always, { retries: 4 });
    await thrown(redisRun(eager.client, set));
    expect(eager.sent).toHaveLength(5);
  });

  it.each([
    ['seconds', () => '1'],
    ['a date', () => new Date(Date.now() + 2000).toUTCString()],
  ])('waits as long as Retry-After asks for, in %s', async (_what, value) => {
    const { client, sent } = scripted([() => problem(429, {}, { 'Retry-After': value() }), ok()]);
    const before = Date.now();
    await redisRun(client, set);
    expect(Date.now() - before).toBeGreaterThan(900);
    expect(sent).toHaveLength(2);
  });

  it('does not wait longer than half a minute, nor than the call may take', async () => {
    const { client, sent } = scripted([
      problem(429, {}, { 'Retry-After': '31' }),
      problem(429, {}, { 'Retry-After': '2' }),
    ]);
    expect(await thrown(redisRun(client, set))).toMatchObject({ retryAfterMs: 31_000 });
    const before = Date.now();
    expect(await thrown(redisRun(client, { ...set, timeoutMs: 1000 }))).toMatchObject({ status: 429 });
    expect(Date.now() - before).toBeLessThan(900);
    expect(sent).toHaveLength(2);
  });
});

describe('the end of a call', () => {
  const hang = ({ signal }: { signal: AbortSignal }): Promise<Response> =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

  it('is its time: a problem that may have had an effect', async () => {
    const { client } = scripted([hang]);
    expect(await thrown(redisRun(client, { ...set, timeoutMs: 50 }))).toMatchObject({
      code: 'timeout',
      status: 0,
      safeToRetry: false,
    });
    const { client: hurried } = scripted([hang], { timeoutMs: 50 });
    expect((await thrown(redisRun(hurried, set))).code).toBe('timeout');
  });

  it('is its caller’s signal, whose reason is thrown', async () => {
    const { client, sent } = scripted([hang, problem(503, {}, { 'Retry-After': '9' })]);
    const reason = new Error('enough');
    await expect(redisRun(client, { ...set, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(sent).toHaveLength(0);
    for (const _ of ['while it is asked', 'while it waits']) {
      const controller = new AbortController();
      setTimeout(() => controller.abort(reason), 20);
      await expect(redisRun(client, { ...set, signal: controller.signal })).rejects.toBe(reason);
    }
    expect(sent).toHaveLength(2);
  });

  it('is its caller’s signal also while the body of a response is read, and its time no longer', async () => {
    // As `fetch` has it: the signal that it was given ends the body.
    const endless = ({ signal }: { signal: AbortSignal }): Response =>
      new Response(
        new ReadableStream({
          start(body) {
            signal.addEventListener('abort', () => body.error(signal.reason));
          },
        }),
      );
    const { client } = scripted([endless]);
    const controller = new AbortController();
    const reason = new Error('enough');
    const { body } = await gopherFetch(client, {
      query: { path: '/' },
      timeoutMs: 20,
      signal: controller.signal,
    });
    const reading = body?.getReader().read();
    setTimeout(() => controller.abort(reason), 60);
    await expect(reading).rejects.toBe(reason);
  });
});
