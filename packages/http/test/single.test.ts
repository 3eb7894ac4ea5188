// What a request says twice: a parameter of the query or a header of which one reader takes the first value and another
// the last is refused, whoever reads it.
import { describe, expect, it } from 'vitest';
import { createApp, defineRoutes, singleHeader } from '../src/index.ts';
import { ENV, sampleApp, TOKEN } from './sample.ts';

const opened: string[] = [];
const demo = sampleApp({ log: [], open: (url) => opened.push(new URL(url).hostname) });
const module = (
  prefix: '/one' | '/some' | '/any' | '/known',
  repeatable?: readonly string[] | 'any',
  parameters?: readonly string[],
) =>
  defineRoutes({
    prefix,
    protocol: 'demo',
    schemes: [],
    description: 'Says what it was asked',
    ...(repeatable === undefined ? {} : { repeatable }),
    ...(parameters === undefined ? {} : { parameters }),
    register: (app) =>
      void app.get('/', (c) => c.json([c.req.queries(), singleHeader(c, 'Demo-Flag') ?? null])),
  });
const app = createApp({
  routes: [module('/one'), module('/some', ['to']), module('/any', 'any'), module('/known', [], ['tls'])],
});
const connections = { FAIRLEAD_TOKENS: ENV.FAIRLEAD_TOKENS };

async function ask(path: string, headers: readonly (readonly [string, string])[] = []) {
  const sent = new Headers({ Authorization: `Bearer ${TOKEN}` });
  for (const [name, value] of headers) sent.append(name, value);
  const response = await app.request(path, { headers: sent }, connections);
  return { status: response.status, text: await response.text() };
}

describe('a query is refused', () => {
  it.each([
    ['/one?a=1&a=2', 'query.a: stands more than once'],
    ['/one?a=1&b=2&a=1', 'query.a: stands more than once'],
    ['/one?a&a', 'query.a: stands more than once'],
    ['/one?a=1&%61=2', 'query.a: stands more than once'],
    ['/one?connection=main&connection=other', 'query.connection: stands more than once'],
    ['/one?connection=main&conn%65ction=other', 'query.connection: stands more than once'],
    ['/some?to=a&to=b&from=a&from=b', 'query.from: stands more than once'],
    ['/any?a=1&connection=main&connection=main', 'query.connection: stands more than once'],
    ['/known?conection=main', 'query.conection: is not known here; these are: connection, tls'],
    ['/known?tls=1&TLS=2', 'query.TLS: is not known here'],
    ['/any?a=%ff', 'not percent-encoded UTF-8'],
    ['/any?a=%C0%80', 'not percent-encoded UTF-8'],
    ['/any?a=100%', 'not percent-encoded UTF-8'],
    ['/any?%zz', 'not percent-encoded UTF-8'],
  ])('%s', async (path, detail) => {
    const { status, text } = await ask(path);
    expect([status, JSON.parse(text)]).toMatchObject([400, { code: 'invalid', safeToRetry: true }]);
    expect(JSON.parse(text).detail).toContain(detail);
  });

  it('but not where a parameter may be repeated', async () => {
    expect(await ask('/some?to=a&to=b&from=c')).toEqual({
      status: 200,
      text: '[{"to":["a","b"],"from":["c"]},null]',
    });
    expect((await ask('/any?1=a&1=b&connection=x')).status).toBe(200);
    expect((await ask('/one?a=%C3%A9+%25')).text).toBe('[{"a":["é %"]},null]');
  });

  it('whose length costs no more than its bytes', async () => {
    const { status, text } = await ask(`/one?${'x'.repeat(100_000)}=1&${'x'.repeat(100_000)}=2`);
    expect([status, text.length < 1000]).toEqual([400, true]);
  });
});

it('a header that stands twice is refused', async () => {
  expect((await ask('/one', [['Demo-Flag', 'true']])).text).toBe('[{},"true"]');
  const { status, text } = await ask('/one', [
    ['Demo-Flag', 'true'],
    ['Demo-Flag', 'true'],
  ]);
  expect([status, JSON.parse(text).detail]).toEqual([400, 'header.Demo-Flag: stands more than once']);
});

it.each<[first: string, second: string, name: string]>([
  ['main', 'other', 'Fairlead-Connection'],
  ['main', 'main', 'Fairlead-Connection'],
  ['demo://a.example.com', 'demo://b.example.com', 'Fairlead-Url'],
  ['demo://a.example.com/x', 'demo://b.example.com', 'Fairlead-Url'],
  ['100', '200', 'Fairlead-Timeout-Ms'],
])('%s and %s in %s: nothing is dialled', async (first, second, name) => {
  const headers = new Headers({ Authorization: `Bearer ${TOKEN}` });
  headers.append(name, first);
  headers.append(name, second);
  const env = { ...ENV, FAIRLEAD_TARGETS: ['*.example.com:*'] };
  const response = await demo.request('/demo/rows', { headers }, env);
  expect(response.status).toBe(400);
  expect(await response.text()).toContain(name);
  expect(opened).toEqual([]);
});
