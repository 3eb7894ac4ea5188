// Abuse by the rest of a request: methods, paths, queries and headers that are odd, doubled or meant for somebody else.
import { type Attempt, as, post, refuses } from './gateway.ts';

const method = (name: string, path: string, allow: RegExp): Attempt => ({
  what: `${name} ${path}`,
  path,
  init: { method: name, ...as('all-token') },
  status: 405,
  code: 'method_not_allowed',
  detail: /is not allowed here/,
  headers: { Allow: allow },
});

refuses('methods', [
  method('GET', '/pg/query', /^POST, OPTIONS$/),
  method('PUT', '/pg/query', /POST/),
  method('DELETE', '/mysql/query', /POST/),
  method('PATCH', '/mqtt/publish', /POST/),
  method('POST', '/mqtt/subscribe', /GET/),
  method('DELETE', '/tcp/ping', /GET/),
  method('DELETE', '/connections', /GET/),
  method('GET', '/connections/main/drain', /POST/),
  method('PROPFIND', '/pg/query', /POST/),
  method('get', '/pg/sql', /POST/),
]);

const missing = (path: string): Attempt => ({
  what: path,
  path,
  init: as('all-token'),
  status: 404,
  code: 'not_found',
  detail: /nothing at this path/,
});

refuses('paths', [
  ...[
    '/nope',
    '/pg',
    '/pg/',
    '/pg/query/x',
    '/PG/query',
    '/pg%2Fquery',
    '//pg/query',
    '/.env',
    '/.git/config',
  ].map(missing),
  ...['/wp-login.php', '/admin', '/cdn-cgi/trace', '/mysql/../admin', '/connections/main', '/healthz/x'].map(
    missing,
  ),
]);

const wrong = (
  what: string,
  path: string,
  headers: Record<string, string>,
  detail: RegExp,
  code = 'invalid',
): Attempt => ({
  what,
  path,
  init: as('all-token', headers),
  status: code === 'not_found' ? 404 : 400,
  code,
  detail,
});
const ping = '/tcp/ping?connection=main';
const time = (value: string): Attempt =>
  wrong(
    `the time ${JSON.stringify(value)}`,
    ping,
    { 'Fairlead-Timeout-Ms': value },
    /whole number from 1 to 5000/,
  );

refuses('headers', [
  ...[
    '0',
    '-1',
    '1.5',
    '1e3',
    '0x10',
    '+5',
    ' ',
    '5001',
    '99999999999',
    'NaN',
    'Infinity',
    '10, 20',
    '10ms',
  ].map(time),
  wrong('a connection twice', '/redis/get/k', { 'Fairlead-Connection': 'cache, main' }, /more than once/),
  wrong(
    'two connections',
    '/redis/get/k?connection=cache',
    { 'Fairlead-Connection': 'main' },
    /two different connections/,
  ),
  wrong(
    'a connection of another protocol',
    '/redis/get/k',
    { 'Fairlead-Connection': 'main' },
    /"main"/,
    'not_found',
  ),
  wrong(
    'a connection that is not there',
    '/redis/get/k',
    { 'Fairlead-Connection': 'toString' },
    /"toString"/,
    'not_found',
  ),
  wrong(
    'a connection by path',
    '/redis/get/k',
    { 'Fairlead-Connection': '../main' },
    /"\.\.\/main"/,
    'not_found',
  ),
  wrong(
    'a very long connection',
    '/redis/get/k',
    { 'Fairlead-Connection': 'x'.repeat(5000) },
    /"x{64}"/,
    'not_found',
  ),
  {
    ...wrong('another method by header', '/pg/query', { 'X-HTTP-Method-Override': 'POST' }, /not allowed/),
    status: 405,
    code: 'method_not_allowed',
  },
  {
    ...wrong(
      'another path by header',
      '/nope',
      { 'X-Original-URL': '/connections', 'X-Rewrite-URL': '/connections' },
      /nothing/,
    ),
    status: 404,
    code: 'not_found',
  },
]);

refuses('queries', [
  wrong(
    'a connection twice',
    '/tcp/ping?connection=main&connection=shop',
    {},
    /query\.connection: stands more than once/,
  ),
  wrong(
    'a connection twice, once encoded',
    '/tcp/ping?connection=main&%63onnection=shop',
    {},
    /more than once/,
  ),
  wrong(
    'a parameter twice',
    '/tcp/ping?connection=main&count=1&count=2',
    {},
    /query\.count: stands more than once/,
  ),
  wrong('a misspelled parameter', '/tcp/ping?conection=main', {}, /query\.conection: is not known here/),
  wrong('a member of objects', '/tcp/ping?__proto__=x', {}, /query\.__proto__/),
  wrong('half of a percent-encoding', '/tcp/ping?connection=%', {}, /percent-encoded UTF-8/),
  wrong('bytes that are no UTF-8', '/tcp/ping?connection=%ff', {}, /percent-encoded UTF-8/),
  wrong('an overlong encoding', '/tcp/ping?connection=%c0%af', {}, /percent-encoded UTF-8/),
  wrong('a count of nothing', `${ping}&count=0`, {}, /query\.count/),
  wrong('a count too large', `${ping}&count=1000`, {}, /query\.count/),
  wrong('a list as a count', '/tcp/ping?connection=main&count[]=1', {}, /count\[\]/),
  wrong('no topic', '/mqtt/subscribe', {}, /topic/),
  wrong('a token in the query', '/redis/get/k?_token=x', {}, /Authorization: Bearer/),
  wrong('a key that is no UTF-8', '/redis/get/%ff', {}, /UTF-8/),
]);

refuses('operators’ routes', [
  {
    ...wrong('a pool that is none', '/connections/none/drain', {}, /none/, 'not_found'),
    init: { method: 'POST', ...as('all-token') },
  },
  {
    ...wrong('a pool of objects', '/connections/__proto__/drain', {}, /__proto__/, 'not_found'),
    init: { method: 'POST', ...as('all-token') },
  },
  {
    ...wrong('a pool by path', '/connections/..%2Fmain/drain', {}, /./, 'not_found'),
    init: { ...post('{}') },
  },
]);
