// `GET` and `POST /pg/q/{name}` through the gateway's app: placeholders, parameters, roles, caching, refusals, settings.
import { answerWithDocument, createApp, openApiDocument } from '@fairlead/http';
import { describe, expect, it, vi } from 'vitest';
import { postgresRoutes } from '../src/route/index.ts';
import { postgresDialect } from '../src/route/named-queries.ts';
import { type Answer, Backend, result } from './support/backend.ts';

const NAMED = {
  ships: {
    connection: 'main',
    sql: "select ':x' as a, built::int from ships where harbour = :harbour and built > :since -- :no",
    params: { harbour: 'text', since: { type: 'integer', min: 1800, max: '2100', default: 1900 } },
    cacheSeconds: 60,
  },
  shared: { connection: 'main', sql: 'select 1', cacheSeconds: 0, public: true, listed: true },
  small: { connection: 'main', sql: 'select 1', maxRows: 2, rowMode: 'array' },
  quick: { connection: 'main', sql: 'select 1', timeoutMs: 2_000 },
  add: {
    connection: 'main',
    sql: 'insert into ships values (:name)',
    params: { name: 'text' },
    readOnly: false,
  },
};

const TOKENS = [
  { name: 'page', token: 'token-page', scopes: ['query:run:ships', 'query:run:small', 'query:run:nothing'] },
  { name: 'all', token: 'token-all', scopes: ['query:run'] },
  { name: 'sql', token: 'token-sql', scopes: ['pg:read', 'pg:write'] },
];

const ENV = {
  FAIRLEAD_CONNECTIONS: {
    main: {
      url: 'postgres://app:top-secret@db.test/shop?sslmode=disable',
      readUrl: 'postgres://reader:top-secret@replica.test/shop?sslmode=disable',
    },
  },
  FAIRLEAD_TOKENS: TOKENS,
  FAIRLEAD_QUERIES: NAMED,
};

const one: Answer = () => result([['n', 23]], [['1']]);

interface Call {
  readonly token?: string;
  readonly answer?: Answer;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly env?: Record<string, unknown>;
}

async function ask(path: string, { token = 'all', answer = one, body, headers = {}, env = {} }: Call = {}) {
  const backend = new Backend(answer);
  const dialled: string[] = [];
  const app = createApp({
    routes: [postgresRoutes],
    connector: (address, options) => {
      dialled.push(address.hostname);
      return backend.connector(address, options);
    },
  });
  const type: Record<string, string> = body === undefined ? {} : { 'Content-Type': 'application/json' };
  const post =
    body === undefined
      ? {}
      : { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) };
  const response = await app.request(
    path,
    { ...post, headers: { Authorization: `Bearer token-${token}`, ...type, ...headers } },
    { ...ENV, ...env },
  );
  const text = await response.text();
  const statements = backend.statements.map((statement) => [statement.text, statement.parameters]);
  return {
    status: response.status,
    headers: response.headers,
    text,
    statements,
    dialled,
    json: () => JSON.parse(text),
  };
}

/** The statement itself, among what opens and ends the transaction around it. */
const named = (statements: readonly unknown[][]) =>
  statements.find(([text]) => /ships|select 1/.test(String(text)));

describe('placeholders', () => {
  it.each([
    ['select :a, :b, :a', 'select $1, $2, $1', ['a', 'b']],
    ["select ':a', \":b\", $$:c$$, E'\\':d', a::b -- :e", undefined, []],
    ['select /* :a /* :b */ :c */ :d::int', 'select /* :a /* :b */ :c */ $1::int', ['d']],
    ['select x[1:n], x[f(y):n], x[:n]', 'select x[1:n], x[f(y):n], x[$1]', ['n']],
    ['select f(a := :a), b=:b', 'select f(a := $1), b=$2', ['a', 'b']],
    ['select : a, :1, :"a", :\'a\'', undefined, []],
    ['select :a-:b', 'select $1-$2', ['a', 'b']],
  ])('%s', (sql, text = sql, names: readonly string[] = []) => {
    expect(postgresDialect.compile(sql)).toEqual({ text, names });
  });

  it.each(['select $1', "select '\\' :a'", "select ':a", 'select :a /*', 'select $x$ :a'])(
    'refuses %s',
    (sql) => {
      expect(() => postgresDialect.compile(sql)).toThrow(/placeholder|backslash|does not end/);
    },
  );
});

describe('GET /pg/q/{name}', () => {
  it('runs the query in the reader’s role, with its parameters apart from the text', async () => {
    const harbour = "Kiel'; drop table ships; --";
    const { status, statements, dialled, json } = await ask(
      `/pg/q/ships?harbour=${encodeURIComponent(harbour)}`,
      {
        token: 'page',
      },
    );
    expect(status).toBe(200);
    expect(json()).toEqual({
      columns: [{ name: 'n', type: 'int4', oid: 23 }],
      rows: [{ n: 1 }],
      rowCount: 1,
      command: 'SELECT',
    });
    expect(named(statements)).toEqual([
      "select ':x' as a, built::int from ships where harbour = $1 and built > $2 -- :no",
      [harbour, '1900'],
    ]);
    expect(statements.flat().join(' ')).toMatch(/READ ONLY/i);
    expect(dialled).toEqual(['replica.test']);
  });

  it.each([
    ['', 'query.harbour: is missing'],
    ['?harbour=x&harbour=y', 'query.harbour: stands more than once'],
    ['?harbour=x&since=1799', 'query.since: must be 1800 or more'],
    ['?harbour=x&since=2101', 'query.since: must be 2100 or less'],
    ['?harbour=x&since=1900.5', 'query.since: must be a whole number'],
    ['?harbour=x&since=', 'query.since: must be a whole number'],
    [
      '?harbour=x&since=1900&connection=main',
      'query.connection: is not known here; these are: harbour, since',
    ],
    ['?harbour=%00', 'query.harbour: must be text without a NUL'],
    ['?harbour=%FF', 'The query is not percent-encoded UTF-8'],
    ['?sql=drop', 'query.sql: is not known here'],
  ])('400 for %s', async (query, detail) => {
    const { status, json, dialled } = await ask(`/pg/q/ships${query}`);
    expect(status).toBe(400);
    expect(json().detail).toContain(detail);
    expect(dialled).toEqual([]);
  });

  it('tells all faults at once', async () => {
    const { json } = await ask('/pg/q/ships?since=x&y=1');
    expect(json().errors.map(({ path }: { path: string }) => path)).toEqual([
      'query.y',
      'query.harbour',
      'query.since',
    ]);
    expect(json().detail).toContain('(and 2 more)');
  });

  it('needs the scope of this query and no other', async () => {
    expect((await ask('/pg/q/ships?harbour=x', { token: 'sql' })).json()).toMatchObject({
      status: 403,
      needs: 'query:run:ships',
    });
    expect((await ask('/pg/q/shared', { token: 'page' })).status).toBe(403);
    expect((await ask('/pg/q/absent', { token: 'page' })).status).toBe(403);
    expect((await ask('/pg/q/nothing', { token: 'page' })).status).toBe(404);
    for (const name of ['absent', '@', '*', 'a:b', 'x'.repeat(300), '..%2fquery', '__proto__'])
      expect((await ask(`/pg/q/${name}`)).status, name).toBe(404);
  });

  it('takes no other connection', async () => {
    const other = await ask('/pg/q/shared', { headers: { 'Fairlead-Connection': 'other' } });
    expect(other.json()).toMatchObject({
      status: 400,
      detail: expect.stringContaining('Fairlead-Connection'),
    });
    const own = await ask('/pg/q/shared', { headers: { 'Fairlead-Url': 'postgres://x@y' } });
    expect(own.json()).toMatchObject({ status: 400, detail: expect.stringContaining('Fairlead-Url') });
    expect((await ask('/pg/q/shared', { headers: { 'Fairlead-Connection': 'main' } })).status).toBe(200);
  });

  it('does not run a query that may write', async () => {
    const { status, headers, dialled } = await ask('/pg/q/add?name=x');
    expect([status, headers.get('allow'), dialled]).toEqual([405, 'POST, OPTIONS', []]);
  });

  it('has its own caps', async () => {
    const three: Answer = () => result([['n', 23]], [['1'], ['2'], ['3']]);
    expect((await ask('/pg/q/small', { answer: three })).json()).toMatchObject({
      status: 413,
      code: 'limit',
    });
    const lines = await ask('/pg/q/small', { answer: three, headers: { Accept: 'application/x-ndjson' } });
    expect(JSON.parse(lines.text.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
      error: { code: 'limit' },
    });
    const { statements } = await ask('/pg/q/quick', { headers: { 'Fairlead-Timeout-Ms': '60000' } });
    const limit = Number(/statement_timeout = (\d+)/.exec(statements.flat().join(' '))?.[1]);
    expect(limit).toBeGreaterThan(1_000);
    expect(limit).toBeLessThanOrEqual(3_000);
  });
});

describe('POST /pg/q/{name}', () => {
  it('takes parameters from JSON, with all their digits', async () => {
    const { status, statements, headers } = await ask('/pg/q/ships', {
      body: { params: { harbour: 'Kiel', since: 1950 } },
    });
    expect([status, headers.get('cache-control'), headers.get('etag')]).toEqual([200, 'no-store', null]);
    expect(named(statements)?.[1]).toEqual(['Kiel', '1950']);
  });

  it('runs a query that may write as the writer', async () => {
    const { status, statements, dialled } = await ask('/pg/q/add', {
      body: { params: { name: 'Gorch Fock' } },
    });
    expect([status, dialled]).toEqual([200, ['db.test']]);
    expect(named(statements)).toEqual(['insert into ships values ($1)', ['Gorch Fock']]);
    expect(statements.flat().join(' ')).not.toMatch(/READ ONLY/i);
  });

  it('needs no body where it needs no parameter', async () => {
    expect((await ask('/pg/q/shared', { body: '' })).status).toBe(200);
    expect((await ask('/pg/q/shared', { body: '{}' })).status).toBe(200);
  });

  it.each<[unknown, string]>([
    [{ harbour: 'x' }, 'body'],
    [{ params: { harbour: 1 } }, 'body.params.harbour: must be text'],
    [{ params: { harbour: null } }, 'body.params.harbour: must not be null'],
    [{ params: { harbour: ['x'] } }, 'body.params.harbour: must be text'],
    [{ params: ['x'] }, 'body.params'],
    ['{"params":{"harbour":"x","__proto__":1}}', 'body.params.__proto__: is not known here'],
    ['{"params":{"harbour":"x","harbour":"y"}}', 'body.params.harbour: stands more than once'],
    ['{"params":{"harbour":"x","since":9007199254740993}}', 'body.params.since: must be 2100 or less'],
    [{}, 'body.params.harbour: is missing'],
  ])('400 for %j', async (body, detail) => {
    const { status, json, dialled } = await ask('/pg/q/ships', { body });
    expect(status).toBe(400);
    expect(json().detail).toContain(detail);
    expect(dialled).toEqual([]);
  });

  it('takes parameters from nowhere else', async () => {
    const both = await ask('/pg/q/ships?since=1950', { body: { params: { harbour: 'x' } } });
    expect(both.json()).toMatchObject({
      status: 400,
      detail: expect.stringContaining('query.since: stands in the URL'),
    });
    const form = await ask('/pg/q/ships', { body: 'harbour=x', headers: { 'Content-Type': 'text/plain' } });
    expect(form.status).toBe(415);
  });
});

describe('caching', () => {
  it('is private, with an ETag of the document', async () => {
    const first = await ask('/pg/q/ships?harbour=Kiel');
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[0-9a-f]{32}"$/);
    expect(first.headers.get('cache-control')).toBe('private, max-age=60');
    expect(first.headers.get('vary')).toBe('Accept, Authorization');
    for (const tag of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      const again = await ask('/pg/q/ships?harbour=Kiel', { headers: { 'If-None-Match': tag } });
      expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', etag]);
      expect(again.headers.get('cache-control')).toBe('private, max-age=60');
    }
    const changed = await ask('/pg/q/ships?harbour=Kiel', {
      answer: () => result([['n', 23]], [['2']]),
      headers: { 'If-None-Match': etag },
    });
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).not.toBe(etag);
  });

  it('is public only where the entry says so', async () => {
    const { headers } = await ask('/pg/q/shared');
    expect([headers.get('cache-control'), headers.get('vary')]).toEqual(['public, no-cache', 'Accept']);
  });

  it('is as the entry says where CORS is on, too', async () => {
    const env = { FAIRLEAD_CORS: ['https://app.example.com'] };
    const headers = { Origin: 'https://app.example.com' };
    const first = await ask('/pg/q/ships?harbour=Kiel', { env, headers });
    expect(first.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    expect(first.headers.get('cache-control')).toBe('private, max-age=60');
    expect(first.headers.get('vary')).toBe('Accept, Authorization, Origin');
    const tag = { ...headers, 'If-None-Match': first.headers.get('etag') ?? '' };
    const again = await ask('/pg/q/ships?harbour=Kiel', { env, headers: tag });
    expect([again.status, again.headers.get('cache-control')]).toEqual([304, 'private, max-age=60']);
    const refused = await ask('/pg/q/ships', { env, headers });
    expect([refused.status, refused.headers.get('cache-control')]).toEqual([400, 'no-store']);
  });

  it('is off without cacheSeconds, for lines and for failures', async () => {
    const plain = await ask('/pg/q/small');
    expect([plain.headers.get('cache-control'), plain.headers.get('etag')]).toEqual(['no-store', null]);
    const lines = await ask('/pg/q/shared', { headers: { Accept: 'application/x-ndjson' } });
    expect([lines.headers.get('cache-control'), lines.headers.get('etag')]).toEqual(['no-store', null]);
    const failed = await ask('/pg/q/ships');
    expect(failed.headers.get('cache-control')).toBe('no-store');
  });
});

describe('the OpenAPI document', () => {
  const app = createApp({ routes: [postgresRoutes] });
  const head = { openapi: '3.1.0', info: { title: 'Test', version: '1' } };
  app.get('/openapi.json', async (c) => answerWithDocument(c, await openApiDocument([postgresRoutes], head)));
  const read = async (token?: string, env: Record<string, unknown> = ENV) => {
    const headers: Record<string, string> =
      token === undefined ? {} : { Authorization: `Bearer token-${token}` };
    const response = await app.request('/openapi.json', { headers }, env);
    const text = await response.text();
    const paths: Record<string, object> = JSON.parse(text).paths;
    const named = Object.keys(paths).filter((path) => /\/q\/[^{]/.test(path));
    return {
      text,
      paths,
      named,
      vary: response.headers.get('vary'),
      cache: response.headers.get('cache-control'),
    };
  };

  it('has what is listed, and what the token of the request may run', async () => {
    const anyone = await read();
    expect([anyone.named, anyone.vary, anyone.cache]).toEqual([['/pg/q/shared'], 'Authorization', null]);
    const page = await read('page');
    expect([page.named, page.cache]).toEqual([['/pg/q/ships', '/pg/q/shared', '/pg/q/small'], 'no-store']);
    expect((await read('sql')).named).toEqual(['/pg/q/shared']);
    expect((await read(undefined, { FAIRLEAD_TOKENS: TOKENS })).named).toEqual([]);
  });

  it('describes each with its own parameters, and never the SQL', async () => {
    const { text, paths } = await read('all');
    expect(text).not.toMatch(/from ships|insert into/);
    expect(paths['/pg/q/ships']).toMatchObject({
      get: {
        operationId: 'query_ships_get',
        security: [{ bearer: [] }],
        parameters: [
          { name: 'harbour', in: 'query', required: true, schema: { type: 'string' } },
          {
            name: 'since',
            in: 'query',
            required: false,
            schema: { minimum: 1800, maximum: 2100, default: 1900 },
          },
          { $ref: '#/components/parameters/Fairlead-Timeout-Ms' },
          { $ref: '#/components/parameters/Fairlead-Begin' },
        ],
        responses: { 200: {}, 304: {}, 400: {}, 403: {} },
      },
      post: {
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: { properties: { params: { required: ['harbour'], additionalProperties: false } } },
            },
          },
        },
      },
    });
    expect(Object.keys(paths['/pg/q/add'] ?? {})).toEqual(['post']);
  });
});

describe('settings', () => {
  const query = (more: object) => ({
    q: { connection: 'main', sql: 'select :a', params: { a: 'text' }, ...more },
  });
  const parameter = (one: unknown) => query({ params: { a: one } });
  it.each<[place: string, queries: unknown]>([
    ['FAIRLEAD_QUERIES is wrong', []],
    ['FAIRLEAD_QUERIES.? is wrong', { 'a b': {} }],
    ['FAIRLEAD_QUERIES.q.sql is wrong', { q: { connection: 'main' } }],
    ['FAIRLEAD_QUERIES.q.connection is wrong: is not in FAIRLEAD_CONNECTIONS', query({ connection: 'hush' })],
    ['FAIRLEAD_QUERIES.q is wrong: Unrecognized key', query({ cache: 1 })],
    ['FAIRLEAD_QUERIES.q.sql is wrong: has a name behind a colon', query({ sql: 'select :a, :hush' })],
    ['FAIRLEAD_QUERIES.q.params.a is wrong: does not stand in the SQL', query({ sql: "select ':a'" })],
    ['FAIRLEAD_QUERIES.q.sql is wrong: cannot be read', query({ sql: 'select $1' })],
    [
      'FAIRLEAD_QUERIES.q.sql is wrong: is not known to only read',
      query({ sql: 'delete from hush where a = :a' }),
    ],
    ['FAIRLEAD_QUERIES.q.sql is wrong: is not known to only read', query({ sql: 'select :a; select 1' })],
    ['FAIRLEAD_QUERIES.q.sql is wrong: is not known to only read', query({ sql: 'select pg_read_file(:a)' })],
    ['FAIRLEAD_QUERIES.q.cacheSeconds is wrong', query({ readOnly: false, cacheSeconds: 1 })],
    ['FAIRLEAD_QUERIES.q.public is wrong', query({ public: true })],
    ['FAIRLEAD_QUERIES.q.params.a.type is wrong', parameter('hush')],
    [
      'FAIRLEAD_QUERIES.q.params.a.min is wrong: is not for the type text',
      parameter({ type: 'text', min: 1 }),
    ],
    [
      'FAIRLEAD_QUERIES.q.params.a.min is wrong: is not a number',
      parameter({ type: 'integer', min: 'hush' }),
    ],
    ['FAIRLEAD_QUERIES.q.params.a.pattern is wrong', parameter({ type: 'text', pattern: '(hush' })],
    [
      'FAIRLEAD_QUERIES.q.params.a.default is wrong: must be a whole',
      parameter({ type: 'integer', default: 'hush' }),
    ],
    [
      'FAIRLEAD_QUERIES.q.params.a.default is wrong: must be 5',
      parameter({ type: 'integer', max: 5, default: 6 }),
    ],
    ['FAIRLEAD_QUERIES.q.params.a-b is wrong', query({ params: { 'a-b': 'text' } })],
  ])('%s', async (place, queries) => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { status, json, text } = await ask('/pg/q/q', { env: { FAIRLEAD_QUERIES: queries } });
    log.mockRestore();
    expect(status).toBe(500);
    expect(json()).toMatchObject({ code: 'config', detail: expect.stringContaining(place) });
    expect(text).not.toContain('hush');
  });

  it('of another protocol’s connection lead nowhere here', async () => {
    const spare = { FAIRLEAD_CONNECTIONS: { main: { url: 'postgres://a@b' } }, FAIRLEAD_QUERIES: '' };
    expect((await ask('/pg/q/ships?harbour=x', { env: spare })).status).toBe(404);
  });
});
