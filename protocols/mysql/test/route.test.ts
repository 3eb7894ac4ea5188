// `POST /mysql/query` through the gateway's app: both answers, parameters, scopes, limits, errors.
import { createApp } from '@fairlead/http';
import { describe, expect, it } from 'vitest';
import { mysqlRoutes } from '../src/route/index.ts';
import { firstWord } from '../src/text/first-word.ts';
import { type Answer, Backend, err, ok, table } from './support/backend.ts';

const WRITER = 'writer-token-0123456789';
const READER = 'reader-token-0123456789';
const ENV = {
  FAIRLEAD_CONNECTIONS: {
    main: { url: 'mysql://app:top-secret@db.test/shop?sslmode=disable&multiStatements=true' },
    other: { url: 'mariadb://app:top-secret@other.test/shop?sslmode=disable' },
  },
  FAIRLEAD_TOKENS: [
    { name: 'writer', token: WRITER, scopes: ['mysql:write:main'] },
    { name: 'reader', token: READER, scopes: ['mysql:read:main'] },
  ],
  FAIRLEAD_LIMITS: { maxRows: 3, maxResultBytes: 1000 },
};

interface Call {
  readonly token?: string;
  readonly ndjson?: boolean;
}

async function post(answer: Answer, body: unknown, { token = WRITER, ndjson = false }: Call = {}) {
  const backend = new Backend(answer);
  const app = createApp({ routes: [mysqlRoutes], connector: backend.connector });
  const request = {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      ...(ndjson ? { accept: 'application/x-ndjson' } : {}),
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
  const response = await app.request('/mysql/query', request, ENV);
  return { response, backend, text: await response.text() };
}

const INT = { name: 'n', type: 3, collation: 63 };
const rows: Answer = () =>
  table(
    [
      { name: 'id', type: 8, collation: 63 },
      { name: 'j', type: 245, collation: 63 },
      { name: 'b', type: 252, collation: 63 },
      { name: 'id', type: 3, collation: 63 },
    ],
    [['9007199254740993', '{"n":\n 12345678901234567890}', Uint8Array.of(0, 1, 255), null]],
  );
const count =
  (n: number, cell = '1'): Answer =>
  () =>
    table(
      [{ name: 't', type: 253 }],
      Array.from({ length: n }, () => [cell]),
    );

describe('one document', () => {
  it('loses no digit and no byte', async () => {
    const { response, text } = await post(rows, { sql: 'select', rowMode: 'array' });
    expect(response.status).toBe(200);
    expect(text).toContain('"rows":[["9007199254740993",{"n":  12345678901234567890},"AAH/",null]]');
    expect(JSON.parse(text)).toMatchObject({
      columns: [
        { name: 'id', type: 'bigint', table: 't', schema: 'shop' },
        { name: 'j', type: 'json' },
        { name: 'b', type: 'blob' },
        { name: 'id', type: 'int' },
      ],
      rowCount: 1,
      command: 'SELECT',
    });
  });

  it('gives objects by default, the last of two columns of one name', async () => {
    const { text } = await post(rows, { sql: 'select' });
    expect(JSON.parse(text).rows).toEqual([
      { j: { n: Number('12345678901234567890') }, b: 'AAH/', id: null },
    ]);
  });

  it('says what a statement without rows did', async () => {
    const { text } = await post(() => [ok({ affectedRows: 2, lastInsertId: 9, warnings: 1 })], {
      sql: 'insert',
    });
    expect(JSON.parse(text)).toEqual({
      columns: [],
      rows: [],
      rowCount: 2,
      command: 'INSERT',
      affectedRows: 2,
      lastInsertId: '9',
      warningCount: 1,
    });
  });

  it('takes parameters of every JSON kind, by place and by name', async () => {
    const params = ["it's", 1.5, 7, true, null, [1], { a: 1 }, { $base64: 'AAH/' }];
    const places = await post(rows, { sql: '?,?,?,?,?,?,?,?', params });
    const named = Object.fromEntries(params.map((value, i) => [`p${i}`, value]));
    const names = await post(rows, { sql: params.map((_, i) => `:p${i}`).join(), params: named });
    expect(places.backend.statements).toEqual([
      " 'it''s' , 1.5e+0 , 7 , 1 , NULL , '[1]' , '{\"a\":1}' , X'0001ff' ",
    ]);
    expect(names.backend.statements).toEqual(places.backend.statements);
  });

  it('loses no digit of a number, and no character of JSON', async () => {
    const params =
      '[9007199254740993,-9223372036854775808,18446744073709551615,18446744073709551616,1e400,' +
      '0.1000000000000000055511151231,{"b":1.10, "1":9007199254740993},[1.0]]';
    const { backend } = await post(rows, `{"sql":"?,?,?,?,?,?,?,?","params":${params}}`);
    expect(backend.statements).toEqual([
      " 9007199254740993 , -9223372036854775808 , 18446744073709551615 , '18446744073709551616' ," +
        " '1e400' , '0.1000000000000000055511151231' , '{\"b\":1.10, \"1\":9007199254740993}' , '[1.0]' ",
    ]);
  });

  it('has further results behind the first', async () => {
    const call: Answer = () => [
      ...table([INT], [['1']], 0x0a),
      ...table([INT], [['2'], ['3']], 0x0a),
      ok({ affectedRows: 4 }),
    ];
    const { text } = await post(call, { sql: 'call p()' });
    expect(JSON.parse(text)).toMatchObject({
      rows: [{ n: 1 }],
      rowCount: 1,
      moreResults: [
        { columns: [{ name: 'n' }], rows: [{ n: 2 }, { n: 3 }], rowCount: 2 },
        { columns: [], rows: [], rowCount: 4, affectedRows: 4 },
      ],
    });
    const lines = (await post(call, { sql: 'call p()', rowMode: 'array' }, { ndjson: true })).text;
    const all = lines
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(all).toMatchObject([
      { columns: [{ name: 'n' }] },
      [1],
      { rowCount: 1, moreResults: true },
      { columns: [{ name: 'n' }] },
      [2],
      [3],
      { rowCount: 2, moreResults: true },
      { columns: [] },
      { rowCount: 4 },
    ]);
    expect(all.at(-1)).not.toHaveProperty('moreResults');
  });

  it('counts the rows of all results against its limits', async () => {
    const call: Answer = () => [...table([INT], [['1'], ['2']], 0x0a), ...table([INT], [['3'], ['4']])];
    expect((await post(call, { sql: 'call p()' })).response.status).toBe(413);
  });

  it('is no larger than its limits, and names the way out', async () => {
    for (const answer of [count(4), count(2, 'x'.repeat(600))]) {
      const { response, text } = await post(answer, { sql: 'select' });
      expect(response.status).toBe(413);
      expect(JSON.parse(text)).toMatchObject({ code: 'limit', detail: expect.stringContaining('ndjson') });
    }
    expect((await post(count(3), { sql: 'select' })).response.status).toBe(200);
  });
});

describe('NDJSON', () => {
  it('is a header, a line a row, a trailer', async () => {
    const { text } = await post(() => table([INT], [['1'], ['2']]), { sql: 'select' }, { ndjson: true });
    expect(text.trimEnd().split('\n')).toEqual([
      '{"columns":[{"name":"n","type":"int","table":"t","schema":"shop"}]}',
      '{"n":1}',
      '{"n":2}',
      '{"rowCount":2,"command":"SELECT","affectedRows":0,"lastInsertId":"0","warningCount":0}',
    ]);
  });

  it('streams past the limits of a document', async () => {
    const { text } = await post(count(20_000), { sql: 'select', rowMode: 'array' }, { ndjson: true });
    expect(text.trimEnd().split('\n')).toHaveLength(20_002);
  });

  it('an error before the rows is a status, one between them the last line', async () => {
    const early = await post(() => [err(1064, '42000', 'syntax')], { sql: 'x' }, { ndjson: true });
    expect(early.response.status).toBe(400);
    const late = await post(
      () => [...table([INT], [['1']]).slice(0, -1), err(1317, '70100', 'interrupted')],
      { sql: 'x' },
      { ndjson: true },
    );
    expect(late.response.status).toBe(200);
    const last = JSON.parse(late.text.trimEnd().split('\n').at(-1) ?? '');
    expect(last).toMatchObject({ error: { code: 'server', server: { code: '70100' } } });
  });
});

describe('a token that may only read', () => {
  const answer: Answer = (command, ...rest) =>
    /^(START|ROLLBACK)/.test(command.text) ? [ok()] : rows(command, ...rest);

  it.each([true, false])(
    'runs in a READ ONLY transaction that is rolled back (NDJSON: %s)',
    async (ndjson) => {
      const { response, backend } = await post(answer, { sql: 'select 1' }, { token: READER, ndjson });
      expect(response.status).toBe(200);
      expect(backend.statements).toEqual(['START TRANSACTION READ ONLY', 'select 1', 'ROLLBACK']);
    },
  );

  it.each([
    'insert into t values (1)',
    'COMMIT',
    'set transaction read write',
    '/* select */ delete from t',
    '-- select\ndrop table t',
    '# select\ndrop table t',
    'call p()',
    'do sleep(9)',
    'handler t open',
    'kill 7',
    "load data infile 'x' into table t",
    "select 1 into outfile '/tmp/x'",
    "select 1 InTo/**/dumpfile '/tmp/x'",
    "table t into outfile '/tmp/x'",
    "select load_file('/etc/passwd')",
    "select get_lock('a', 100)",
    'select @a := 1',
    'select 1 for update',
    'select 1 for\nshare',
    'select 1 lock in share mode',
    'select 1 /*! into outfile "x" */',
    'select 1 /*M! into outfile "x" */',
    '/*!50000 delete */ from t',
    "select '\\' into outfile '",
    "select 1 --\u0001'\n into outfile 'x'",
    'select 1 procedure analyse()',
    ' ',
    '/* select',
  ])('does not run %j', async (sql) => {
    const { response, backend } = await post(answer, { sql }, { token: READER });
    expect(response.status).toBe(403);
    expect(backend.statements).toEqual([]);
  });

  it.each([
    "select 'into'",
    'select `into`, "for update" /* into */ -- into',
    'select 1 # into',
    '((select 1))',
  ])('runs %j', async (sql) => {
    expect((await post(answer, { sql }, { token: READER })).response.status).toBe(200);
  });

  it('has its words told from comments and parentheses', () => {
    expect(firstWord('  /* a */ -- d\n# e\n ((select 1))')).toBe('SELECT');
    expect(firstWord('With x as (select 1) table x')).toBe('WITH');
    expect(firstWord('`select`')).toBe('');
  });

  it('has its fence on request as well: who may write asks for it by "readOnly"', async () => {
    const { response, backend } = await post(answer, { sql: 'select 1', readOnly: true });
    expect(response.status).toBe(200);
    expect(backend.statements).toEqual(['START TRANSACTION READ ONLY', 'select 1', 'ROLLBACK']);
    const writing = await post(answer, { sql: 'delete from t', readOnly: true });
    expect(writing.response.status).toBe(403);
    expect(writing.backend.statements).toEqual([]);
    expect(JSON.parse(writing.text).detail).toMatch(/^Only reading was asked for \("readOnly": true\)/);
    const plain = await post(answer, { sql: 'delete from t', readOnly: false });
    expect(plain.response.status).toBe(200);
  });

  it('cannot be lifted by "readOnly": false', async () => {
    const { response, text } = await post(
      answer,
      { sql: 'delete from t', readOnly: false },
      { token: READER },
    );
    expect(response.status).toBe(403);
    expect(JSON.parse(text).detail).toMatch(/^This token may only read: .*mysql:write/);
  });

  it('reads no other connection', async () => {
    const { response, text } = await post(
      answer,
      { sql: 'select 1', connection: 'other' },
      { token: READER },
    );
    expect(response.status).toBe(403);
    expect(JSON.parse(text)).toMatchObject({ needs: 'mysql:read:other' });
  });
});

describe('what is refused', () => {
  it.each([
    ['no SQL', {}, 400],
    ['empty SQL', { sql: '' }, 400],
    ['a member nobody knows', { sql: 'x', foo: 1 }, 400],
    ['a row mode nobody knows', { sql: 'x', rowMode: 'tuple' }, 400],
    ['parameters that are a text', { sql: 'x', params: 'x' }, 400],
    ['a parameter that stands twice', '{"sql":":a","params":{"a":1,"a":2}}', 400],
    ['base64 that is none', { sql: '?', params: [{ $base64: '*' }] }, 400],
    ['a wrong number of parameters', { sql: '? ?', params: [1] }, 400],
    ['a name without a value', { sql: ':a', params: { b: 1 } }, 400],
    ['an executable comment beside parameters', { sql: '/*! select */ ?', params: [1] }, 400],
    ['a connection that is none', { sql: 'x', connection: 'nope' }, 403],
  ])('%s', async (_what, body, status) => {
    const { response, backend } = await post(rows, body);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(backend.statements).toEqual([]);
  });

  it('maps the server’s errors, and shows no secret', async () => {
    const cases = [
      [1064, '42000', 400],
      [1062, '23000', 400],
      [1040, '08004', 503],
      [1205, 'HY000', 503],
      [3024, 'HY000', 504],
      [1969, '70100', 504],
    ] as const;
    for (const [errno, code, status] of cases) {
      const { response, text } = await post(() => [err(errno, code, 'no')], { sql: 'x' });
      expect([errno, response.status]).toEqual([errno, status]);
      const name = status === 504 ? 'timeout' : 'server';
      expect(JSON.parse(text)).toMatchObject({ code: name, server: { code } });
      expect(text).not.toContain('top-secret');
    }
  });
});
