// Which texts and values are prepared: by what they are, and for how long.
import { describe, expect, it, vi } from 'vitest';
import { connect } from '../src/index.ts';
import { areReusable } from '../src/statements/reusable-values.ts';
import {
  copiesToClient,
  isCopy,
  isDefining,
  isPlain,
  isReusable,
  mayDefine,
} from '../src/statements/statement-kind.ts';
import { Backend, errorResponse, message, result } from './support/backend.ts';

const url = 'postgres://app@db.test/shop?sslmode=disable';
const one = (): Uint8Array => result([['a', 23]], [['1']]);

describe('a text is reusable', () => {
  it.each([
    'select 1',
    '  \n select * from t where id = $1',
    '-- name: one\nselect 1',
    '/* who */ (select 1) union select 2',
    "select \"it's\" from t where status = 'active'",
    "select '{}'::jsonb -- it's 5",
    "insert into t values ($1, 'a''b')",
    'with x as (select 1) select * from x limit 10',
  ])('%s', (text) => expect(isReusable(text)).toBe(true));

  it.each([
    "select timestamptz '2022-01-01'",
    "select date 'today'",
    "select 'NOW'::timestamp",
    "select * from t where at > '1 day'",
    "select money '1,5'",
    "select 'f'::regproc",
    "select E'\\x41'",
    'select $$2022-01-01$$',
    'select $tag$today$tag$',
    "select /* it's */ 'today'",
    'begin',
    'set x to 1',
    'execute q',
    'fetch c',
    'copy t to stdout',
    'alter table t add b int',
    `select ${'1, '.repeat(10_000)} 1`,
  ])('and not: %.40s', (text) => expect(isReusable(text)).toBe(false));

  it('by its first word, wherever that stands', () => {
    const inside = ['', '-- copy\n', '/* copy */ (', ' \n/* a */-- b\n/**/'];
    for (const before of inside) {
      expect(isPlain(`${before}select 1`)).toBe(true);
      expect(isPlain(`${before}begin`)).toBe(false);
      expect(isDefining(`${before}drop table t`)).toBe(true);
      expect(isCopy(`${before}copy t from stdin`)).toBe(true);
    }
    // Comments nest.
    expect(isPlain('/* a /* b */ select 1 */ begin')).toBe(false);
    expect(isCopy('select copy')).toBe(false);
  });

  it('is judged in time that grows with the text', () => {
    for (const piece of ["'", '"', '--', '/*', '$', "' --", ' (']) {
      const text = `select 1 ${piece.repeat(1 << 20)}`;
      const startedAt = performance.now();
      for (const judge of [isReusable, isPlain, isDefining, mayDefine, copiesToClient]) judge(text);
      expect(performance.now() - startedAt).toBeLessThan(1_000);
    }
  });
});

describe('values last', () => {
  const cases: readonly (readonly [oid: number, text: string, lasting: boolean])[] = [
    [23, '42', true],
    [23, '-7', true],
    [23, '007', false],
    [23, ' 7', false],
    [23, 'abc', false],
    [20, '9007199254740993', true],
    [1700, '12', true],
    [1700, '12.50', false],
    [700, '123456', true],
    [700, '1234567', false],
    [701, '0.5', false],
    [16, 'true', true],
    [16, 't', false],
    [25, "anything 'at' all", true],
    [2950, '6f9619ff-8b86-d011-b42d-00cf4fc964ff', true],
    [2950, '{6F9619FF-8b86-d011-b42d-00cf4fc964ff}', false],
    [1007, '{1,2,"3"}', true],
    [1007, '{1,x}', false],
    [1114, '2022-01-01 00:00:00-02', false],
    [1184, '2022-01-01T00:00:00Z', false],
    [3802, '{"a":1}', false],
    [16_500, 'label', false],
  ];
  it.each(cases)('of type %i: %s: %s', (oid, text, lasting) => {
    expect(areReusable([text], [oid], [])).toBe(lasting);
  });

  it('NULL always, and what the caller named the type of', () => {
    expect(areReusable([null, 'x', new Uint8Array(1)], [1184, 1184, 17], [0, 1184, 17])).toBe(true);
    expect(areReusable(['1'], [], [])).toBe(false);
  });
});

describe('a prepared statement', () => {
  const flights = ({ statements }: Backend): string[] => statements.map(({ messages }) => messages);

  it('is left alone for a value that another type would read otherwise', async () => {
    const backend = new Backend(one);
    backend.parameterType = 1114;
    await using db = await connect(url, { connector: backend.connector });
    for (let i = 0; i < 3; i += 1) await db.query('select $1', ['2022-01-01 00:00:00-02']);
    expect(flights(backend)).toEqual(['PDBDES', 'PBDES', 'PBDES']);
    for (let i = 0; i < 2; i += 1) await db.query('select $1', [null]);
    expect(flights(backend).slice(3)).toEqual(['PBDES', 'BDES']);
  });

  it('is forgotten after a minute, and when a definition changes, also in the same flight', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const backend = new Backend(({ text }) =>
        text.startsWith('alter') ? message('C', 'ALTER TABLE\0') : one(),
      );
      await using db = await connect(url, { connector: backend.connector });
      const run = () => db.query('select 1');
      for (let i = 0; i < 3; i += 1) await run();
      expect(flights(backend)).toEqual(['PBDES', 'PBDES', 'BDES']);
      vi.setSystemTime(Date.now() + 60_000);
      await run();
      expect(flights(backend).at(-1)).toBe('CPBDES');
      for (let i = 0; i < 2; i += 1) await run();
      await Promise.all([db.query('alter table t add b int'), run()]);
      expect(flights(backend).at(-1)).toBe('CPBDES');
    } finally {
      vi.useRealTimers();
    }
  });

  it.each(['22P02', '42804', 'XX000', '26000', '0A000'])(
    'refused by %s at Bind is run without its name',
    async (code) => {
      const backend = new Backend(({ messages }) =>
        messages.includes('P') ? one() : errorResponse(code, 'no longer'),
      );
      backend.bindingAnswers = true;
      await using db = await connect(url, { connector: backend.connector });
      for (let i = 0; i < 5; i += 1) expect((await db.query('select $1', ['x'])).rows).toEqual([{ a: 1 }]);
      // And not prepared any more: a pooler may give out what it knows, under any name.
      expect(flights(backend).filter((each) => !each.includes('P'))).toEqual(['BDES']);
    },
  );

  it('is not run again behind something that may have begun a transaction', async () => {
    const backend = new Backend(({ messages, text }) =>
      messages.includes('P') || text === 'begin' ? one() : errorResponse('26000', 'forgotten'),
    );
    backend.bindingAnswers = true;
    await using db = await connect(url, { connector: backend.connector });
    for (let i = 0; i < 2; i += 1) await db.query('select 1');
    const [first] = await Promise.allSettled([db.query('select 1'), db.query('begin')]);
    expect(first).toMatchObject({ status: 'rejected', reason: { server: { code: '26000' } } });
  });

  it('whose description is the one before keeps its columns, and one that differs does not', async () => {
    let name = 'a';
    const backend = new Backend(() => result([[name, 23]], [['1']]));
    await using db = await connect(url, { connector: backend.connector });
    for (const now of ['a', 'a', 'a', 'b', 'b']) {
      name = now;
      expect((await db.query('select 1')).rows).toEqual([{ [now]: 1 }]);
    }
  });
});
