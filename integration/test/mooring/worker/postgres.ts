// Postgres on a mooring, call by call. Each case opens a client of its own, as each request of a Worker does.
import { type Client, sql } from '@fairlead/postgres';
import { connect, type MooredOptions } from '@fairlead/postgres/mooring';
import { type Case, type Env, type Input, told } from './case.ts';

/** Named cases get a pool of their own by the application's name, so that its connections can be counted. */
function open(env: Env, { pool, name = 'library' }: Input, more: MooredOptions = {}): Promise<Client> {
  const limits = { max: 2, ...(pool as object) };
  return connect(env.MOORING, env.DATABASE_URL, { pool: limits, applicationName: String(name), ...more });
}

/** The case with a client that is closed behind it. */
function withClient(run: (db: Client, input: Input) => Promise<unknown>): Case {
  return async (env, input) => {
    await using db = await open(env, input);
    return await run(db, input);
  };
}

export const POSTGRES_CASES: Readonly<Record<string, Case>> = {
  /** Runs a text, and says which process of the server ran it. */
  query: withClient(async (db, { text, params = [] }) => {
    const { rows } = await db.query(String(text), params as string[]);
    return rows;
  }),

  /** Runs texts one after another on one client. */
  texts: withClient(async (db, { texts }) => {
    const values: unknown[] = [];
    for (const text of texts as string[]) values.push(await db.queryValue(text));
    return values;
  }),

  statements: withClient(async (db) => {
    const { rows, rowCount } = await db.query(sql`select ${7}::int as n, ${'seven'}::text as word`);
    const row = await db.queryRow('select 1 as one where $1', [false]);
    const value = await db.queryValue('select array[1, 2]');
    const batch = await db.batch([['select $1::int as n', [1]], sql`select ${2}::int as n`]);
    const script = await db.script('select 1 as a; select 2 as b');
    const together = await Promise.all(
      Array.from({ length: 50 }, (_, n) => db.queryValue('select $1::int', [n])),
    );
    const lists = [batch, script].map((results) => results.map((result) => result.rows));
    return { rows, rowCount, row: row ?? 'none', value, lists, together };
  }),

  /** Reads all rows; after the first portion it waits, as a slow reader does. */
  slowReader: withClient(async (db, { rows, pauseMs }) => {
    let count = 0;
    let sum = 0;
    const stream = db.stream<{ n: number }>(
      "select n, repeat('x', 500) as filler from generate_series(1, $1::int) n",
      [Number(rows)],
    );
    for await (const { n } of stream) {
      if (count === 10) await scheduler.wait(Number(pauseMs));
      count += 1;
      sum += n;
    }
    return { count, sum };
  }),

  /** Leaves the loop in the middle, and goes on with the same client. */
  leaver: withClient(async (db) => {
    let seen = 0;
    for await (const _ of db.stream("select repeat('x', 500) from generate_series(1, 1000000)")) {
      seen += 1;
      if (seen === 100) break;
    }
    return { seen, after: await db.queryValue('select 1') };
  }),

  commit: withClient((db, { table }) =>
    db.begin(async (tx) => {
      await tx.query(sql`insert into ${sql.identifier(String(table))} values (1)`);
      await tx
        .savepoint(async (inner) => {
          await inner.query(sql`insert into ${sql.identifier(String(table))} values (2)`);
          throw new Error('undo this part');
        })
        .catch(() => undefined);
      await tx.query(sql`insert into ${sql.identifier(String(table))} values (3)`);
      return tx.queryValue('select pg_backend_pid() = pg_backend_pid()');
    }),
  ),

  rollback: withClient(async (db, { table }) => {
    const failing = db.begin(async (tx) => {
      await tx.query(sql`insert into ${sql.identifier(String(table))} values (4)`);
      throw new Error('no');
    });
    const reason = await failing.catch(String);
    return { reason, after: await db.queryValue('select 1') };
  }),

  /** The response leaves while the transaction is open: with it goes the request, and what ran in it. */
  abandonBegin: async (env, input) => {
    const db = await open(env, input);
    await new Promise<void>((resolve, reject) => {
      const work = db.begin(async (tx) => {
        await tx.query(sql`insert into ${sql.identifier(String(input.table))} values (5)`);
        resolve();
        await new Promise(() => undefined);
      });
      work.catch(reject);
    });
    return 'left';
  },

  /** A transaction that is left in the middle of a statement. */
  abandonStatement: async (env, input) => {
    const [db, beside] = await Promise.all([open(env, input), open(env, input)]);
    await new Promise<void>((resolve, reject) => {
      const work = db.begin(async (tx) => {
        const pid = await tx.queryValue<number>('select pg_backend_pid()');
        const sleep = tx.query('select pg_sleep(60)');
        const isAsleep = async () =>
          beside.queryValue<boolean>("select wait_event = 'PgSleep' from pg_stat_activity where pid = $1", [
            pid ?? 0,
          ]);
        while (!(await isAsleep())) await scheduler.wait(10);
        resolve();
        await sleep;
      });
      work.catch(reject);
    });
    return 'left';
  },

  /** A session that nobody closes: it ends with its request. */
  forgottenSession: async (env, input) => {
    const db = await open(env, input);
    await db.query("set application_name = 'forgotten'");
    return db.queryValue('select pg_backend_pid()');
  },

  /** Streams rows into the response. */
  rowsAsResponse: async (env, input) => {
    const db = await open(env, input);
    const rows = db.stream("select repeat('x', 500) as filler from generate_series(1, 1000000)");
    const batches = rows.batches()[Symbol.asyncIterator]();
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const { value } = await batches.next();
        controller.enqueue(new TextEncoder().encode(JSON.stringify(value)));
      },
    });
    return new Response(body);
  },

  copy: withClient((db, { rows }) =>
    db.begin(async (tx) => {
      await tx.query('create temp table copied (n int, word text) on commit drop');
      async function* lines(): AsyncGenerator<string> {
        for (let n = 1; n <= Number(rows); n += 1) yield `${n}\tword ${n}\n`;
      }
      await tx.copyFrom('copy copied from stdin', lines());
      let bytes = 0;
      for await (const part of tx.copyTo('copy copied to stdout')) bytes += part.length;
      const [counted] = (await tx.query('select count(*)::int, sum(n)::int from copied')).rows;
      return { ...counted, bytes };
    }),
  ),

  /** Two clients: one listens, the other notifies. */
  listen: async (env, input) => {
    await using listener = await open(env, input);
    await using notifier = await open(env, input);
    await using news = await listener.listen('library_news');
    for (const word of ['one', 'two']) await notifier.query("select pg_notify('library_news', $1)", [word]);
    const heard: string[] = [];
    for await (const { payload } of news) {
      heard.push(payload);
      if (heard.length === 2) break;
    }
    return heard;
  },

  cancel: withClient(async (db) => {
    const since = Date.now();
    const aborted = await db
      .query('select pg_sleep(20)', [], { signal: AbortSignal.timeout(200) })
      .catch(told);
    const late = await db.query('select pg_sleep(20)', [], { timeoutMs: 200 }).catch(told);
    const after = await db.queryValue('select 1');
    return { aborted, late, after, isSoon: Date.now() - since < 5_000 };
  }),

  readOnly: withClient(async (db, { table }) => {
    const text = `insert into ${table} values (6)`;
    const statement = await db.query(text, [], { readOnly: true }).catch(told);
    const transaction = await db.begin((tx) => tx.query(text), { readOnly: true }).catch(told);
    await db.query('set default_transaction_read_only = on');
    const session = await db.query(text).catch(told);
    return { statement, transaction, session };
  }),

  /** What a session holds is there from call to call, until `close`. */
  session: withClient(async (db) => {
    await db.query("set application_name = 'changed'");
    await db.query('create temp table kept (n int)');
    await db.query('insert into kept values (1)');
    await db.query('select pg_advisory_lock(4712)');
    return {
      name: await db.queryValue('show application_name'),
      rows: await db.queryValue('select count(*)::int from kept'),
      locks: await db.queryValue(
        "select count(*)::int from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()",
      ),
    };
  }),
};
