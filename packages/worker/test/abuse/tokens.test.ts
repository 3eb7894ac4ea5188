// Abuse by tokens: headers that are none, tokens that are near or old, pages that may not, scopes that do not reach.
import { type Attempt, as, post, refuses } from './gateway.ts';

const bearer = { 'WWW-Authenticate': /^Bearer realm="fairlead"$/i };
const path = '/redis/get/k';

const header = (what: string, value: string | undefined, detail: RegExp): Attempt => ({
  what,
  path,
  init: value === undefined ? {} : { headers: { Authorization: value } },
  status: 401,
  code: 'unauthorized',
  detail,
  headers: bearer,
});

const FORM = /not of the form "Bearer <token>"/;
const UNKNOWN = /^The token is not known\.$/;

refuses('tokens', [
  header('no header', undefined, /Authorization is missing/),
  header('an empty header', '', FORM),
  header('a scheme alone', 'Bearer', FORM),
  header('a token alone', 'all-token', FORM),
  header('Basic', `Basic ${btoa('all:all-token')}`, FORM),
  header('Digest', 'Digest username="all"', FORM),
  header('Token', 'Token all-token', FORM),
  header('a tab between', 'Bearer\tall-token', FORM),
  header('no space', 'Bearerall-token', FORM),
  header('a colon', 'Bearer: all-token', FORM),
  header('quotes', 'Bearer "all-token"', UNKNOWN),
  header('two tokens', 'Bearer all-token, Bearer reader-token', FORM),
  header('two words', 'Bearer all-token reader-token', FORM),
  header('a comma behind', 'Bearer all-token,', UNKNOWN),
  header('a token that is too long', `Bearer ${'x'.repeat(4097)}`, FORM),
  header('a token of another case', 'Bearer ALL-TOKEN', UNKNOWN),
  header('a token without its end', 'Bearer all-toke', UNKNOWN),
  header('a token with more at its end', 'Bearer all-token1', UNKNOWN),
  header('a token’s name', 'Bearer all', UNKNOWN),
  header('a token in percent-encoding', 'Bearer all%2Dtoken', UNKNOWN),
  header('a token in base64', `Bearer ${btoa('all-token')}`, UNKNOWN),
  header('a wildcard', 'Bearer *', UNKNOWN),
  header('a scope', 'Bearer redis:read:cache', UNKNOWN),
  header('null', 'Bearer null', UNKNOWN),
  header('undefined', 'Bearer undefined', UNKNOWN),
  header('the name of a member of objects', 'Bearer __proto__', UNKNOWN),
  header('a JWT where there is no issuer', 'Bearer eyJhbGciOiJub25lIn0.e30.', UNKNOWN),
  header(
    'an expired token',
    'Bearer late-token',
    /"late" has expired: it was valid until 2020-01-01T00:00:00\.000Z/,
  ),
  header('an expired token’s beginning', 'Bearer late-toke', UNKNOWN),
  {
    ...header('a token in a cookie', undefined, /Authorization is missing/),
    init: { headers: { Cookie: 'Authorization=Bearer all-token; token=all-token' } },
  },
  {
    ...header('a token in another header', undefined, /Authorization is missing/),
    init: { headers: { 'X-Api-Key': 'all-token', 'Proxy-Authorization': 'Bearer all-token' } },
  },
  {
    ...header('a token in the query', undefined, /Authorization is missing/),
    path: `${path}?access_token=all-token`,
  },
  {
    ...header('a token in a form', undefined, /Authorization is missing/),
    path: '/pg/query',
    init: { method: 'POST', body: new URLSearchParams({ access_token: 'all-token' }) },
  },
  {
    ...header('a token as user information of a body’s URL', undefined, /Authorization is missing/),
    init: { headers: { 'Fairlead-Url': 'redis://all-token@cache.example.com' } },
  },
  {
    ...header('any token where none is configured', 'Bearer all-token', /FAIRLEAD_TOKENS/),
    env: {},
  },
]);

refuses(
  'unauthorized on every module',
  [
    ...[
      '/pg/query',
      '/pg/sql',
      '/mysql/query',
      '/redis',
      '/redis/pipeline',
      '/redis/multi-exec',
      '/mqtt/publish',
    ].map((route) => ({ path: route, init: { method: 'POST', body: '{}' } })),
    ...['/smtp/send', '/smtp/send-raw', '/irc/send', '/connections/main/drain'].map((route) => ({
      path: route,
      init: { method: 'POST', body: '{}' },
    })),
    ...[
      '/mqtt/subscribe?topic=a',
      '/smtp/probe',
      '/gopher/fetch',
      '/tcp/ping',
      '/connections',
      '/metrics',
    ].map((route) => ({ path: route, init: {} })),
  ].map(({ path: route, init }) => ({
    what: route,
    path: route,
    init: { ...init, headers: { Authorization: 'Bearer nope' } },
    status: 401,
    code: 'unauthorized',
    detail: UNKNOWN,
  })),
);

const origin = (what: string, value: string): Attempt => ({
  what,
  path,
  init: as('page-token', { Origin: value }),
  status: 403,
  code: 'forbidden',
  detail: /"page" may not be used by pages of this origin/,
});

refuses('origins', [
  origin('another page', 'https://evil.example'),
  origin('the page without TLS', 'http://app.example'),
  origin('a page below', 'https://x.app.example'),
  origin('a page whose name begins so', 'https://app.example.evil.example'),
  origin('a page of another port', 'https://app.example:444'),
  origin('the port that is the scheme’s own', 'https://app.example:443'),
  origin('a path', 'https://app.example/'),
  origin('a file', 'null'),
  origin('any', '*'),
]);

const scope = (what: string, attempt: { path: string; init: RequestInit }, needs: RegExp): Attempt => ({
  what,
  ...attempt,
  status: 403,
  code: 'forbidden',
  detail: needs,
});
const reader = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  body: JSON.stringify(body),
  ...as('reader-token', { 'Content-Type': 'application/json', ...headers }),
});
const get = (token: string, route: string, headers: Record<string, string> = {}) => ({
  path: route,
  init: as(token, headers),
});

refuses('scopes', [
  scope('nobody who reads', get('nobody-token', path), /redis:read:cache/),
  scope('nobody who pings', get('nobody-token', '/tcp/ping?connection=main'), /tcp:ping:main/),
  scope('nobody who pings an address', get('nobody-token', '/tcp/ping/10.0.0.1:80'), /tcp:ping:@/),
  scope('nobody who looks', get('nobody-token', '/connections'), /admin:connections/),
  scope('nobody who measures', get('nobody-token', '/metrics'), /admin:metrics/),
  scope('a reader who writes to Redis', get('reader-token', '/redis/set/k/v'), /redis:write:cache/),
  scope('a reader who deletes', get('reader-token', '/redis/del/k'), /redis:write:cache/),
  scope('a reader in small letters and large', get('reader-token', '/redis/SeT/k/v'), /redis:write:cache/),
  scope(
    'a reader with a script',
    { path: '/redis', init: reader(['EVAL', 'return 1', 0]) },
    /redis:(script|admin)/,
  ),
  scope(
    'a reader who configures',
    { path: '/redis', init: reader(['CONFIG', 'SET', 'dir', '/']) },
    /redis:admin/,
  ),
  scope(
    'a reader who replicates',
    { path: '/redis', init: reader(['REPLICAOF', 'evil.example', '6379']) },
    /redis:admin/,
  ),
  scope(
    'a reader who migrates',
    { path: '/redis', init: reader(['MIGRATE', 'evil.example', '6379', 'k', 0, 1]) },
    /redis:(write|admin)/,
  ),
  scope(
    'a reader whose last command writes',
    {
      path: '/redis/pipeline',
      init: reader([
        ['GET', 'a'],
        ['DEL', 'a'],
      ]),
    },
    /redis:write/,
  ),
  scope(
    'a reader whose transaction writes',
    {
      path: '/redis/multi-exec',
      init: reader([
        ['GET', 'a'],
        ['DEL', 'a'],
      ]),
    },
    /redis:write/,
  ),
  scope(
    'a reader who publishes',
    { path: '/mqtt/publish', init: reader({ topic: 'public/a' }) },
    /mqtt:write:bus/,
  ),
  scope(
    'a reader who mails',
    { path: '/smtp/send', init: reader({ from: 'app@shop.example', to: ['a@b.example'], text: 'x' }) },
    /smtp:send:mail/,
  ),
  scope('a reader who probes', get('reader-token', '/smtp/probe'), /smtp:probe:mail/),
  scope(
    'a reader who chats',
    { path: '/irc/send', init: reader({ target: '#a', messages: ['x'] }) },
    /irc:send:chat/,
  ),
  scope('a reader who drains', { path: '/connections/main/drain', init: reader({}) }, /admin:drain:main/),
  scope('a reader of another connection', get('reader-token', `${path}?connection=main`), /redis:read:main/),
  scope(
    'a reader of a connection that is not there',
    get('reader-token', `${path}?connection=none`),
    /redis:read:none/,
  ),
  scope(
    'a reader by header',
    get('reader-token', path, { 'Fairlead-Connection': 'main' }),
    /redis:read:main/,
  ),
  scope(
    'a reader with a name of objects',
    get('reader-token', `${path}?connection=__proto__`),
    /redis:read:__proto__/,
  ),
  scope('a reader who names the callers’ own', get('reader-token', `${path}?connection=@`), /redis:read:@/),
  scope('a reader who names all', get('reader-token', `${path}?connection=*`), /redis:read:\*/),
  scope(
    'a reader with an address',
    get('reader-token', path, { 'Fairlead-Url': 'redis://cache.example.com' }),
    /redis:read:@/,
  ),
  scope('a pinger with an address', get('reader-token', '/tcp/ping/db.example.com:80'), /tcp:ping:@/),
  scope(
    'a reader with Gopher',
    get('reader-token', '/gopher/fetch?url=gopher%3A%2F%2Fgopher.example.com'),
    /gopher:fetch:@/,
  ),
  {
    what: 'a statement that writes',
    path: '/pg/query',
    init: reader({ sql: 'delete from t' }),
    status: 403,
    code: 'policy',
    detail: /pg:write/,
  },
  {
    what: 'a statement that hides its writing',
    path: '/mysql/query',
    init: reader({ sql: '/*! drop table t */' }),
    status: 403,
    code: 'policy',
    detail: /mysql:write/,
  },
  {
    what: 'a body of a token that is known, for another',
    path: '/pg/query',
    init: { ...post('{"sql":"select 1","connection":"shop"}') },
    status: 404,
    code: 'not_found',
    detail: /"shop"/,
  },
]);
