// PostgreSQL 15, 17 and 18: statements, errors, transactions, streams and cancellation, checked on the server's own side.
import { type Client, connect } from '@fairlead/postgres';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { failure, late } from './support.ts';

const { postgresVersions } = inject('servers');

describe.each([15, 17, 18] as const)('PostgreSQL %i', (version) => {
  const base = `postgres://scram:scram-password@localhost:${postgresVersions[version].port}/fairlead`;

  let client: Client;
  /** A second connection, to look at the first from outside. */
  let observer: Client;
  beforeAll(async () => {
    [client, observer] = await Promise.all([connect(base), connect(base)]);
    await client.query('create table if not exists log_entries (id int primary key, note text not null)');
  });
  afterAll(async () => {
    await client.query('drop table if exists log_entries');
    await Promise.all([client.close(), observer.close()]);
  });

  /** Waits until the server says that `processId` is in `state`, or gone. Ends with the test's own time limit at the latest. */
  async function untilState(processId: number, state: string | undefined): Promise<void> {
    for (let tries = 0; tries < 200; tries += 1) {
      const { rows } = await observer.query('select state from pg_stat_activity where pid = $1', [processId]);
      if (rows[0]?.state === state) return;
      await scheduler.wait(25);
    }
    throw new Error(`process ${processId} did not become ${state}`);
  }

  describe('statements', () => {
    it('calls issued together are answered in order', async () => {
      const results = await Promise.all(
        Array.from({ length: 200 }, (_, index) => client.query('select $1::int as v', [index])),
      );
      expect(results.map((result) => result.rows[0]?.v)).toEqual(Array.from({ length: 200 }, (_, i) => i));
    });

    it('say what they did', async () => {
      const inserted = await client.query(
        "insert into log_entries select g, 'x' from generate_series(1, 5) g",
      );
      expect(inserted).toMatchObject({ command: 'INSERT', rowCount: 5, rows: [] });
      const deleted = await client.query('delete from log_entries where id > 2 returning id');
      expect(deleted).toMatchObject({
        command: 'DELETE',
        rowCount: 3,
        rows: [{ id: 3 }, { id: 4 }, { id: 5 }],
      });
      await client.query('truncate log_entries');
    });
  });

  describe('errors', () => {
    it.each([
      ['select 1 +', '42601'],
      ['select * from nowhere', '42P01'],
      ['select 1 / 0', '22012'],
      ["select 'x'::int", '22P02'],
      ['select $1::int', '08P01'],
    ])('%s is `server` %s, and the connection goes on', async (sql, sqlState) => {
      expect(await failure(client.query(sql))).toMatchObject({ code: 'server', server: { code: sqlState } });
      expect((await client.query('select 1 as v')).rows).toEqual([{ v: 1 }]);
    });

    it('carry the constraint', async () => {
      await client.query("insert into log_entries values (100, 'x')");
      const error = await failure(client.query("insert into log_entries values (100, 'y')"));
      expect(error.server).toMatchObject({ code: '23505', fields: { constraint: 'log_entries_pkey' } });
    });

    it('in the middle of a result: division by zero in row 5000', async () => {
      const sql = 'select 10 / (5000 - g) as v from generate_series(1, 10000) g';
      expect((await failure(client.query(sql))).server?.code).toBe('22012');
      expect((await client.query('select 1 as v')).rows).toEqual([{ v: 1 }]);
    });

    it('a result over its limit is `limit`, and the connection goes on', async () => {
      const sql = 'select g from generate_series(1, 100000) g';
      expect((await failure(client.query(sql, [], { maxRows: 1000 }))).code).toBe('limit');
      expect((await client.query('select 1 as v')).rows).toEqual([{ v: 1 }]);
    });
  });

  describe('transactions', () => {
    const count = async () => (await observer.query('select count(*)::int as n from log_entries')).rows[0]?.n;

    it('commit what they did, and nobody sees it before', async () => {
      await client.query('truncate log_entries');
      await client.begin(async (transaction) => {
        await transaction.query("insert into log_entries values (1, 'a')");
        expect(await count()).toBe(0);
      });
      expect(await count()).toBe(1);
    });

    it('roll back when the work rejects', async () => {
      await client.query('truncate log_entries');
      const work = client.begin(async (transaction) => {
        await transaction.query("insert into log_entries values (1, 'a')");
        throw new RangeError('changed my mind');
      });
      await expect(work).rejects.toThrow('changed my mind');
      expect(await count()).toBe(0);
    });

    it('a savepoint undoes its own part alone', async () => {
      await client.query('truncate log_entries');
      await client.begin(async (transaction) => {
        await transaction.query("insert into log_entries values (1, 'kept')");
        const part = transaction.savepoint(async (inner) => {
          await inner.query("insert into log_entries values (2, 'undone')");
          await inner.query("insert into log_entries values (1, 'twice')");
        });
        expect((await failure(part)).server?.code).toBe('23505');
        await transaction.query("insert into log_entries values (3, 'kept too')");
      });
      expect((await observer.query('select id from log_entries order by id')).rows).toEqual([
        { id: 1 },
        { id: 3 },
      ]);
    });

    it('have the isolation asked for', async () => {
      const isolation = await client.begin(
        async (transaction) => (await transaction.query('show transaction_isolation')).rows,
        { isolation: 'serializable', readOnly: true },
      );
      expect(isolation).toEqual([{ transaction_isolation: 'serializable' }]);
    });
  });

  describe('streams', () => {
    it('hand out every row in order', async () => {
      const stream = client.stream('select g from generate_series(1, 200000) g', [], { rowMode: 'array' });
      let next = 1;
      for await (const [value] of stream) {
        if (value !== next) throw new Error(`row ${next} is ${String(value)}`);
        next += 1;
      }
      expect(next).toBe(200_001);
      expect(stream.summary).toEqual({ rowCount: 200_000, command: 'SELECT' });
    });

    it('hold the server back while nobody takes rows', async () => {
      // 400 MB: more than any buffer on the way, so that the server has to wait for the reader.
      const stream = client.stream("select repeat('x', 4000) as v from generate_series(1, 100000)");
      const rows = stream[Symbol.asyncIterator]();
      await rows.next();
      const waiting = 'select wait_event from pg_stat_activity where pid = $1';
      let event: unknown;
      for (let tries = 0; tries < 200 && event !== 'ClientWrite'; tries += 1) {
        await scheduler.wait(25);
        event = (await observer.query(waiting, [client.processId])).rows[0]?.wait_event;
      }
      expect(event).toBe('ClientWrite');
      await rows.return?.();
      await untilState(client.processId, 'idle');
      expect((await client.query('select 1 as v')).rows).toEqual([{ v: 1 }]);
    });

    it('left early, cancel the statement on the server', async () => {
      // In the select list, where the server makes its rows one by one.
      for await (const _row of client.stream('select generate_series(1, 1000000000)')) break;
      await untilState(client.processId, 'idle');
      expect((await client.query('select 1 as v')).rows).toEqual([{ v: 1 }]);
    });
  });

  describe('cancellation', () => {
    it.each(['disable', 'require'])(
      'an aborted query ends on the server too (sslmode=%s)',
      async (sslmode) => {
        await using own = await connect(`${base}?sslmode=${sslmode}`);
        const abort = new AbortController();
        const query = failure(own.query('select pg_sleep(60)', [], { signal: abort.signal }));
        await untilState(own.processId, 'active');
        abort.abort();
        expect((await query).code).toBe('aborted');
        await untilState(own.processId, 'idle');
        expect((await own.query('select 1 as v')).rows).toEqual([{ v: 1 }]);
      },
    );

    it('all queries that were sent end on the server with the connection’s own signal', async () => {
      const abort = new AbortController();
      const own = await connect(base, { signal: abort.signal });
      const queries = [1, 2, 3].map(() => failure(own.query('select pg_sleep(60)')));
      await untilState(own.processId, 'active');
      abort.abort();
      for (const query of queries) expect((await query).code).toBe('aborted');
      await untilState(own.processId, undefined);
    });

    it('a query that the server reads behind its cancellation ends there too', async () => {
      await using own = await connect(base, { connector: late('pg_sleep', 700) });
      const abort = new AbortController();
      const query = failure(own.query('select pg_sleep(60)', [], { signal: abort.signal }));
      await scheduler.wait(50);
      abort.abort();
      expect((await query).code).toBe('aborted');
      expect((await own.query('select 1 as v')).rows).toEqual([{ v: 1 }]);
    });

    it('a query past its time ends on the server too', async () => {
      const error = await failure(client.query('select pg_sleep(60)', [], { timeoutMs: 200 }));
      expect(error.code).toBe('timeout');
      await untilState(client.processId, 'idle');
    });

    it('a connection that the server ends mid-query is reported, not waited for', async () => {
      await using own = await connect(base);
      const query = failure(own.query('select pg_sleep(60)'));
      await untilState(own.processId, 'active');
      await observer.query('select pg_terminate_backend($1)', [own.processId]);
      // What the server says before it closes.
      expect(await query).toMatchObject({ code: 'server', server: { code: '57P01' } });
      await own.closed;
      expect(await failure(own.query('select 1'))).toMatchObject({ safeToRetry: true });
    });
  });
});
