// PostgreSQL 15, 17 and 18: statements and parameters that are refused, what that is called, and that the connection goes on.
import { type Client, type ConnectOptions, connect, type Parameter } from '@fairlead/postgres';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { failure } from './support.ts';

const { postgresVersions } = inject('servers');
const KEPT = { code: 'server', safeToRetry: false };

describe.each([15, 17, 18] as const)('PostgreSQL %i', (version) => {
  const url = `postgres://scram:scram-password@localhost:${postgresVersions[version].port}/fairlead?sslmode=disable`;
  const own = (options?: ConnectOptions) => connect(url, options);
  let client: Client;
  beforeAll(async () => {
    client = await own();
    await client.query('drop table if exists berths');
    await client.query(
      'create table berths (id int primary key, ship text check (length(ship) < 20), n int)',
    );
  });
  afterAll(async () => {
    await client.query('drop table if exists berths');
    await client.close();
  });
  const goesOn = async () => expect(await client.queryValue('select 1')).toBe(1);

  describe('parameters', () => {
    it.each<[name: string, value: unknown]>([
      ['undefined', undefined],
      ['a function', () => 1],
      ['a symbol', Symbol('x')],
      ['an invalid Date', new Date(Number.NaN)],
      [
        'a circle',
        Object.assign(
          {},
          {
            get self() {
              return this;
            },
          },
        ),
      ],
      ['a text with NUL', 'a\0b'],
      ['half a surrogate pair', '\ud800'],
      ['a Map', new Map()],
      ['undefined within an array', [1, undefined]],
    ])('%s is `usage`, and nothing is sent', async (_name, value) => {
      const error = await failure(
        Promise.resolve().then(() => client.query('select $1', [value as Parameter])),
      );
      expect(error).toMatchObject({ code: 'usage', safeToRetry: true });
      await goesOn();
    });

    it.each([
      ['int', '1.5', '22P02'],
      ['int', '99999999999', '22003'],
      ['bool', 'maybe', '22P02'],
      ['timestamptz', 'yesterday-ish', '22007'],
      ['date', '2024-02-30', '22008'],
      ['uuid', 'x', '22P02'],
      ['jsonb', '{', '22P02'],
      ['int[]', '{1,', '22P02'],
      ['bytea', '\\xz', '22023'],
    ])('$1::%s with %s is %s', async (type, value, code) => {
      const error = await failure(client.query(`select $1::${type}`, [value]));
      expect(error).toMatchObject({ ...KEPT, server: { code } });
      await goesOn();
    });

    it('too many, too few, and more than fit', async () => {
      expect(await failure(client.query('select 1', [1]))).toMatchObject({
        ...KEPT,
        server: { code: '08P01' },
      });
      expect(await failure(client.query('select $1::int', []))).toMatchObject({
        ...KEPT,
        server: { code: '08P01' },
      });
      const many = Array.from({ length: 65_536 }, () => 1);
      expect((await failure(Promise.resolve().then(() => client.query('select 1', many)))).code).toBe(
        'usage',
      );
      await goesOn();
    });

    it('a value never stands in the message', async () => {
      const error = await failure(
        client.query('select $1::text, undefined_function($2::text)', ['hush-hush', 'x']),
      );
      expect(error.message).not.toContain('hush');
    });
  });

  describe('limits', () => {
    it('of rows and of bytes', async () => {
      const sql = "select repeat('x', 1000) from generate_series(1, 5000)";
      expect(await failure(client.query(sql, [], { maxRows: 10 }))).toMatchObject({
        code: 'limit',
        blame: 'local',
      });
      expect(await failure(client.query(sql, [], { maxBytes: 10_000 }))).toMatchObject({ code: 'limit' });
      expect(await failure(client.queryRow('select generate_series(1, 2)'))).toMatchObject({ code: 'limit' });
      await goesOn();
    });

    it('a row that is too long is skipped before memory is set aside', async () => {
      await using small = await own({ limits: { maxRowBytes: 100_000 } });
      const error = await failure(small.query("select repeat('x', 200000)"));
      expect(error).toMatchObject({ code: 'limit', safeToRetry: false });
      expect(await small.queryValue('select 1')).toBe(1);
    });
  });

  describe('errors among others', () => {
    it('in a pipeline leave the others their results', async () => {
      const asked = ['1', '1 / 0', 'nothing', "'x'::int", '2'].map((each) =>
        client.query(`select ${each} as v`),
      );
      const settled = await Promise.allSettled(asked);
      expect(
        settled.map((each) => (each.status === 'fulfilled' ? each.value.rows : each.reason.server.code)),
      ).toEqual([[{ v: 1 }], '22012', '42703', '22P02', [{ v: 2 }]]);
    });

    it('in a transaction fail what comes behind, and the transaction', async () => {
      const codes: unknown[] = [];
      const work = client.begin(async (transaction) => {
        await transaction.query('insert into berths values (1)');
        for (const sql of ['select 1 / 0', 'select 1']) {
          codes.push((await failure(transaction.query(sql))).server?.code);
        }
      });
      expect(await failure(work)).toMatchObject({ ...KEPT, server: { code: '25P02' } });
      expect(codes).toEqual(['22012', '25P02']);
      expect(await client.queryValue('select count(*)::int from berths')).toBe(0);
    });

    it.each([
      ['insert into berths values (1), (1)', '23505'],
      ['insert into berths values (null)', '23502'],
      ["insert into berths values (1, 'a name that is far too long')", '23514'],
      ['drop table harbours_of_nowhere', '42P01'],
      ['create role x superuser', '42501'],
      ['selec', '42601'],
      ["select 'x", '42601'],
      ['', undefined],
    ])('%s is %s', async (sql, code) => {
      if (code === undefined)
        expect(await client.query(sql)).toMatchObject({ rows: [], command: '', rowCount: 0 });
      else expect(await failure(client.query(sql))).toMatchObject({ ...KEPT, server: { code } });
      await goesOn();
    });

    it('in reading alone leave nothing open', async () => {
      for (let n = 0; n < 2; n += 1) {
        const write = client.query('insert into berths values (1)', [], { readOnly: true });
        expect(await failure(write)).toMatchObject({ ...KEPT, server: { code: '25006' } });
        expect((await client.query('select 1 as v', [], { readOnly: true })).rows).toEqual([{ v: 1 }]);
      }
      await client.query('insert into berths values (1)');
      await client.query('truncate berths');
    });

    it('in a script undo all of it', async () => {
      const error = await failure(
        client.script('insert into berths values (7); select 1 / 0; insert into berths values (8)'),
      );
      expect(error).toMatchObject({ ...KEPT, server: { code: '22012' } });
      expect(await client.queryValue('select count(*)::int from berths')).toBe(0);
    });

    it('COPY where it does not belong, and a source that fails', async () => {
      expect((await failure(Promise.resolve().then(() => client.query('copy berths to stdout')))).code).toBe(
        'usage',
      );
      expect(await failure(client.copyFrom('copy berths from stdin', ['1\ta\tx\n']))).toMatchObject({
        ...KEPT,
        server: { code: '22P02' },
      });
      async function* broken() {
        yield '1\ta\t1\n';
        throw new RangeError('no more');
      }
      await expect(client.copyFrom('copy berths from stdin', broken())).rejects.toThrow('no more');
      expect(await client.queryValue('select count(*)::int from berths')).toBe(0);
    });
  });
});
