// The client against a played server: results, streams, transactions, cancellation, limits, and connections that end.

import { memoryConnector } from '@fairlead/testkit';
import { expectNoUnhandledRejection } from '@fairlead/testkit/unhandled';
import { describe, expect, it } from 'vitest';
import { type Client, connect } from '../src/index.ts';
import type { ConnectOptions } from '../src/options/connect-options.ts';
import {
  type Answer,
  Backend,
  bytes,
  cell,
  eof,
  err,
  greeting,
  numbered,
  ok,
  PacketReader,
  packets,
  plainUrl,
  table,
} from './support/backend.ts';

const INT = { name: 'n', type: 3, collation: 63 };
const TEXT = { name: 't', type: 253 };

expectNoUnhandledRejection();

async function open(answer: Answer, options: ConnectOptions = {}): Promise<{ db: Client; backend: Backend }> {
  const backend = new Backend(answer);
  const db = await connect(plainUrl, { connector: backend.connector, connectTimeoutMs: 2000, ...options });
  return { db, backend };
}

const one: Answer = () => table([INT, TEXT], [['1', 'x']]);
const count =
  (n: number): Answer =>
  () =>
    table(
      [INT],
      Array.from({ length: n }, (_, i) => [String(i)]),
    );
const failure = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no failure',
    (error: unknown) => error,
  );

describe('query', () => {
  it('gives rows as objects or arrays, and what the server says besides', async () => {
    const { db } = await open(one);
    const result = await db.query('select 1');
    expect(result).toMatchObject({
      columns: [
        { name: 'n', type: 'int', table: 't', schema: 'shop' },
        { name: 't', type: 'varchar' },
      ],
      rows: [{ n: 1, t: 'x' }],
      rowCount: 1,
      command: 'SELECT',
    });
    expect((await db.query('select 1', [], { rowMode: 'array' })).rows).toEqual([[1, 'x']]);
    await db.close();
  });

  it('counts what a statement touched, in all its digits', async () => {
    const lastInsertId = bytes(0xfe, 255, 255, 255, 255, 255, 255, 255, 255);
    const { db } = await open(() => [ok({ affectedRows: 3, lastInsertId, warnings: 2, info: 'Records: 3' })]);
    expect(await db.query('/* many */ insert into t values (1)')).toMatchObject({
      rowCount: 3,
      affectedRows: 3,
      lastInsertId: '18446744073709551615',
      warningCount: 2,
      info: 'Records: 3',
      command: 'INSERT',
      rows: [],
      columns: [],
    });
    await db.close();
  });

  it('keeps all results of a procedure', async () => {
    const { db } = await open(() => [
      ...table([INT], [['1']], 0x000a),
      ...table([TEXT], [['x'], ['y']], 0x000a),
      ok({ affectedRows: 5 }),
    ]);
    const { results, rows } = await db.query('call p()');
    expect(rows).toEqual([{ n: 1 }]);
    expect(results.map((each) => each.rows)).toEqual([[{ n: 1 }], [{ t: 'x' }, { t: 'y' }], []]);
    expect(results[2]).toMatchObject({ affectedRows: 5, rowCount: 5 });
    await db.close();
  });

  it('runs statements one after another, in order', async () => {
    const { db, backend } = await open(({ text }) => table([TEXT], [[text]]));
    const texts = ['a', 'b', 'c', 'd'];
    const results = await Promise.all(texts.map((text) => db.query(text)));
    expect(results.map(({ rows }) => rows[0])).toEqual(texts.map((t) => ({ t })));
    expect(backend.statements).toEqual(texts);
    await db.close();
  });

  it("passes the server's error on and goes on", async () => {
    const { db } = await open(({ text }) =>
      text === 'bad' ? [err(1062, '23000', "Duplicate entry '1'")] : table([INT], [['1']]),
    );
    expect(await failure(db.query('bad'))).toMatchObject({
      code: 'server',
      safeToRetry: false,
      server: { code: '23000', message: "Duplicate entry '1'", fields: { errno: '1062' } },
    });
    expect((await db.query('good')).rows).toEqual([{ n: 1 }]);
    await db.close();
  });

  it('passes an error on that comes in the midst of rows', async () => {
    const { db } = await open(() => [
      ...table([INT], [['1']]).slice(0, -1),
      err(1317, '70100', 'interrupted'),
    ]);
    expect(await failure(db.query('select'))).toMatchObject({ code: 'server', server: { code: '70100' } });
    await db.close();
  });

  it('takes rows of more than 16 MiB, in several packets', async () => {
    const long = 'x'.repeat(0xff_ffff + 10);
    const { db } = await open((_command, line) => {
      const row = bytes(cell(long));
      const [header = ok(), definition = ok()] = table([TEXT], []);
      line.write(
        packets(1, header, definition, eof(), row.subarray(0, 0xff_ffff), row.subarray(0xff_ffff), eof()),
      );
      return undefined;
    });
    const { rows } = await db.query('select');
    expect(String(rows[0]?.t).length).toBe(long.length);
    await db.close();
  });

  it('sends statements of more than 16 MiB, in several packets', async () => {
    const { db, backend } = await open(async (_command, _line, reader) => {
      await reader.next();
      return [ok()];
    });
    // The command's byte makes the first packet full, so that an empty one has to follow.
    await db.query('x'.repeat(0xff_ffff - 1));
    expect(backend.commands[0]?.body.length).toBe(0xff_ffff - 1);
    await db.close();
  });
});

describe('execute', () => {
  /** Answers COM_STMT_PREPARE and COM_STMT_EXECUTE. */
  const prepared: Answer = ({ code, body }) => {
    if (code === 0x16) {
      return [bytes(0, 9, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0), table([INT], [])[1] ?? ok(), eof()];
    }
    if (code !== 0x17) return undefined;
    const value = body.subarray(-8);
    return [...table([{ name: 'n', type: 8 }], []).slice(0, 3), bytes(0, 0, value), eof()];
  };

  it('prepares a text once, and runs it with its parameters apart', async () => {
    const { db, backend } = await open(prepared);
    expect((await db.execute('select ?', [7n])).rows).toEqual([{ n: '7' }]);
    expect((await db.execute('select ?', [-8n])).rows).toEqual([{ n: '-8' }]);
    expect((await db.execute('select :a', { a: 9n })).rows).toEqual([{ n: '9' }]);
    expect(backend.commands.map(({ code }) => code)).toEqual([0x16, 0x17, 0x17, 0x17]);
    await db.close();
  });

  it('refuses a wrong number of parameters', async () => {
    const { db } = await open(prepared);
    expect(await failure(db.execute('select ?', [1, 2]))).toMatchObject({ code: 'usage', safeToRetry: true });
    expect((await db.execute('select ?', [7n])).rows).toEqual([{ n: '7' }]);
    await db.close();
  });

  it('closes the statements that were not used for longest', async () => {
    const closed: number[] = [];
    let next = 0;
    const { db } = await open(({ code, body }) => {
      if (code === 0x19) closed.push(body.readUInt32LE());
      next += code === 0x16 ? 1 : 0;
      if (code === 0x16) return [bytes(0, next & 0xff, next >> 8, 0, 0, 0, 0, 0, 0, 0, 0, 0)];
      return code === 0x17 ? [ok()] : undefined;
    });
    for (let i = 0; i < 258; i += 1) await db.execute(`do ${i}`);
    expect(closed).toEqual([1, 2]);
    await db.close();
  });
});

describe('stream', () => {
  it('hands out rows with columns and a summary', async () => {
    const { db } = await open(count(5000));
    const stream = db.stream('select');
    expect(await stream.columns).toMatchObject([{ name: 'n', type: 'int' }]);
    let sum = 0;
    for await (const row of stream) sum += Number(row.n);
    expect(sum).toBe(12_497_500);
    expect(stream.summary).toMatchObject({ rowCount: 5000, command: 'SELECT' });
    await db.close();
  });

  it('reads no more from the network than is taken', async () => {
    let written = 0;
    const { db } = await open(async (_command, line) => {
      const [header = ok(), definition = ok()] = table([TEXT], []);
      await line.write(packets(1, header, definition, eof()));
      const row = bytes(cell('x'.repeat(10_000)));
      for (let i = 0; i < 1000; i += 1) {
        await line.write(packets(4 + i, row));
        written += 1;
      }
      await line.write(packets(1004, eof()));
      return undefined;
    });
    const rows = db.stream('select')[Symbol.asyncIterator]();
    await rows.next();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(written).toBeLessThan(500);
    let count = 1;
    while (!(await rows.next()).done) count += 1;
    expect(count).toBe(1000);
    await db.close();
  });

  it('has the connection for itself until it ends', async () => {
    const { db } = await open(count(60_000));
    const rows = db.stream('select')[Symbol.asyncIterator]();
    await rows.next();
    expect(await failure(db.query('select'))).toMatchObject({ code: 'usage', safeToRetry: true });
    while (!(await rows.next()).done);
    expect((await db.query('select')).rowCount).toBe(60_000);
    await db.close();
  });

  it("rejects with the server's error", async () => {
    const { db } = await open(() => [err(1064, '42000', 'syntax')]);
    const stream = db.stream('selec');
    expect(await failure(stream.columns)).toMatchObject({ code: 'server' });
    await db.close();
  });
});

describe('begin', () => {
  it('commits, rolls back, and nests by savepoints', async () => {
    const { db, backend } = await open(() => [ok()]);
    await db.begin(async (tx) => {
      await tx.query('a');
      await failure(tx.savepoint(async () => Promise.reject(new Error('no'))));
      await tx.savepoint((inner) => inner.query('b'));
    });
    await failure(
      db.begin(async () => Promise.reject(new Error('no')), { isolation: 'serializable', readOnly: true }),
    );
    expect(backend.statements).toEqual([
      'START TRANSACTION',
      'a',
      'SAVEPOINT fairlead_1',
      'ROLLBACK TO SAVEPOINT fairlead_1',
      'SAVEPOINT fairlead_2',
      'b',
      'RELEASE SAVEPOINT fairlead_2',
      'COMMIT',
      'SET TRANSACTION ISOLATION LEVEL SERIALIZABLE',
      'START TRANSACTION READ ONLY',
      'ROLLBACK',
    ]);
    await db.close();
  });

  it('lets the client wait, and refuses statements once it is over', async () => {
    const { db, backend } = await open(() => [ok()]);
    let late: (() => Promise<unknown>) | undefined;
    let outside: Promise<unknown> | undefined;
    await db.begin(async (tx) => {
      outside = db.query('outside');
      await tx.query('inside');
      late = () => tx.query('late');
    });
    await outside;
    expect(backend.statements).toEqual(['START TRANSACTION', 'inside', 'COMMIT', 'outside']);
    expect(await failure(late?.() ?? Promise.resolve())).toMatchObject({ code: 'usage' });
    expect(await failure(db.begin(async () => 1, { isolation: 'none' as 'serializable' }))).toMatchObject({
      code: 'usage',
    });
    await db.close();
  });
});

describe('cancellation', () => {
  /** Sleeps until another connection says KILL QUERY. */
  function sleeper(): Answer {
    let wake = (): void => undefined;
    return async ({ text }) => {
      if (text.startsWith('KILL QUERY 77')) {
        wake();
        return [ok()];
      }
      if (text !== 'sleep') return [ok()];
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      return [err(1317, '70100', 'Query execution was interrupted')];
    };
  }

  it('kills what took too long, on a second connection, and goes on', async () => {
    const { db, backend } = await open(sleeper());
    expect(await failure(db.query('sleep', [], { timeoutMs: 50 }))).toMatchObject({
      code: 'timeout',
      safeToRetry: false,
    });
    await db.query('next');
    // What absorbs a late hit stands between them.
    expect(backend.statements).toEqual(['sleep', 'KILL QUERY 77', 'DO 0', 'next']);
    expect(backend.connections).toBe(2);
    await db.close();
  });

  it('kills what was aborted, and does not send what was aborted before', async () => {
    const { db, backend } = await open(sleeper());
    const controller = new AbortController();
    const sleeping = failure(db.query('sleep', [], { signal: controller.signal }));
    const behind = failure(db.query('behind', [], { signal: controller.signal }));
    await new Promise((resolve) => setTimeout(resolve, 20));
    controller.abort(new Error('enough'));
    expect(await sleeping).toMatchObject({ code: 'aborted', safeToRetry: false });
    expect(await behind).toMatchObject({ code: 'aborted', safeToRetry: true });
    expect(await failure(db.query('never', [], { signal: controller.signal }))).toMatchObject({
      safeToRetry: true,
    });
    await db.query('next');
    expect(backend.statements).toEqual(['sleep', 'KILL QUERY 77', 'DO 0', 'next']);
    await db.close();
  });

  it('ends a stream that is left', async () => {
    const killed = Promise.withResolvers<void>();
    const { db, backend } = await open(async ({ text }, line) => {
      if (text.startsWith('KILL')) killed.resolve();
      if (text !== 'many') return [ok()];
      const rows = Array.from({ length: 60_000 }, () => ['1']);
      const begun = table([INT], rows).slice(0, -1);
      await line.write(numbered(1, begun));
      await killed.promise;
      await line.write(numbered(1 + begun.length, [err(1317, '70100', 'Query execution was interrupted')]));
      return undefined;
    });
    for await (const _ of db.stream('many')) break;
    await db.query('next');
    expect(backend.statements.slice(-2)).toEqual(['DO 0', 'next']);
    await db.close();
  });

  it('ends the connection when its own signal fires', async () => {
    const controller = new AbortController();
    const { db } = await open(sleeper(), { signal: controller.signal });
    const sleeping = failure(db.query('sleep'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    controller.abort();
    expect(await sleeping).toMatchObject({ code: 'aborted' });
    await db.closed;
    expect(await failure(db.query('x'))).toMatchObject({ code: 'aborted', safeToRetry: true });
  });
});

describe('limits', () => {
  it('gathers no more rows or bytes than allowed', async () => {
    const { db } = await open(count(1000));
    expect(await failure(db.query('select', [], { maxRows: 999 }))).toMatchObject({ code: 'limit' });
    expect(await failure(db.query('select', [], { maxBytes: 100 }))).toMatchObject({ code: 'limit' });
    expect((await db.query('select', [], { maxRows: 1000 })).rowCount).toBe(1000);
    await db.close();
  });

  it('takes no packet larger than allowed, and ends the connection', async () => {
    const { db } = await open(() => table([TEXT], [['x'.repeat(200_000)]]), {
      limits: { maxPacketBytes: 100_000 },
    });
    expect(await failure(db.query('select'))).toMatchObject({ code: 'limit', blame: 'peer' });
    expect(await failure(db.query('select'))).toMatchObject({ code: 'limit', safeToRetry: true });
  });
});

describe('LOAD DATA LOCAL', () => {
  const asks: Answer = async (_command, line, reader) => {
    await line.write(packets(1, bytes(0xfb, '/etc/passwd')));
    let got = '';
    for (;;) {
      const part = await reader.next();
      if (part === undefined || part.length === 0) break;
      got += part.toString();
    }
    return [ok({ info: got })];
  };

  it('gets nothing unless the caller passes the data', async () => {
    const { db } = await open(asks);
    expect(await failure(db.query('load data local infile'))).toMatchObject({ code: 'policy' });
    expect(await failure(db.query('select 1'))).toMatchObject({ code: 'policy' });
    await db.close();
  });

  it('gets what the caller passes', async () => {
    const { db } = await open(asks);
    async function* localData(): AsyncGenerator<Uint8Array> {
      yield bytes('a,1\n');
      yield bytes('b,2\n');
    }
    expect((await db.query('load data', [], { localData: localData() })).info).toBe('a,1\nb,2\n');
    await db.close();
  });

  it('ends the connection if the data fail', async () => {
    const { db } = await open(asks);
    const torn = new Error('disk');
    async function* localData(): AsyncGenerator<Uint8Array> {
      yield bytes('a,1\n');
      throw torn;
    }
    expect(await failure(db.query('load data', [], { localData: localData() }))).toBe(torn);
    await db.closed;
    expect(await failure(db.query('select 1'))).toMatchObject({
      code: 'connection_lost',
      safeToRetry: true,
      cause: torn,
    });
  });
});

describe('connections that end', () => {
  it('do so if the time zone cannot be set, whatever followed it', async () => {
    const connector = memoryConnector(async (line) => {
      await line.write(packets(0, greeting()));
      const reader = new PacketReader(line);
      await reader.next();
      await line.write(packets(2, ok()));
      expect((await reader.command())?.text).toMatch(/^SET time_zone = '\+00:00'/);
      await reader.command();
      await reader.command();
      // It is there already: nobody waited.
      expect((await reader.command())?.text).toBe('select 1');
      await line.write(
        bytes(packets(1, err(1298, 'HY000', 'Unknown time zone')), packets(1, ...table([INT], [['1']]))),
      );
      await line.read();
    });
    const db = await connect(plainUrl, { connector });
    expect(await failure(db.query('select 1'))).toMatchObject({
      code: 'server',
      server: { fields: { errno: '1298' } },
    });
    await db.closed;
  });

  it('reject what was sent as not safe to repeat, and what waited as safe', async () => {
    const { db } = await open((_command, line) => {
      line.reset();
      return undefined;
    });
    const sent = failure(db.query('a'));
    const waiting = failure(db.query('b'));
    expect(await sent).toMatchObject({ code: 'connection_lost', safeToRetry: false });
    expect(await waiting).toMatchObject({ code: 'connection_lost', safeToRetry: true });
    expect(await failure(db.query('c'))).toMatchObject({ code: 'connection_lost', safeToRetry: true });
    await db.close();
  });

  it('tell of a server that said why it hangs up', async () => {
    const { db } = await open(async ({ text }, line) => {
      if (text === 'first')
        setTimeout(() => line.write(packets(0, err(1053, '08S01', 'Server shutdown'))), 10);
      return [ok()];
    });
    await db.query('first');
    await db.closed;
    expect(await failure(db.query('second'))).toMatchObject({
      code: 'connection_lost',
      safeToRetry: true,
      server: { code: '08S01', fields: { errno: '1053' } },
    });
  });

  it('are refused once they were closed', async () => {
    const { db } = await open(one);
    await Promise.all([db.close(), db.close()]);
    expect(await failure(db.query('select'))).toMatchObject({ code: 'closed', safeToRetry: true });
  });
});
