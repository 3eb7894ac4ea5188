// MySQL 9.7 and MariaDB 11.8: statements, errors, procedures, transactions, streams, LOAD DATA LOCAL and cancellation,
// checked on the server's own side.
import { type Client, connect } from '@fairlead/mysql';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { failure, late } from './support.ts';

const { mysql, mariadb } = inject('servers');
const URLS = {
  mysql: `mysql://sha2:sha2-password@localhost:${mysql.port}/fairlead`,
  mariadb: `mariadb://native:native-password@localhost:${mariadb.good.port}/fairlead`,
};
/** 0 to 9, five times over: MySQL and MariaDB both make as many rows of it as are asked for. */
const DIGITS = Array.from({ length: 10 }, (_, digit) => `select ${digit} as d`).join(' union all ');

describe.each(['mysql', 'mariadb'] as const)('%s', (server) => {
  let client: Client;
  /** A second connection, to look at the first from outside. */
  let observer: Client;
  beforeAll(async () => {
    [client, observer] = await Promise.all([connect(URLS[server]), connect(URLS[server])]);
    await client.query('drop table if exists log_entries, numbers, loaded');
    await client.query(
      'create table log_entries (id int primary key auto_increment, note varchar(50) not null)',
    );
    await client.query('create table loaded (id int, note varchar(100)) character set utf8mb4');
    await client.query('create table numbers (n int primary key)');
    await client.query(`insert into numbers with digits as (${DIGITS})
      select a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d + 100000 * g.d
      from digits a, digits b, digits c, digits e, digits f, digits g where g.d < 2`);
    await client.query('drop procedure if exists report');
    await client.query(`create procedure report(in least int) begin
      select 'first' as title; select id, name from harbours where id >= least order by id; end`);
  });
  afterAll(async () => {
    await client.query('drop table if exists log_entries, numbers, loaded');
    await client.query('drop procedure if exists report');
    await Promise.all([client.close(), observer.close()]);
  });

  /** What the server says that a connection is doing; undefined when it is idle or gone. */
  async function running(connectionId: number): Promise<unknown> {
    const { rows } = await observer.query(
      "select info from information_schema.processlist where id = ? and command <> 'Sleep'",
      [connectionId],
    );
    return rows[0] === undefined ? undefined : Object.values(rows[0])[0];
  }

  /** Waits until the server says so. Ends with the test's own time limit at the latest. */
  async function until(connectionId: number, isRunning: boolean): Promise<void> {
    for (let tries = 0; tries < 200; tries += 1) {
      if (((await running(connectionId)) !== undefined) === isRunning) return;
      await scheduler.wait(25);
    }
    throw new Error(`connection ${connectionId} is still ${isRunning ? 'idle' : 'busy'}`);
  }

  describe('statements', () => {
    it('calls issued together are answered in order', async () => {
      const results = await Promise.all(
        Array.from({ length: 100 }, (_, index) =>
          index % 2 === 0
            ? client.query('select ? as v', [`${index}`])
            : client.execute('select ? as v', [`${index}`]),
        ),
      );
      expect(results.map((result) => result.rows[0]?.v)).toEqual(
        Array.from({ length: 100 }, (_, i) => `${i}`),
      );
    });

    it('say what they did', async () => {
      await client.query('truncate log_entries');
      const inserted = await client.query("insert into log_entries (note) values ('a'), ('b'), ('c')");
      expect(inserted).toMatchObject({ command: 'INSERT', affectedRows: 3, lastInsertId: '1', rows: [] });
      const prepared = await client.execute('insert into log_entries (note) values (?)', ['d']);
      expect(prepared).toMatchObject({ affectedRows: 1, lastInsertId: '4' });
      const updated = await client.query("update log_entries set note = 'a' where id < 3");
      expect(updated).toMatchObject({
        command: 'UPDATE',
        affectedRows: 2,
        info: expect.stringContaining('Changed: 1'),
      });
    });

    it('take named placeholders', async () => {
      const params = { name: 'Göteborg', least: 1 };
      const sql = 'select id from harbours where name = :name and id > :least and :name <> :least';
      expect((await client.query(sql, params)).rows).toEqual([{ id: 2 }]);
      expect((await client.execute(sql, params)).rows).toEqual([{ id: 2 }]);
    });

    it('have their warnings fetched', async () => {
      const result = await client.query("select cast('12x' as signed) as v");
      expect(result).toMatchObject({ rowCount: 1, warningCount: 1 });
      expect(await client.warnings()).toMatchObject([{ level: 'Warning', code: 1292 }]);
    });

    it('several in one text only by name', async () => {
      expect((await failure(client.query('select 1; select 2'))).server?.code).toBe('42000');
      await using many = await connect(URLS[server], { multiStatements: true });
      const { results } = await many.query(
        "select 'one' as v; insert into log_entries (note) values ('m'); select 'two' as v",
      );
      expect(results.map(({ rows }) => rows)).toEqual([[{ v: 'one' }], [], [{ v: 'two' }]]);
    });

    it.each(['query', 'execute'] as const)('a procedure with several results, by %s', async (how) => {
      const { results, command } = await client[how]('call report(?)', [3]);
      expect(command).toBe('CALL');
      expect(results.map(({ rows }) => rows)).toEqual([
        [{ title: 'first' }],
        [
          { id: 3, name: '横浜' },
          { id: 4, name: 'Valparaíso' },
        ],
        [],
      ]);
      expect((await client.query("select 'next' as v")).rows).toEqual([{ v: 'next' }]);
    });
  });

  describe('errors', () => {
    it.each([
      ['selec 1', '42000', '1064'],
      ['select * from nowhere', '42S02', '1146'],
      ['select no_such_column from harbours', '42S22', '1054'],
      ["insert into harbours (name, country) values ('Rotterdam', 'NL')", '23000', '1062'],
      ['call no_such_procedure()', '42000', '1305'],
      ["signal sqlstate '45000' set message_text = 'mutiny'", '45000', '1644'],
    ])('%s is `server` %s, and the connection goes on', async (sql, sqlState, errno) => {
      const expected = { code: 'server', server: { code: sqlState, fields: { errno } } };
      expect(await failure(client.query(sql))).toMatchObject(expected);
      expect((await client.query("select 'next' as v")).rows).toEqual([{ v: 'next' }]);
    });

    it('in the middle of a result: a subquery with two rows', async () => {
      const two = '(select id from harbours where id between 3 and 4 and outermost.n > 149990)';
      const sql = `select outermost.n, ${two} as v from numbers outermost order by outermost.n`;
      const error = await failure(client.query(sql));
      expect(error.server?.fields).toMatchObject({ errno: '1242' });
      expect((await client.query("select 'next' as v")).rows).toEqual([{ v: 'next' }]);
    });

    it('a result over its limit is `limit`, and the connection goes on', async () => {
      expect((await failure(client.query('select n from numbers', [], { maxRows: 1000 }))).code).toBe(
        'limit',
      );
      expect((await failure(client.execute('select n from numbers', [], { maxBytes: 10_000 }))).code).toBe(
        'limit',
      );
      expect((await client.query("select 'next' as v")).rows).toEqual([{ v: 'next' }]);
    });

    it('too many parameters', async () => {
      expect((await failure(client.query('select ?', [1, 2]))).code).toBe('usage');
      expect(['usage', 'server']).toContain((await failure(client.execute('select ?', [1, 2]))).code);
    });
  });

  describe('transactions', () => {
    const count = async () => (await observer.query('select count(*) as n from log_entries')).rows[0]?.n;

    it('commit what they did, and nobody sees it before', async () => {
      await client.query('truncate log_entries');
      await client.begin(async (transaction) => {
        await transaction.execute('insert into log_entries (note) values (?)', ['a']);
        expect(await count()).toBe('0');
      });
      expect(await count()).toBe('1');
    });

    it('roll back when the work rejects', async () => {
      await client.query('truncate log_entries');
      const work = client.begin(async (transaction) => {
        await transaction.query("insert into log_entries (note) values ('a')");
        throw new RangeError('changed my mind');
      });
      await expect(work).rejects.toThrow('changed my mind');
      expect(await count()).toBe('0');
    });

    it('a savepoint undoes its own part alone', async () => {
      await client.query('truncate log_entries');
      await client.begin(async (transaction) => {
        await transaction.query("insert into log_entries values (1, 'kept')");
        const part = transaction.savepoint(async (inner) => {
          await inner.query("insert into log_entries values (2, 'undone')");
          await inner.query("insert into log_entries values (1, 'twice')");
        });
        expect((await failure(part)).server?.code).toBe('23000');
        await transaction.query("insert into log_entries values (3, 'kept too')");
      });
      expect((await observer.query('select id from log_entries order by id')).rows).toEqual([
        { id: 1 },
        { id: 3 },
      ]);
    });

    it('read-only ones write nothing', async () => {
      const writing = client.begin(
        (transaction) => transaction.query("insert into log_entries (note) values ('x')"),
        {
          readOnly: true,
          isolation: 'serializable',
        },
      );
      expect((await failure(writing)).server).toMatchObject({ code: '25006', fields: { errno: '1792' } });
    });

    it('a deadlock is one side’s error, and the other’s success', async () => {
      await client.query("replace into log_entries values (1, 'a'), (2, 'b')");
      const update = 'update log_entries set note = concat(note, ?) where id = ?';
      let locked = 0;
      const lock = async (own: Client, first: number, second: number) =>
        own.begin(async (transaction) => {
          await transaction.query(update, ['x', first]);
          locked += 1;
          while (locked < 2) await scheduler.wait(5);
          await transaction.query(update, ['x', second]);
        });
      const [one, two] = await Promise.allSettled([lock(client, 1, 2), lock(observer, 2, 1)]);
      const failed = [one, two].filter((result) => result.status === 'rejected');
      expect(failed).toMatchObject([{ reason: { code: 'server', server: { code: '40001' } } }]);
    });
  });

  describe('streams', () => {
    it.each(['text', 'prepared'] as const)('hand out 200,000 rows in order, %s', async (protocol) => {
      const stream = client.stream('select n from numbers order by n', [], { rowMode: 'array', protocol });
      let next = 0;
      for await (const [value] of stream) {
        if (value !== next) throw new Error(`row ${next} is ${String(value)}`);
        next += 1;
      }
      expect(next).toBe(200_000);
      expect(stream.summary).toMatchObject({ rowCount: 200_000, command: 'SELECT' });
    });

    it('hold the server back while nobody takes rows, and lose none', async () => {
      await using own = await connect(URLS[server]);
      const filler = 'x'.repeat(500);
      const stream = own.stream('select n, ? as filler from numbers order by n', [filler], {
        rowMode: 'array',
      });
      let next = 0;
      for await (const [value] of stream) {
        if (value !== next) throw new Error(`row ${next} is ${String(value)}`);
        // 100 MB in all: the server is still at it, as nobody has taken them.
        if (next === 1000) {
          await scheduler.wait(300);
          expect(await running(own.connectionId)).toBeDefined();
        }
        next += 1;
      }
      expect(next).toBe(200_000);
    });

    it('left early, cancel the statement on the server', async () => {
      for await (const _row of client.stream('select a.n from numbers a, numbers b')) break;
      await until(client.connectionId, false);
      expect((await client.query("select 'next' as v")).rows).toEqual([{ v: 'next' }]);
    });
  });

  describe('LOAD DATA LOCAL', () => {
    const LOAD =
      "load data local infile '/etc/passwd' into table loaded character set utf8mb4 fields terminated by ','";
    const encoder = new TextEncoder();

    it('is given nothing that the caller has not given', async () => {
      expect((await failure(client.query(LOAD))).code).toBe('policy');
      expect((await client.query('select count(*) as n from loaded')).rows).toEqual([{ n: '0' }]);
    });

    it('reads what the caller gives, whatever the name', async () => {
      async function* lines() {
        for (let id = 0; id < 5000; id += 1) yield encoder.encode(`${id},Göteborg ${id}\n`);
      }
      const result = await client.query(LOAD, [], { localData: lines() });
      expect(result.affectedRows).toBe(5000);
      const { rows } = await client.query('select note from loaded where id = 4999');
      expect(rows).toEqual([{ note: 'Göteborg 4999' }]);
      await client.query('truncate loaded');
    });

    it('loads nothing when the data fail half-way', async () => {
      async function* lines() {
        yield encoder.encode('1,one\n');
        throw new Error('the file is torn');
      }
      await using own = await connect(URLS[server]);
      await expect(own.query(LOAD, [], { localData: lines() })).rejects.toThrow('the file is torn');
      // The server hears of the connection's end, and lets go of the table.
      expect((await client.query('select count(*) as n from loaded')).rows).toEqual([{ n: '0' }]);
      await client.query('truncate loaded');
    });
  });

  describe('cancellation', () => {
    const SLOW = 'select count(*) from numbers a, numbers b, numbers c where a.n + b.n < c.n';

    it.each(['disable', 'require'])(
      'an aborted query ends on the server too (sslmode=%s)',
      async (sslmode) => {
        await using own = await connect(`${URLS[server]}?sslmode=${sslmode}`, {
          allowPublicKeyRetrieval: true,
        });
        const abort = new AbortController();
        const query = failure(own.query(SLOW, [], { signal: abort.signal }));
        await until(own.connectionId, true);
        abort.abort();
        expect((await query).code).toBe('aborted');
        await until(own.connectionId, false);
        expect((await own.query("select 'next' as v")).rows).toEqual([{ v: 'next' }]);
      },
    );

    it('all that were sent end on the server with the connection’s own signal', async () => {
      const abort = new AbortController();
      const own = await connect(URLS[server], { signal: abort.signal });
      const queries = [1, 2, 3].map(() => failure(own.query(SLOW)));
      await until(own.connectionId, true);
      abort.abort();
      for (const query of queries) expect((await query).code).toBe('aborted');
      await until(own.connectionId, false);
    });

    it('a statement that the server reads behind its cancellation ends there too', async () => {
      await using own = await connect(URLS[server], { connector: late(SLOW, 700) });
      const abort = new AbortController();
      const query = failure(own.query(SLOW, [], { signal: abort.signal }));
      await scheduler.wait(50);
      abort.abort();
      expect((await query).code).toBe('aborted');
      expect((await own.query("select 'next' as v")).rows).toEqual([{ v: 'next' }]);
    });

    it.each(['query', 'execute'] as const)(
      'a statement past its time ends on the server too, by %s',
      async (how) => {
        expect((await failure(client[how](SLOW, [], { timeoutMs: 200 }))).code).toBe('timeout');
        await until(client.connectionId, false);
        expect((await client.query("select 'next' as v")).rows).toEqual([{ v: 'next' }]);
      },
    );

    it('a connection that the server ends mid-query is reported, not waited for', async () => {
      await using own = await connect(URLS[server]);
      const query = failure(own.query(SLOW));
      await until(own.connectionId, true);
      await observer.query(`kill ${own.connectionId}`);
      const error = await query;
      expect(error.code === 'connection_lost' || error.server?.code === '70100').toBe(true);
      await own.closed;
      expect(['connection_lost', 'closed']).toContain((await failure(own.query('select 1'))).code);
    });
  });
});
