// What the composed gateway refuses before it dials anything: tokens, scopes, bodies, connections, addresses.
import type { Connector } from '@fairlead/transport';
import { describe, expect, it } from 'vitest';
import { createGateway } from '../src/index.ts';
import { expectDocumented } from './documented.ts';

const ENV = {
  FAIRLEAD_TOKENS: [
    { name: 'all', token: 'all-token', scopes: ['*'] },
    { name: 'reader', token: 'reader-token', scopes: ['pg:read:main', 'redis:read:cache', 'mqtt:read:bus'] },
    { name: 'nobody', token: 'nobody-token', scopes: [] },
  ],
  FAIRLEAD_CONNECTIONS: {
    main: 'postgres://app:pa55word@db.example/shop',
    cache: 'redis://:pa55word@cache.example',
    bus: { url: 'mqtts://app:pa55word@bus.example', topics: ['public/#'] },
  },
  FAIRLEAD_TARGETS: ['*.example.com:*', '*:6379'],
  FAIRLEAD_LIMITS: { maxBodyBytes: 10_000, maxCommands: 5 },
};

const dialled: string[] = [];
const connector: Connector = ({ hostname }) => {
  dialled.push(hostname);
  return Promise.reject(new Error('dialled'));
};
const gateway = createGateway({ connector });

type Headers = Record<string, string>;
const json = { 'Content-Type': 'application/json' };
const as = (token: string, headers: Headers = {}): Headers => ({
  Authorization: `Bearer ${token}`,
  ...headers,
});
const sql = (body: unknown, headers: Headers = as('all-token')): RequestInit => ({
  method: 'POST',
  headers: { ...json, ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
const own = (url: string) => as('all-token', { 'Fairlead-Url': url });
const one = { sql: 'select 1' };

const TABLE: [what: string, path: string, init: RequestInit, status: number, code: string, detail: RegExp][] =
  [
    [
      'a reader that publishes',
      '/mqtt/publish',
      sql({ topic: 'public/a' }, as('reader-token')),
      403,
      'forbidden',
      /mqtt:write:bus/,
    ],
    [
      'a topic that the operator keeps',
      '/mqtt/publish',
      sql({ topic: 'private' }),
      403,
      'policy',
      /"private" is not among/,
    ],
    [
      'a filter with a wildcard in the middle',
      '/mqtt/subscribe?topic=a/%23/b',
      { headers: as('reader-token') },
      400,
      'usage',
      /query\.topic\[0\]/,
    ],
    [
      'MQTT in clear elsewhere',
      '/mqtt/subscribe?topic=a',
      { headers: own('mqtt://h.example.org') },
      403,
      'policy',
      /h\.example\.org:1883/,
    ],
    [
      'MQTT elsewhere',
      '/mqtt/subscribe?topic=a',
      { headers: own('mqtts://h.example.org') },
      403,
      'policy',
      /h\.example\.org:8883/,
    ],
    [
      'a WebSocket in clear elsewhere',
      '/mqtt/subscribe?topic=a',
      { headers: own('ws://h.example.org/mqtt') },
      403,
      'policy',
      /h\.example\.org:80 /,
    ],
    [
      'a WebSocket elsewhere',
      '/mqtt/subscribe?topic=a',
      { headers: own('wss://h.example.org/mqtt') },
      403,
      'policy',
      /h\.example\.org:443 /,
    ],
    [
      'a WebSocket without a token',
      '/mqtt/subscribe?topic=a&token=all-token',
      { headers: { Upgrade: 'websocket' } },
      401,
      'unauthorized',
      /Authorization is missing/,
    ],
    ['no token', '/pg/query', sql(one, {}), 401, 'unauthorized', /Authorization is missing/],
    ['an unknown token', '/redis/get/k', { headers: as('nope') }, 401, 'unauthorized', /not known/],
    [
      'a token in the URL',
      '/redis/get/k?_token=all-token',
      {},
      401,
      'unauthorized',
      /Authorization is missing/,
    ],
    [
      'a token in the URL besides the header',
      '/redis/get/k?_token=x',
      { headers: as('all-token') },
      400,
      'invalid',
      /Authorization: Bearer/,
    ],
    ['a token without scopes', '/pg/query', sql(one, as('nobody-token')), 403, 'forbidden', /pg:read:main/],
    [
      'a reader that creates a table',
      '/pg/query',
      sql({ sql: 'create table t()' }, as('reader-token')),
      403,
      'policy',
      /pg:write/,
    ],
    [
      'a reader that sets a key',
      '/redis/set/k/v',
      { headers: as('reader-token') },
      403,
      'forbidden',
      /redis:write:cache/,
    ],
    [
      'a reader that flushes',
      '/redis',
      { method: 'POST', headers: as('reader-token'), body: '["FLUSHALL"]' },
      403,
      'forbidden',
      /redis:(write|admin):cache/,
    ],
    [
      'a reader that hides a write in a pipeline',
      '/redis/pipeline',
      { method: 'POST', headers: as('reader-token'), body: '[["GET","k"],["SET","k","v"]]' },
      403,
      'forbidden',
      /redis:write:cache/,
    ],
    [
      'a reader with a server of its own',
      '/pg/query',
      sql(one, { ...as('reader-token'), 'Fairlead-Url': 'postgres://a:b@h.example.com/x' }),
      403,
      'forbidden',
      /pg:read:@/,
    ],
    [
      'a reader on another connection',
      '/redis/get/k?connection=other',
      { headers: as('reader-token') },
      403,
      'forbidden',
      /redis:read:other/,
    ],
    [
      'an unknown connection',
      '/redis/get/k?connection=other',
      { headers: as('all-token') },
      404,
      'not_found',
      /"other"/,
    ],
    [
      'Postgres as Redis',
      '/redis/get/k?connection=main',
      { headers: as('all-token') },
      404,
      'not_found',
      /"main"/,
    ],
    [
      'a form',
      '/pg/query',
      { method: 'POST', headers: as('all-token'), body: new URLSearchParams({ sql: 'select 1' }) },
      415,
      'unsupported_media_type',
      /application\/json/,
    ],
    ['broken JSON', '/pg/query', sql('{"sql":'), 400, 'invalid', /not valid JSON/],
    ['an unknown field', '/pg/query', sql({ ...one, parms: [] }), 400, 'invalid', /parms/],
    ['empty SQL', '/pg/query', sql({ sql: '' }), 400, 'invalid', /body\.sql/],
    ['a large body', '/pg/query', sql({ sql: 'x'.repeat(10_000) }), 413, 'limit', /10000 bytes/],
    [
      'a large body for Redis',
      '/redis/set/k',
      { method: 'POST', headers: as('all-token'), body: 'x'.repeat(10_001) },
      413,
      'limit',
      /10000 bytes/,
    ],
    [
      'too many commands',
      '/redis/pipeline',
      { method: 'POST', headers: as('all-token'), body: JSON.stringify(Array(6).fill(['PING'])) },
      413,
      'limit',
      /5 commands/,
    ],
    [
      'an empty command',
      '/redis',
      { method: 'POST', headers: as('all-token'), body: '[]' },
      400,
      'invalid',
      /body/,
    ],
    [
      'a nested argument',
      '/redis',
      { method: 'POST', headers: as('all-token'), body: '["SET","k",{}]' },
      400,
      'invalid',
      /body\[2\]/,
    ],
    ['a key that is not UTF-8', '/redis/get/%ff', { headers: as('all-token') }, 400, 'invalid', /UTF-8/],
    [
      'a private address',
      '/pg/query',
      sql(one, own('postgres://a:b@10.0.0.1:6379/x')),
      403,
      'policy',
      /10\.0\.0\.1:6379 is a private/,
    ],
    [
      'a loopback address in octal',
      '/pg/query',
      sql(one, own('postgres://a:b@0177.1:6379/x')),
      403,
      'policy',
      /loopback/,
    ],
    [
      'the metadata address in hex',
      '/redis/get/k',
      { headers: own('redis://0xa9fea9fe') },
      403,
      'policy',
      /link-local/,
    ],
    [
      'the metadata name',
      '/redis/get/k',
      { headers: own('redis://metadata.google.internal.') },
      403,
      'policy',
      /local network/,
    ],
    [
      'an address mapped into IPv6',
      '/redis/get/k',
      { headers: own('rediss://[::ffff:a00:1]') },
      403,
      'policy',
      /private/,
    ],
    [
      'a list of hosts',
      '/pg/query',
      sql(one, own('postgres://a:b@10.0.0.1,h.example.com/x')),
      400,
      'usage',
      /no host name has/,
    ],
    [
      'a host in the query',
      '/pg/query',
      sql(one, own('postgres://a:b@h.example.com/x?host=10.0.0.1')),
      400,
      'usage',
      /"host"/,
    ],
    [
      'a port that is not allowed',
      '/pg/query',
      sql(one, own('postgres://a:b@h.example.org:5432/x')),
      403,
      'policy',
      /not among/,
    ],
    [
      'a server of another protocol',
      '/pg/query',
      sql(one, own('redis://h.example.com')),
      400,
      'usage',
      /postgres:/,
    ],
    ['a wrong method', '/pg/query', { headers: as('all-token') }, 405, 'method_not_allowed', /POST/],
  ];

describe('the gateway refuses', () => {
  it.each(TABLE)('%s', async (_what, path, init, status, code, detail) => {
    const response = await gateway.request(path, init, ENV);
    const text = await response.text();
    const body = JSON.parse(text);
    expect(body).toMatchObject({ status, code, detail: expect.stringMatching(detail) });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(text).not.toContain('pa55word');
    expect(dialled).toEqual([]);
    await expectDocumented(init.method ?? 'GET', path, response);
  });
});
