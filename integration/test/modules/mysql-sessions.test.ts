// MySQL 9.7 and MariaDB 11.8: transactions that end before their time, what statements change in their session, time
// limits that the server keeps, and goodbyes.
import { type Client, connect, type TransactionOptions } from '@fairlead/mysql';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { failure } from './support.ts';

const { mysql, mariadb } = inject('servers');
const URLS = {
  mysql: `mysql://sha2:sha2-password@localhost:${mysql.port}/fairlead`,
  mariadb: `mariadb://native:native-password@localhost:${mariadb.good.port}/fairlead`,
};

describe.each(['mysql', 'mariadb'] as const)('%s', (server) => {
  let client: Client;
  let observer: Client;
  beforeAll(async () => {
    [client, observer] = await Promise.all([connect(URLS[server]), connect(URLS[server])]);
    await client.query('drop table if exists session_notes');
    await client.query('create table session_notes (id int primary key, note varchar(50)) engine = innodb');
  });
  afterAll(async () => {
    await client.query('drop table session_notes');
    await Promise.all([client.close(), observer.close()]);
  });
  const ids = async () =>
    (await observer.query('select id from session_notes order by id', [], { rowMode: 'array' })).rows.flat();

  describe('transactions', () => {
    it('begin() aborted at each moment of its way loses nothing that comes later', async () => {
      await client.query('truncate session_notes');
      for (let id = 0; id < 60; id += 1) {
        const controller = new AbortController();
        const options: TransactionOptions = { signal: controller.signal, isolation: 'serializable' };
        const begun = client
          .begin(async () => scheduler.wait(5), options)
          .then(
            () => 'done',
            (error: unknown) => error,
          );
        for (let turn = 0; turn < id % 12; turn += 1) await Promise.resolve();
        if (id % 3 > 0) await scheduler.wait(id % 3);
        controller.abort();
        await client.query('insert into session_notes (id) values (?)', [id]);
        expect(await ids()).toHaveLength(id + 1);
        await begun;
      }
    }, 60_000);

    it('that a deadlock has undone commits nothing of what follows', async () => {
      await client.query('truncate session_notes');
      await client.query("insert into session_notes values (1, ''), (2, '')");
      const update = 'update session_notes set note = concat(note, ?) where id = ?';
      let locked = 0;
      const lock = (own: Client, first: number, second: number, extra: number) =>
        own.begin(async (tx) => {
          await tx.query('insert into session_notes values (?, ?)', [extra, 'mine']);
          await tx.query(update, ['x', first]);
          locked += 1;
          while (locked < 2) await scheduler.wait(5);
          const seen = await tx.query(update, ['x', second]).catch((error: unknown) => error);
          // As code does that logs an error and goes on.
          if (seen instanceof Error)
            await failure(tx.query('insert into session_notes values (?, ?)', [99, 'lost']));
        });
      const outcomes = await Promise.allSettled([lock(client, 1, 2, 10), lock(observer, 2, 1, 20)]);
      const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
      expect(failed).toMatchObject([{ reason: { code: 'server', server: { code: '40001' } } }]);
      expect(await ids()).toHaveLength(3);
      expect(await ids()).not.toContain(99);
    });

    it('of concurrent savepoints each undoes its own part', async () => {
      await client.query('truncate session_notes');
      await client.begin(async (tx) => {
        const part = (id: number) =>
          tx
            .savepoint(async (inner) => {
              await inner.query('insert into session_notes (id) values (?)', [id]);
              if (id % 2 === 0) throw new Error('not this one');
            })
            .catch(() => undefined);
        await Promise.all([1, 2, 3, 4, 5].map(part));
      });
      expect(await ids()).toEqual([1, 3, 5]);
    });

    it('with a time limit ends with it', async () => {
      await client.query('truncate session_notes');
      const begun = client.begin(
        async (tx) => {
          await tx.query('insert into session_notes (id) values (1)');
          await tx.query('select sleep(5)');
        },
        { timeoutMs: 300 },
      );
      expect((await failure(begun)).code).toBe('timeout');
      await client.query('insert into session_notes (id) values (2)');
      expect(await ids()).toEqual([2]);
    });
  });

  describe('what statements change', () => {
    it('sql_mode: placeholders are found as the server reads the text', async () => {
      await using own = await connect(URLS[server]);
      expect((await own.query("select 'a\\'b?' as a, ? as v", ['x'])).rows).toEqual([{ a: "a'b?", v: 'x' }]);
      // In one tick: decided when the statement leaves, not when it was called.
      const set = own.query("set sql_mode = 'NO_BACKSLASH_ESCAPES'");
      const rows = [{ a: 'a\\', v: 'y' }];
      expect((await own.query("select 'a\\' as a, ? as v", ['y'])).rows).toEqual(rows);
      await set;
      expect((await own.execute("select 'a\\' as a, :v as v", { v: 'y' })).rows).toEqual(rows);
      await own.query("set sql_mode = 'ANSI_QUOTES'");
      const named = 'select "name" as n, ? as v from harbours where id = 1';
      expect((await own.query(named, ['q'])).rows).toEqual([{ n: 'Rotterdam', v: 'q' }]);
    });

    it.each(['set names latin1', 'set character set latin1', 'set character_set_results = null'])(
      '%s loses no character',
      async (statement) => {
        await using own = await connect(URLS[server]);
        const results = [
          own.query(statement),
          own.query('select ? as v', ['é横🚢']),
          own.execute('select ? as v', ['é横🚢']),
        ];
        const [, text, binary] = await Promise.all(results);
        expect(text?.rows).toEqual([{ v: 'é横🚢' }]);
        expect(binary?.rows).toEqual([{ v: 'é横🚢' }]);
        for await (const row of own.stream("select 'é横🚢' as v")) expect(row).toEqual({ v: 'é横🚢' });
      },
    );

    it('a time zone: a timestamp as read is the one that is written', async () => {
      await using own = await connect(URLS[server]);
      await own.query('create temporary table zones (id int, t timestamp(6) null)');
      await own.query('insert into zones values (1, ?)', [new Date(Date.UTC(2024, 1, 29, 12, 34, 56, 500))]);
      await own.query("set time_zone = '+05:00'");
      const { rows } = await own.query('select t from zones');
      expect(rows).toEqual([{ t: '2024-02-29T17:34:56.500000' }]);
      await own.execute('insert into zones values (2, ?)', [rows[0]?.t as string]);
      const again = new Date(0);
      expect((await failure(own.query('insert into zones values (3, ?)', [again]))).code).toBe('usage');
      await own.query("set time_zone = '+00:00'");
      expect((await own.query('select t from zones where id = 2')).rows).toEqual([
        { t: '2024-02-29T12:34:56.500000' },
      ]);
    });

    it('readOnly writes nothing, by whatever it calls, and leaves no transaction', async () => {
      const reading = { readOnly: true } as const;
      expect((await client.query("select 'x' as v", [], reading)).rows).toEqual([{ v: 'x' }]);
      expect((await client.execute('select ? as v', ['x'], reading)).rows).toEqual([{ v: 'x' }]);
      await client.query('insert into session_notes (id) values (77)');
      expect(await ids()).toContain(77);
      await client.query('drop function if exists noting');
      await client.query(
        'create function noting() returns int begin insert into session_notes (id) values (78); return 1; end',
      );
      const failed = await failure(client.query('select noting() as n', [], reading));
      expect(failed.server?.fields?.errno).toBe('1792');
      expect(await ids()).not.toContain(78);
      await client.query('drop function noting');
    });
  });

  describe('time limits that the server keeps', () => {
    const LIMIT = server === 'mysql' ? '@@max_execution_time' : '@@max_statement_time * 1000';

    it('are those of the call', async () => {
      const limit = async (options = {}) =>
        Number((await client.query(`select ${LIMIT} as n`, [], options)).rows[0]?.n);
      expect(await limit()).toBe(60_000);
      expect(await limit({ timeoutMs: 1234 })).toBe(1234);
      expect(await limit({ timeoutMs: Number.POSITIVE_INFINITY })).toBe(0);
      for await (const row of client.stream(`select ${LIMIT} as n`)) expect(Number(row.n)).toBe(0);
    });

    it('end a read whose client is silent, as `timeout`', async () => {
      const slow =
        'select count(*) from information_schema.columns a, information_schema.columns b, information_schema.columns c';
      const options = { serverTimeoutMs: 200, timeoutMs: 20_000 };
      const startedAt = Date.now();
      expect(await failure(client.query(slow, [], options))).toMatchObject({
        code: 'timeout',
        safeToRetry: false,
      });
      expect(Date.now() - startedAt).toBeLessThan(10_000);
    });
  });

  it('a packet over the server’s limit is `limit`, and the connection goes on', async () => {
    await using own = await connect(URLS[server]);
    const limit = Number((await own.query('select @@max_allowed_packet as n')).rows[0]?.n);
    // In a text two digits stand for each byte.
    for (const [how, length] of [['query', limit / 2] as const, ['execute', limit] as const]) {
      expect(await failure(own[how]('select length(?) as n', [new Uint8Array(length)]))).toMatchObject({
        code: 'limit',
        safeToRetry: true,
      });
    }
    expect((await own.query("select 'next' as v")).rows).toEqual([{ v: 'next' }]);
  }, 60_000);

  it('the largest packet that is let through is one that the server takes', async () => {
    await using own = await connect(URLS[server], { limits: { maxPacketBytes: 100_000_000 } });
    const limit = Number((await own.query('select @@max_allowed_packet as n')).rows[0]?.n);
    const around = "select length('') as n".length + 1;
    const text = `select length('${'x'.repeat(limit - 1 - around)}') as n`;
    expect((await own.query(text)).rows).toEqual([{ n: expect.anything() }]);
    expect((await failure(own.query(text.replace('x', 'xx')))).code).toBe('limit');
  }, 60_000);

  it('a goodbye to an idle connection is heard', async () => {
    await using own = await connect(URLS[server]);
    await own.query('set session wait_timeout = 1');
    await own.closed;
    const error = await failure(own.query('insert into session_notes (id) values (500)'));
    expect(error).toMatchObject({ code: 'connection_lost', safeToRetry: true });
    // MySQL says why, from 8.0.24 on.
    if (server === 'mysql') expect(error.server?.fields?.errno).toBe('4031');
  });

  it('results of a procedure come one after another', async () => {
    await client.query('drop procedure if exists several');
    await client.query(
      "create procedure several() begin select 'one' as v; select 'x' as t union all select 'y'; end",
    );
    const seen: unknown[] = [];
    for await (const result of client.results('call several()', [], { rowMode: 'array' })) {
      for await (const row of result) seen.push(row);
      seen.push(result.summary?.rowCount);
    }
    expect(seen.slice(0, 5)).toEqual([['one'], 1, ['x'], ['y'], 2]);
    const stream = client.stream('call several()');
    for await (const row of stream) expect(row).toEqual({ v: 'one' });
    expect(stream.summary?.droppedResults).toBe(1);
    await client.query('drop procedure several');
  });
});
