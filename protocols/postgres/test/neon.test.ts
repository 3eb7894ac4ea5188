// `POST /pg/sql` through the gateway's app, as Neon's driver asks: values, batches, which connection, failures.
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
const ANYWHERE = 'anywhere-token-0123456789';
const ENV = {
  FAIRLEAD_CONNECTIONS: {
    main: { url: 'postgres://app:top-secret@db.test/shop?sslmode=disable' },
    other: { url: 'postgres://app:top-secret@other.test/shop?sslmode=disable' },
  },
  FAIRLEAD_TOKENS: [
    { name: 'writer', token: WRITER, scopes: ['pg:write:main'] },
    { name: 'reader', token: READER, scopes: ['pg:read:main'] },
    { name: 'anywhere', token: ANYWHERE, scopes: ['pg:write'] },
  ],
  FAIRLEAD_TARGETS: ['*.allowed.example.com:5432'],
  FAIRLEAD_LIMITS: { maxRows: 4, maxResultBytes: 2000, maxCommands: 3 },
};
const OWN = 'postgresql://own:own-secret@db.allowed.example.com/own?sslmode=disable';

interface Call {
  readonly token?: string;
  readonly headers?: Record<string, string>;
  readonly path?: string;
}

/** As `neon()` asks: without a Content-Type, but with a connection string. */
async function post(answer: Answer, body: unknown, { token = WRITER, headers = {}, path = '' }: Call = {}) {
  const backend = new Backend(answer);
  const dialled: string[] = [];
  const app = createApp({
    routes: [postgresRoutes],
    connector: (address, options) => {
      dialled.push(address.hostname);
      return backend.connector(address, options);
    },
  });
  const response = await app.request(
    `/pg/sql${path}`,
    {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'neon-connection-string': 'postgresql://x:header-secret@fairlead/db?application_name=neon',
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    },
    ENV,
  );
  const text = await response.text();
  expect(text).not.toMatch(/top-secret|header-secret|own-secret/);
  return { response, status: response.status, backend, dialled, text, json: () => JSON.parse(text) };
}

const RAW = { 'neon-raw-text-output': 'true', 'neon-array-mode': 'true' };
const columns = [
  ['b', 16],
  ['i', 23],
  ['n', 20],
  ['f', 701],
  ['j', 3802],
  ['d', 1184],
  ['y', 17],
  ['a', 1007],
  ['o', 26],
] as const;
const row = [
  't',
  '7',
  '9007199254740993',
  'NaN',
  '{"n": 12345678901234567890}',
  '2024-02-29 12:34:56.123456+00',
  '\\x00ff',
  '{{1,NULL},{3,4}}',
  '5',
] as const;
const table: Answer = () => result(columns, [row, columns.map(() => null)]);
const ok: Answer = ({ text }) =>
  /^(BEGIN|COMMIT|ROLLBACK)/.test(text)
    ? message('C', `${text.split(' ')[0]}\0`)
    : result([['n', 23]], [['1']]);
const statements = (backend: Backend): string[] => backend.statements.map(({ text }) => text);

describe('a statement', () => {
  it('in raw text and arrays, as the driver asks for it', async () => {
    const { response, json } = await post(table, { query: 'select', params: [] }, { headers: RAW });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(json()).toMatchObject({
      command: 'SELECT',
      rowCount: 2,
      rowAsArray: true,
      rows: [row, columns.map(() => null)],
    });
    expect(json().fields[1]).toEqual({
      name: 'i',
      dataTypeID: 23,
      tableID: 0,
      columnID: 0,
      dataTypeSize: -1,
      dataTypeModifier: -1,
      format: 'text',
    });
  });

  it('in objects and values of JSON, without the headers', async () => {
    const { text, json } = await post(table, { query: 'select' });
    expect(json()).toMatchObject({ rowAsArray: false, rowCount: 2 });
    expect(text).toContain(
      '{"b":true,"i":7,"n":"9007199254740993","f":"NaN","j":{"n": 12345678901234567890},' +
        '"d":"2024-02-29 12:34:56.123456+00","y":"\\\\x00ff","a":[[1,null],[3,4]],"o":"5"}',
    );
  });

  it('takes its own word on arrays before the header’s, and a flag only if it is "true"', async () => {
    const one: Answer = () => result([['n', 23]], [['1']]);
    const own = await post(one, { query: 'x', arrayMode: false }, { headers: RAW });
    expect(own.json()).toMatchObject({ rowAsArray: false, rows: [{ n: '1' }] });
    const loose = await post(one, { query: 'x' }, { headers: { 'neon-array-mode': 'TRUE' } });
    expect(loose.json()).toMatchObject({ rowAsArray: false, rows: [{ n: 1 }] });
  });

  it.each([
    ['CREATE TABLE', 'CREATE', null],
    ['INSERT 0 3', 'INSERT', 3],
    ['UPDATE 0', 'UPDATE', 0],
    ['SET', 'SET', null],
    ['SELECT 0', 'SELECT', 0],
  ])('ends with the tag %s', async (tag, command, rowCount) => {
    const { json } = await post(() => message('C', `${tag}\0`), { query: 'x' });
    expect(json()).toEqual({ fields: [], rows: [], command, rowCount, rowAsArray: false });
  });

  it('may be empty', async () => {
    const { json } = await post(() => message('I'), { query: '' });
    expect(json()).toMatchObject({ fields: [], rows: [], command: '', rowCount: null });
  });

  it('has parameters of text, null, and every JSON kind', async () => {
    const params = ['x', null, 1.5, true, ['a"', null, [1]], { k: 1 }, { $base64: 'AP8=' }];
    const { backend } = await post(ok, { query: 'x', params, ignored: 1 });
    expect(backend.statements[0]?.parameters.slice(0, 6)).toEqual([
      'x',
      null,
      '1.5',
      'true',
      '{"a\\"",NULL,{1}}',
      '{"k":1}',
    ]);
    expect(statements(backend)).toEqual(['x']);
  });

  it('is no larger than the limits', async () => {
    const rows = (count: number, cell: string) => () =>
      result(
        [['t', 25]],
        Array.from({ length: count }, () => [cell]),
      );
    for (const answer of [rows(5, 'x'), rows(3, 'x'.repeat(1000))]) {
      const { status, json } = await post(answer, { query: 'x' });
      expect(status).toBe(413);
      expect(json()).toMatchObject({ code: 'limit', detail: expect.stringContaining('/pg/query') });
    }
    expect((await post(rows(4, 'x'), { query: 'x' })).status).toBe(200);
  });
});

describe('a batch', () => {
  const two = {
    queries: [
      { query: 'a', params: ['1'] },
      { query: 'b', arrayMode: true },
    ],
  };

  it('is one transaction, and a result for each statement', async () => {
    const { json, backend } = await post(ok, two);
    expect(statements(backend)).toEqual(['BEGIN', 'a', 'b', 'COMMIT']);
    expect(json()).toMatchObject({
      results: [
        { rows: [{ n: 1 }], rowAsArray: false },
        { rows: [[1]], rowAsArray: true },
      ],
    });
  });

  it.each([
    [{}, 'BEGIN'],
    [{ 'neon-batch-isolation-level': 'RepeatableRead' }, 'BEGIN ISOLATION LEVEL REPEATABLE READ'],
    [
      {
        'neon-batch-isolation-level': 'Serializable',
        'neon-batch-read-only': 'true',
        'neon-batch-deferrable': 'true',
      },
      'BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY DEFERRABLE',
    ],
    [{ 'neon-batch-read-only': 'false', 'neon-batch-deferrable': 'false' }, 'BEGIN'],
  ])('with %o', async (headers, begin) => {
    const { backend, response } = await post(ok, two, { headers });
    expect(statements(backend)[0]).toBe(begin);
    const level = (headers as Record<string, string>)['neon-batch-isolation-level'] ?? null;
    expect(response.headers.get('neon-batch-isolation-level')).toBe(level);
  });

  it('of nothing is nothing', async () => {
    expect((await post(ok, { queries: [] })).json()).toEqual({ results: [] });
  });

  it('is rolled back at the first failure, which is told', async () => {
    const failing: Answer = (asked, backend) =>
      asked.text === 'b' ? errorResponse('23505', 'duplicate') : ok(asked, backend);
    const { status, json, backend } = await post(failing, {
      queries: [{ query: 'a' }, { query: 'b' }, { query: 'c' }],
    });
    expect([status, json().code]).toEqual([400, '23505']);
    expect(statements(backend)).toEqual(['BEGIN', 'a', 'b', 'ROLLBACK']);
  });

  it('has the limits of one result, and one of statements', async () => {
    const three: Answer = (asked, backend) =>
      asked.text === 'x' ? result([['n', 23]], [['1'], ['2'], ['3']]) : ok(asked, backend);
    const large = await post(three, { queries: [{ query: 'x' }, { query: 'x' }] });
    expect([large.status, large.json().code]).toEqual([413, 'limit']);
    const many = await post(ok, { queries: Array(4).fill({ query: 'x' }) });
    expect([many.status, statements(many.backend)]).toEqual([413, []]);
  });
});

describe('which connection', () => {
  const one = { query: 'select 1' };
  const named = (host: string) => ({
    'neon-connection-string': `postgresql://x:header-secret@${host}/db`,
  });

  it.each([
    ['the placeholder', named('fairlead'), '', 'db.test'],
    ['a placeholder in capitals', named('FairLead'), '', 'db.test'],
    ['a name in the placeholder', named('other.fairlead'), '', 'other.test'],
    ['a name in the query', named('other.fairlead'), '?connection=main', 'db.test'],
    ['a name in the query, and any host', named('ep-x.neon.example'), '?connection=other', 'other.test'],
    [
      'a name in the header, and no URL',
      { 'neon-connection-string': 'x', 'fairlead-connection': 'other' },
      '',
      'other.test',
    ],
    ['a host that the policy allows', { 'neon-connection-string': OWN }, '', 'db.allowed.example.com'],
    ['Fairlead’s own header', { ...named('fairlead'), 'fairlead-url': OWN }, '', 'db.allowed.example.com'],
  ])('%s', async (_what, headers, path, host) => {
    const { status, dialled } = await post(ok, one, { headers, path, token: ANYWHERE });
    expect([status, dialled]).toEqual([200, [host]]);
  });

  it.each([
    ['a name nobody has', named('nope.fairlead'), '', ANYWHERE, 404, 'not_found'],
    ['a name that the token may not use', named('other.fairlead'), '', WRITER, 403, 'forbidden'],
    ['a host that the policy knows not', named('db.elsewhere.example'), '', ANYWHERE, 403, 'policy'],
    ['a host inside', named('localhost'), '', ANYWHERE, 403, 'policy'],
    ['a host that the token may not choose', { 'neon-connection-string': OWN }, '', WRITER, 403, 'forbidden'],
    ['a name in the query that nobody has', named('fairlead'), '?connection=a', ANYWHERE, 404, 'not_found'],
    ['no URL', { 'neon-connection-string': 'header-secret' }, '', ANYWHERE, 400, 'usage'],
    [
      'another scheme',
      { 'neon-connection-string': 'http://a.allowed.example.com/' },
      '',
      ANYWHERE,
      400,
      'usage',
    ],
    ['a second host', { 'neon-connection-string': `${OWN}&host=db.inside` }, '', ANYWHERE, 400, 'usage'],
    [
      'several hosts',
      { 'neon-connection-string': 'postgres://a:header-secret@x.fairlead,y/db' },
      '',
      ANYWHERE,
      400,
      'usage',
    ],
  ])('not %s', async (_what, headers, path, token, status, code) => {
    const refused = await post(ok, one, { headers, path, token });
    expect([refused.status, refused.json().code, refused.dialled]).toEqual([status, code, []]);
  });

  it('a refused host is told the way out', async () => {
    for (const token of [ANYWHERE, WRITER]) {
      const { json } = await post(ok, one, { headers: named('db.elsewhere.example'), token });
      expect(json().detail).toContain('<name>.fairlead');
    }
  });

  it('the default one, without a connection string', async () => {
    const backend = new Backend(ok);
    const app = createApp({ routes: [postgresRoutes], connector: backend.connector });
    const init = { method: 'POST', headers: { authorization: `Bearer ${WRITER}` }, body: '{"query":"x"}' };
    expect((await app.request('/pg/sql', init, ENV)).status).toBe(200);
  });
});

describe('a token that may only read', () => {
  it('reads in a READ ONLY transaction that is rolled back', async () => {
    const single = await post(ok, { query: 'select 1' }, { token: READER });
    expect([single.status, statements(single.backend)]).toEqual([
      200,
      ['BEGIN READ ONLY', SERVER_LIMIT, 'select 1', 'ROLLBACK'],
    ]);
    const headers = { 'neon-batch-read-only': 'false' };
    const batch = { queries: [{ query: 'select 1' }, { query: 'show x' }] };
    const several = await post(ok, batch, { token: READER, headers });
    expect(several.json().results).toHaveLength(2);
    expect(statements(several.backend)).toEqual([
      'BEGIN READ ONLY',
      SERVER_LIMIT,
      'select 1',
      'show x',
      'ROLLBACK',
    ]);
  });

  it.each(['insert into t values (1)', 'commit', ''])(
    'does not run "%s", nor what stands beside it',
    async (query) => {
      for (const body of [{ query }, { queries: [{ query: 'select 1' }, { query }] }]) {
        const { status, backend } = await post(ok, body, { token: READER });
        expect([status, statements(backend)]).toEqual([403, []]);
      }
    },
  );
});

describe('failures', () => {
  it('are the server’s own members, whatever they are about', async () => {
    const fields = { D: 'why', H: 'how', P: '8', c: 'col', n: 'key', d: 'int4', R: 'fn', L: '1', F: 'f.c' };
    const { status, json, response } = await post(() => errorResponse('42601', 'no', fields), { query: 'x' });
    expect([status, response.headers.get('content-type')]).toEqual([400, 'application/json']);
    expect(json()).toMatchObject({
      message: 'no',
      code: '42601',
      severity: 'ERROR',
      detail: 'why',
      hint: 'how',
      position: '8',
      column: 'col',
      constraint: 'key',
      dataType: 'int4',
      routine: 'fn',
      line: '1',
      file: 'f.c',
      schema: null,
      table: null,
      where: null,
      internalPosition: null,
      internalQuery: null,
    });
    // /pg/query says 503: but of that the driver would show no code.
    expect((await post(() => errorResponse('53300', 'full'), { query: 'x' })).status).toBe(400);
  });

  it('behind the first rows are failures all the same', async () => {
    const late = () => bytes(rowDescription([['n', 23]]), dataRow(['1']), errorResponse('22012', 'zero'));
    const { status, json } = await post(late, { query: 'x' });
    expect([status, json().code]).toEqual([400, '22012']);
  });

  it('are none of numbers with many digits', async () => {
    const params = '[9007199254740993,{"n":1.10,"m":1e400}]';
    const sent = ['9007199254740993', '{"n":1.10,"m":1e400}'];
    const one = await post(ok, `{"query":"x","params":${params}}`);
    expect(one.backend.statements.map(({ parameters }) => parameters)).toEqual([sent]);
    const several = await post(ok, `{"queries":[{"query":"x","params":${params}}]}`);
    expect(several.backend.statements.map(({ parameters }) => parameters)).toContainEqual(sent);
  });

  it('are flags that were sent twice, of which none may be lost', async () => {
    const headers = { 'Neon-Batch-Read-Only': 'true, true' };
    const { status, json } = await post(ok, { queries: [{ query: 'x' }] }, { headers });
    expect([status, json().code]).toEqual([400, 'invalid']);
  });

  it.each([
    ['no JSON', '{"query":', 'invalid'],
    ['nothing to run', {}, 'invalid'],
    ['one and several', { query: 'x', queries: [] }, 'invalid'],
    ['a query that is no text', { query: 1 }, 'invalid'],
    ['parameters that are no list', { query: 'x', params: 'x' }, 'invalid'],
    ['a query that stands twice', '{"query":"x","query":"y"}', 'invalid'],
    ['NUL in the text', { query: 'a\0b' }, 'usage'],
    ['COPY', { query: 'copy t from stdin' }, 'usage'],
  ])('of the request have a message as well: %s', async (_what, body, code) => {
    const { status, json, backend } = await post(ok, body);
    expect([status, json().code, statements(backend)]).toEqual([400, code, []]);
    expect(json().message).toBe(json().detail);
  });

  it('of an unknown isolation level', async () => {
    const headers = { 'neon-batch-isolation-level': 'serializable' };
    const { status, json, backend } = await post(ok, { queries: [] }, { headers });
    expect([status, json().code, statements(backend)]).toEqual([400, 'invalid', []]);
  });

  it('a caller who goes away cancels the statement on the server', async () => {
    const abort = new AbortController();
    const backend = new Backend(
      () =>
        new Promise((resolve) => {
          backend.onCancel = () => resolve(errorResponse('57014', 'cancelled'));
          abort.abort();
        }),
    );
    const app = createApp({ routes: [postgresRoutes], connector: backend.connector });
    const headers = { authorization: `Bearer ${WRITER}` };
    const init = { method: 'POST', headers, body: '{"query":"x"}', signal: abort.signal };
    const response = await app.request('/pg/sql', init, ENV);
    expect([response.status, backend.cancellations]).toEqual([499, 1]);
  });

  it('without a token it is a problem document', async () => {
    const { status, json } = await post(ok, { query: 'x' }, { token: 'wrong' });
    expect([status, json().code]).toEqual([401, 'unauthorized']);
  });
});
