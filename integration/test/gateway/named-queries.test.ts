// Named queries on real servers: every type there and back, texts that try to become SQL, caching, and what the document says.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Ask, type Gateway, type Json, startGateway } from './support.ts';

const { postgres, mysql, mariadb } = inject('servers');
const connections = {
  queriesPg: {
    url: `postgres://scram:scram-password@localhost:${postgres.good.port}/fairlead`,
    readUrl: `postgres://tlsonly:tlsonly-password@localhost:${postgres.good.port}/fairlead`,
  },
  queriesMysql: { url: `mysql://sha2:sha2-password@localhost:${mysql.port}/fairlead` },
  queriesMariadb: { url: `mariadb://native:native-password@localhost:${mariadb.good.port}/fairlead` },
};

const SERVERS = [
  ['pg', 'Pg'],
  ['mysql', 'Mysql'],
  ['mysql', 'Mariadb'],
] as const;

const params = {
  t: 'text',
  i: 'integer',
  n: 'number',
  b: 'boolean',
  d: 'date',
  dt: 'datetime',
  u: 'uuid',
  j: 'json',
};
/** Each parameter as text, as the server understands it. */
const ECHO = {
  Pg: `select :t::text t, :i::bigint::text i, :n::numeric::text n, :b::bool::text b, :d::date::text d,
    :dt::timestamptz at time zone 'UTC' dt, :u::uuid::text u, :j::jsonb->>'id' j`,
  Mysql: `select :t t, cast(:i as signed) i, cast(:n as decimal(40, 25)) n, if(:b, 'true', 'false') b, cast(:d as date) d,
    cast(:dt as datetime(6)) dt, :u u, json_unquote(json_extract(:j, '$.id')) j`,
};

/** One server's queries. */
function queriesOf(name: 'Pg' | 'Mysql' | 'Mariadb') {
  const connection = `queries${name}`;
  const isPg = name === 'Pg';
  return {
    [`echo${name}`]: { connection, sql: isPg ? ECHO.Pg : ECHO.Mysql, params },
    [`harbours${name}`]: {
      connection,
      sql: "select name, country from harbours where country = :country and name <> ':country' -- :not",
      params: { country: { type: 'text', default: 'NL', description: 'Two letters' } },
      cacheSeconds: 60,
      listed: isPg,
      description: 'Harbours of a country',
    },
    [`who${name}`]: {
      connection,
      sql: isPg ? 'select current_user::text as who' : 'select current_user() as who',
    },
    [`add${name}`]: {
      connection,
      sql: 'insert into harbours (name, country) values (:name, :country)',
      params: { name: 'text', country: { type: 'text', maxLength: 2 } },
      readOnly: false,
    },
    [`remove${name}`]: {
      connection,
      sql: 'delete from harbours where name = :name',
      params: { name: 'text' },
      readOnly: false,
    },
  };
}

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({
    connections,
    queries: { ...queriesOf('Pg'), ...queriesOf('Mysql'), ...queriesOf('Mariadb') },
    tokens: [{ name: 'page', token: 'token-page', scopes: ['query:run'] }],
  });
});
afterAll(() => gateway.close());

/** The rows of a query that must succeed. */
async function rows(path: string, ask: Ask = {}): Promise<Json[]> {
  const { status, body } = await gateway.ask(path, { token: 'token-page', ...ask });
  expect(status, JSON.stringify(body)).toBe(200);
  return body.rows as Json[];
}

const TEXTS = [
  "'; drop table harbours; --",
  "' or ''='",
  '\\',
  "\\' or 1=1 -- ",
  '":t" `:t` $1 ? :t',
  '/* */ # --',
  '\u00bf\u0027\u2019横浜😀',
  '%27%20or%201=1',
  '0x27',
];

describe.each(SERVERS)('%s %s', (prefix, name) => {
  const at = (query: string) => `/${prefix}/q/${query}${name}`;
  const values = {
    t: "O'Hara",
    i: '9007199254740993',
    n: '12345678901234.1000000000000000055511151',
    b: 'true',
    d: '2024-02-29',
    dt: '2026-01-01T00:30:00.123456+01:00',
    u: 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11',
    j: '{"id": 9007199254740993}',
  };

  it('gives every type back, from the URL and from a body', async () => {
    const seen = {
      ...values,
      // The fraction has as many digits as the type.
      n: expect.stringMatching(/^12345678901234\.1000000000000000055511151$/),
      dt: expect.stringMatching(/^2025-12-31[T ]23:30:00\.123456$/),
      u: values.u.toLowerCase(),
      j: '9007199254740993',
    };
    const [fromUrl] = await rows(`${at('echo')}?${new URLSearchParams(values)}`);
    expect(texts(fromUrl)).toEqual(seen);
    const body = `{"params":{"t":"O'Hara","i":9007199254740993,"n":12345678901234.1000000000000000055511151,"b":true,
      "d":"2024-02-29","dt":"${values.dt}","u":"${values.u}","j":{"id": 9007199254740993}}}`;
    const [fromBody] = await rows(at('echo'), {
      method: 'POST',
      body,
      headers: { 'Content-Type': 'application/json' },
    });
    expect(texts(fromBody)).toEqual(seen);
  });

  it.each(TEXTS)('lets no text become SQL: %s', async (text) => {
    const [row] = await rows(`${at('echo')}?${new URLSearchParams({ ...values, t: text })}`);
    expect(row?.t).toBe(text);
    expect(await rows(`${at('harbours')}?${new URLSearchParams({ country: text })}`)).toEqual([]);
  });

  it('writes by POST alone, in the writer’s role', async () => {
    const json = { params: { name: `'); drop table harbours; -- ${name}`, country: 'XX' } };
    await rows(at('add'), { json });
    expect(await rows(`${at('harbours')}?country=XX`)).toEqual([{ name: json.params.name, country: 'XX' }]);
    await rows(at('remove'), { json: { params: { name: json.params.name } } });
    expect(await rows(`${at('harbours')}?country=XX`)).toEqual([]);
    expect((await gateway.ask(`${at('remove')}?name=x`, { token: 'token-page' })).status).toBe(405);
  });

  it('answers with an ETag, and with 304', async () => {
    const first = await gateway.fetch(at('harbours'), { token: 'token-page' });
    const etag = first.headers.get('etag') ?? '';
    expect(first.headers.get('cache-control')).toBe('private, max-age=60');
    expect(await first.json()).toMatchObject({ rows: [{ name: 'Rotterdam', country: 'NL' }] });
    const again = await gateway.fetch(at('harbours'), {
      token: 'token-page',
      headers: { 'If-None-Match': etag },
    });
    expect([again.status, await again.text()]).toEqual([304, '']);
    const other = await gateway.fetch(`${at('harbours')}?country=SE`, {
      token: 'token-page',
      headers: { 'If-None-Match': etag },
    });
    expect(other.status).toBe(200);
  });

  it('streams lines', async () => {
    const headers = { Accept: 'application/x-ndjson' };
    const text = await (await gateway.fetch(at('harbours'), { token: 'token-page', headers })).text();
    expect(
      text
        .trimEnd()
        .split('\n')
        .slice(1, -1)
        .map((line) => JSON.parse(line)),
    ).toEqual([{ name: 'Rotterdam', country: 'NL' }]);
  });

  it('is nowhere else, and gives no other right', async () => {
    const elsewhere = prefix === 'pg' ? 'mysql' : 'pg';
    expect((await gateway.ask(`/${elsewhere}/q/who${name}`, { token: 'token-page' })).status).toBe(404);
    const json = { sql: 'select 1', connection: `queries${name}` };
    expect((await gateway.ask(`/${prefix}/query`, { token: 'token-page', json })).status).toBe(403);
  });
});

describe('roles and the document', () => {
  it('runs what only reads in the reader’s role', async () => {
    expect(await rows('/pg/q/whoPg')).toEqual([{ who: 'tlsonly' }]);
  });

  it('shows everybody what is listed, and a token what it may run; never the SQL', async () => {
    const all = await gateway.fetch('/openapi.json', { token: null });
    const text = await all.text();
    const named = (paths: object) => Object.keys(paths).filter((path) => /\/q\/[^{]/.test(path));
    expect(named(JSON.parse(text).paths)).toEqual(['/pg/q/harboursPg']);
    const { paths } = JSON.parse(text);
    expect(paths['/pg/q/harboursPg'].get).toMatchObject({
      summary: 'harboursPg',
      description: 'Harbours of a country',
      operationId: 'query_harboursPg_get',
    });
    expect(paths['/pg/q/harboursPg'].get.parameters[0]).toEqual({
      name: 'country',
      in: 'query',
      required: false,
      description: 'Two letters',
      schema: { type: 'string', description: 'Two letters', default: 'NL' },
    });
    const own = await gateway.fetch('/openapi.json', { token: 'token-page' });
    const ownText = await own.text();
    expect(named(JSON.parse(ownText).paths)).toHaveLength(15);
    expect(JSON.parse(ownText).paths['/pg/q/addPg']).toEqual({ post: expect.any(Object) });
    for (const document of [text, ownText]) expect(document).not.toMatch(/from harbours|queriesPg/);
    const reader = await gateway.fetch('/openapi.json', { token: 'token-reader' });
    expect(named(((await reader.json()) as { paths: object }).paths)).toEqual(['/pg/q/harboursPg']);
    expect((await gateway.fetch('/openapi.json', { token: 'wrong' })).status).toBe(401);
  });
});

/** A row's cells as text. */
function texts(row: Json | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(row ?? {}).map(([key, value]) => [key, String(value)]));
}
