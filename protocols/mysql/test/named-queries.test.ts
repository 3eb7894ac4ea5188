// `GET` and `POST /mysql/q/{name}` through the gateway's app: placeholders, parameters of every type, the other protocol's queries.
import { createApp } from '@fairlead/http';
import { describe, expect, it } from 'vitest';
import { mysqlRoutes } from '../src/route/index.ts';
import { mysqlDialect } from '../src/route/named-queries.ts';
import { type Answer, Backend, table } from './support/backend.ts';

const ENV = {
  FAIRLEAD_CONNECTIONS: {
    main: {
      url: 'mysql://app:top-secret@db.test/shop?sslmode=disable',
      readUrl: 'mysql://reader:top-secret@db.test/shop?sslmode=disable',
    },
  },
  FAIRLEAD_TOKENS: [{ name: 'page', token: 'token-page', scopes: ['query:run:ships'] }],
  FAIRLEAD_QUERIES: {
    ships: {
      connection: 'main',
      sql: "select * from ships where harbour = :harbour and (:harbour <> ':x' or built > :since)",
      params: {
        harbour: { type: 'text', enum: ['Kiel', "O'Hara"] },
        since: { type: 'datetime', default: null },
      },
    },
  },
};

const rows: Answer = () => table([{ name: 'n', type: 3, collation: 63 }], [['1']]);

async function ask(path: string, init: RequestInit = {}) {
  const backend = new Backend(rows);
  const app = createApp({ routes: [mysqlRoutes], connector: backend.connector });
  const headers = { Authorization: 'Bearer token-page', 'Content-Type': 'application/json' };
  const response = await app.request(path, { headers, ...init }, ENV);
  return { status: response.status, body: await response.json(), backend };
}

describe('placeholders', () => {
  it.each([
    ['select :a, :b, :a', 'select ?, ?, ?', ['a', 'b', 'a']],
    ['select \':a\', ":b", `:c` -- :d', undefined, []],
    ['select /* :a */ :b # :c', 'select /* :a */ ? # :c', ['b']],
    ['select @x := :a', 'select @x := ?', ['a']],
    ["select j->':a' <> :b", "select j->':a' <> ?", ['b']],
  ])('%s', (sql, text = sql, names: readonly string[] = []) => {
    expect(mysqlDialect.compile(sql)).toEqual({ text, names });
  });

  it.each(['select ?', "select '\\' :a", "select ':a", 'select /*! :a */ 1'])('refuses %s', (sql) => {
    expect(() => mysqlDialect.compile(sql)).toThrow(/placeholder/);
  });
});

describe('/mysql/q/{name}', () => {
  it('puts each value where its name stands, as a literal', async () => {
    const { status, body, backend } = await ask(`/mysql/q/ships?harbour=${encodeURIComponent("O'Hara")}`);
    expect(body).toMatchObject({ rows: [{ n: 1 }], rowCount: 1 });
    expect(status).toBe(200);
    expect(backend.statements.at(1)?.replaceAll(/ +/g, ' ')).toBe(
      "select * from ships where harbour = 'O''Hara' and ( 'O''Hara' <> ':x' or built > NULL )",
    );
    expect(backend.statements.join(' ')).toMatch(/READ ONLY/i);
  });

  it('keeps to what the entry allows', async () => {
    const post = (params: object) =>
      ask('/mysql/q/ships', { method: 'POST', body: JSON.stringify({ params }) });
    expect((await post({ harbour: 'Kiel', since: null })).status).toBe(200);
    expect((await post({ harbour: 'kiel' })).body).toMatchObject({
      status: 400,
      detail: "body.params.harbour: must be one of Kiel, O'Hara",
    });
    expect((await post({ harbour: 'Kiel', since: '2026-02-30T00:00:00Z' })).status).toBe(400);
  });
});
