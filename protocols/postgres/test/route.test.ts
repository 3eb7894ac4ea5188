// `POST /pg/query` through the gateway's app: both answers, parameters, scopes, limits, errors.

import { FairleadError } from '@fairlead/errors';
import { createApp } from '@fairlead/http';
import { describe, expect, it } from 'vitest';
import { postgresRoutes } from '../src/route/index.ts';
import {
  type Answer,
  Backend,
  bytes,
  dataRow,
  errorResponse,
  message,
  result,
  rowDescription,
} from './support/backend.ts';

const WRITER = 'writer-token-0123456789';
const READER = 'reader-token-0123456789';
/** The request's time, for the server too. */
const SERVER_LIMIT: unknown = expect.stringMatching(/^SET LOCAL statement_timeout = \d+$/);
const ENV = {
  FAIRLEAD_CONNECTIONS: {
    main: { url: 'postgres://app:top-secret@db.test/shop?sslmode=disable' },
    other: { url: 'postgres://app:top-secret@other.test/shop?sslmode=disable' },
  },
  FAIRLEAD_TOKENS: [
    { name: 'writer', token: WRITER, scopes: ['pg:write:main'] },
    { name: 'reader', token: READER, scopes: ['pg:read:main'] },
  ],
  FAIRLEAD_LIMITS: { maxRows: 3, maxResultBytes: 1000 },
};

interface Call {
  readonly token?: string;
  readonly ndjson?: boolean;
  readonly env?: Record<string, unknown>;
}

async function post(answer: Answer, body: unknown, { token = WRITER, ndjson = false, env = {} }: Call = {}) {
  const backend = new Backend(answer);
  const app = createApp({ routes: [postgresRoutes], connector: backend.connector });
  const response = await app.request(
    '/pg/query',
    {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        ...(ndjson ? { accept: 'application/x-ndjson' } : {}),
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    },
    { ...ENV, ...env },
  );
  return { response, backend, text: await response.text() };
}

const table = (): Uint8Array =>
  result(
    [
      ['id', 20],
      ['j', 114],
      ['b', 17],
      ['f', 701],
      ['id', 23],
      ['a', 1001],
    ],
    [['9007199254740993', '{"n":\n 12345678901234567890}', '\\x0001ff', 'NaN', null, '{"\\\\x01",NULL}']],
  );
const statements = (backend: Backend): string[] => backend.statements.map(({ text }) => text);

describe('one document', () => {
  it('loses no digit and no byte', async () => {
    const { response, text } = await post(table, { sql: 'select', rowMode: 'array' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(text).toContain(
      '"rows":[["9007199254740993",{"n":  12345678901234567890},"AAH/","NaN",null,["AQ==",null]]]',
    );
    expect(JSON.parse(text)).toMatchObject({
      columns: [
        { name: 'id', type: 'int8', oid: 20 },
        {},
        {},
        {},
        { name: 'id', type: 'int4' },
        { type: 'bytea[]' },
      ],
      rowCount: 1,
      command: 'SELECT',
    });
  });

  it('gives objects by default, the last of two columns of one name', async () => {
    const { text } = await post(table, { sql: 'select' });
    expect(JSON.parse(text).rows).toEqual([
      { j: { n: Number('12345678901234567890') }, b: 'AAH/', f: 'NaN', id: null, a: ['AQ==', null] },
    ]);
  });

  it('takes parameters of every JSON kind, and bytea', async () => {
    const { backend } = await post(table, {
      sql: 'select',
      params: ['x', 1.5, true, null, [1, [2]], { a: 1 }, { $base64: 'AAH/' }, '9007199254740993'],
    });
    expect(backend.statements[0]?.parameters).toEqual([
      'x',
      '1.5',
      'true',
      null,
      '{1,{2}}',
      '{"a":1}',
      '\\x0001ff',
      '9007199254740993',
    ]);
  });

  it('loses no digit of a number, and no character of JSON', async () => {
    const numbers = '9007199254740993,[-9007199254740993,1e400],0.1000000000000000055511151231,1e400';
    const body = `{"sql":"x","params":[${numbers},[{"id":9007199254740993}],{"b":1.10, "1":{"a":[]}}]}`;
    const { backend } = await post(table, body);
    expect(backend.statements[0]?.parameters).toEqual([
      '9007199254740993',
      '{"-9007199254740993","1e400"}',
      '0.1000000000000000055511151231',
      '1e400',
      '{"{\\"id\\":9007199254740993}"}',
      '{"b":1.10, "1":{"a":[]}}',
    ]);
  });

  it('has no rows where there are none', async () => {
    const empty = '{"columns":[],"rows":[],"rowCount":3,"command":"INSERT"}';
    expect((await post(() => message('C', 'INSERT 0 3\0'), { sql: 'insert' })).text).toBe(empty);
    const { text } = await post(() => result([['n', 23]], []), { sql: 'select' });
    expect(text).toBe(
      '{"columns":[{"name":"n","type":"int4","oid":23}],"rows":[],"rowCount":0,"command":"SELECT"}',
    );
  });

  it('is no larger than its limits, and names the way out', async () => {
    const rows = (count: number, cell: string) => () =>
      result(
        [['t', 25]],
        Array.from({ length: count }, () => [cell]),
      );
    for (const answer of [rows(4, 'x'), rows(2, 'x'.repeat(600))]) {
      const { response, text } = await post(answer, { sql: 'select' });
      expect(response.status).toBe(413);
      expect(JSON.parse(text)).toMatchObject({
        code: 'limit',
        detail: expect.stringContaining('application/x-ndjson'),
      });
    }
    expect((await post(rows(3, 'x'), { sql: 'select' })).response.status).toBe(200);
  });
});

describe('NDJSON', () => {
  it('is a header, a line a row, a trailer', async () => {
    const { response, text } = await post(
      () => result([['n', 23]], [['1'], ['2']]),
      { sql: 'select' },
      { ndjson: true },
    );
    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    expect(text.trimEnd().split('\n')).toEqual([
      '{"columns":[{"name":"n","type":"int4","oid":23}]}',
      '{"n":1}',
      '{"n":2}',
      '{"rowCount":2,"command":"SELECT"}',
    ]);
  });

  it('streams past the limits of a document', async () => {
    const many = () =>
      result(
        [['n', 23]],
        Array.from({ length: 20_000 }, (_, i) => [String(i)]),
      );
    const { text } = await post(many, { sql: 'select', rowMode: 'array' }, { ndjson: true });
    const lines = text.trimEnd().split('\n');
    expect(lines).toHaveLength(20_002);
    expect(lines[20_000]).toBe('[19999]');
  });

  it('an error before the rows is a status, one between them the last line', async () => {
    const early = await post(() => errorResponse('42601', 'syntax error'), { sql: 'x' }, { ndjson: true });
    expect(early.response.status).toBe(400);
    const late = await post(
      () => bytes(rowDescription([['n', 23]]), dataRow(['1']), errorResponse('22012', 'division by zero')),
      { sql: 'x' },
      { ndjson: true },
    );
    expect(late.response.status).toBe(200);
    const last = JSON.parse(late.text.trimEnd().split('\n').at(-1) ?? '');
    expect(last).toMatchObject({ error: { code: 'server', server: { code: '22012' } } });
  });

  it('a caller who leaves cancels the query on the server', async () => {
    const backend = new Backend(() =>
      result(
        [['t', 25]],
        Array.from({ length: 200 }, () => ['x'.repeat(10_000)]),
      ),
    );
    const app = createApp({ routes: [postgresRoutes], connector: backend.connector });
    const response = await app.request(
      '/pg/query',
      {
        method: 'POST',
        headers: {
          authorization: `Bearer ${WRITER}`,
          'content-type': 'application/json',
          accept: 'application/x-ndjson',
        },
        body: JSON.stringify({ sql: 'select' }),
      },
      ENV,
    );
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    expect(backend.cancellations).toBe(1);
  });
});

describe('a token that may only read', () => {
  const ok: Answer = ({ text }) =>
    text.startsWith('BEGIN') || text === 'ROLLBACK' ? message('C', `${text}\0`) : table();

  it.each([true, false])(
    'runs in a READ ONLY transaction that is rolled back (NDJSON: %s)',
    async (ndjson) => {
      const { response, backend } = await post(ok, { sql: 'select 1' }, { token: READER, ndjson });
      expect(response.status).toBe(200);
      expect(statements(backend)).toEqual(['BEGIN READ ONLY', SERVER_LIMIT, 'select 1', 'ROLLBACK']);
      // One flight, and so one round trip: the end stands behind a Sync of its own, for the case that it fails.
      expect(backend.statements.map(({ messages }) => messages)).toEqual([
        'PBEPBEPBDES',
        'PBEPBEPBDES',
        'PBEPBEPBDES',
        'Q',
      ]);
    },
  );

  it('gets the error of its own statement, not that of what stands around it', async () => {
    const refused: Answer = (statement, backend) =>
      statement.text === 'select 1'
        ? errorResponse('25006', 'cannot execute nextval() in a read-only transaction')
        : ok(statement, backend);
    const { response, text } = await post(refused, { sql: 'select 1' }, { token: READER });
    expect(response.status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({ code: 'server', server: { code: '25006' } });
  });

  it.each([
    'insert into t values (1)',
    'COMMIT',
    'set transaction read write',
    '/* select */ delete from t',
    '-- select\ndrop table t',
    'do $$ begin end $$',
    "copy t to program 'x'",
    "prepare transaction 'x'",
    'call p()',
    '',
    '/* select',
  ])('does not run %s', async (sql) => {
    const { response, backend } = await post(ok, { sql: sql || ' ' }, { token: READER });
    expect(response.status).toBe(403);
    expect(backend.statements).toEqual([]);
  });

  it('has its fence on request as well: who may write asks for it by "readOnly"', async () => {
    const { response, backend } = await post(ok, { sql: 'select 1', readOnly: true });
    expect(response.status).toBe(200);
    expect(statements(backend)).toEqual(['BEGIN READ ONLY', SERVER_LIMIT, 'select 1', 'ROLLBACK']);
    const writing = await post(ok, { sql: 'delete from t', readOnly: true });
    expect(writing.response.status).toBe(403);
    expect(writing.backend.statements).toEqual([]);
    expect(JSON.parse(writing.text).detail).toMatch(/^Only reading was asked for \("readOnly": true\)/);
    const plain = await post(ok, { sql: 'delete from t', readOnly: false });
    expect(plain.response.status).toBe(200);
  });

  it('cannot be lifted by "readOnly": false', async () => {
    const { response, text } = await post(ok, { sql: 'delete from t', readOnly: false }, { token: READER });
    expect(response.status).toBe(403);
    expect(JSON.parse(text).detail).toMatch(/^This token may only read: .*pg:write/);
  });

  it('reads no other connection', async () => {
    const { response, text } = await post(ok, { sql: 'select 1', connection: 'other' }, { token: READER });
    expect(response.status).toBe(403);
    expect(JSON.parse(text)).toMatchObject({ needs: 'pg:read:other' });
  });
});

describe('what is refused', () => {
  it.each([
    ['no SQL', {}, 400],
    ['empty SQL', { sql: '' }, 400],
    ['a member nobody knows', { sql: 'x', foo: 1 }, 400],
    ['a row mode nobody knows', { sql: 'x', rowMode: 'tuple' }, 400],
    ['half a surrogate pair', '{"sql":"x","params":["\\ud800"]}', 400],
    ['two texts', '{"sql":"x","sql":"y"}', 400],
    ['base64 that is none', { sql: 'x', params: [{ $base64: '*' }] }, 400],
    ['a NUL in the SQL', { sql: 'select \0' }, 400],
    ['a connection that is none', { sql: 'x', connection: 'nope' }, 403],
  ])('%s', async (_what, body, status) => {
    const { response, backend } = await post(table, body);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(backend.statements).toEqual([]);
  });

  it('maps the server’s errors, and shows no secret', async () => {
    const cases = [
      ['42601', 400],
      ['53300', 503],
      ['57P03', 503],
    ] as const;
    for (const [code, status] of cases) {
      const { response, text } = await post(() => errorResponse(code, 'no'), { sql: 'x' });
      expect([code, response.status]).toEqual([code, status]);
      expect(JSON.parse(text)).toMatchObject({ code: 'server', server: { code } });
      expect(text).not.toContain('top-secret');
    }
  });
});

it('names none of the hosts of a connection that has several', async () => {
  const refuse = async ({ hostname }: { hostname: string }) => {
    throw new FairleadError('connect_failed', `${hostname}:5432 refused the connection`);
  };
  const app = createApp({ routes: [postgresRoutes], connector: refuse });
  const url = 'postgres://app:top-secret@secret-a.test/shop?sslmode=disable';
  for (const main of [
    { url: 'postgres://app:top-secret@secret-a.test,secret-b.test/shop?sslmode=disable' },
    { url, hosts: [{ hostname: 'secret-a.test' }, { hostname: 'secret-b.test', port: 5433 }] },
  ]) {
    const response = await app.request(
      '/pg/query',
      {
        method: 'POST',
        headers: { authorization: `Bearer ${WRITER}`, 'content-type': 'application/json' },
        body: '{"sql":"select 1"}',
      },
      { ...ENV, FAIRLEAD_CONNECTIONS: { main } },
    );
    const text = await response.text();
    expect([response.status, text]).toEqual([502, expect.stringContaining('None of the hosts will do')]);
    expect(text).not.toMatch(/secret-[ab]/);
  }
});
