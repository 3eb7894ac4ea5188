// The client against a server in memory: queries, errors, streams, transactions, cancellation, the end.
import { FairleadError } from '@fairlead/errors';
import { memoryConnector } from '@fairlead/testkit';
import type { Connector } from '@fairlead/transport';
import { describe, expect, it } from 'vitest';
import { type Client, connect, sql, type Transaction } from '../src/index.ts';
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

const url = 'postgres://app@db.test/shop?sslmode=disable';
const INT4 = 23;
const TEXT = 25;

async function open(answer: Answer, options = {}): Promise<[Client, Backend]> {
  const backend = new Backend(answer);
  return [await connect(url, { connector: backend.connector, ...options }), backend];
}

const done = message('C', 'OK\0');
const one = (): Uint8Array => result([['a', INT4]], [['1']]);
const texts = (backend: Backend): string[] => backend.statements.map(({ text }) => text);
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (error: unknown) => error,
  );

/** Never answers until the test, or a CancelRequest, says so. */
function hanging(): { answer: Answer; release: () => void } {
  const gate = Promise.withResolvers<void>();
  return {
    release: gate.resolve,
    answer: async ({ text }, backend) => {
      if (text !== 'hang') return one();
      backend.onCancel = () => gate.resolve();
      await gate.promise;
      return errorResponse('57014', 'canceling statement due to user request');
    },
  };
}

describe('query', () => {
  it('answers with columns, rows, count and command', async () => {
    const [db, backend] = await open(() =>
      result(
        [
          ['a', INT4],
          ['b', TEXT],
        ],
        [
          ['1', null],
          ['2', 'x'],
        ],
      ),
    );
    expect(await db.query('select', [])).toEqual({
      columns: [
        { name: 'a', type: 'int4', oid: 23 },
        { name: 'b', type: 'text', oid: 25 },
      ],
      rows: [
        { a: 1, b: null },
        { a: 2, b: 'x' },
      ],
      rowCount: 2,
      command: 'SELECT',
    });
    expect(backend.statements[0]?.text).toBe('select');
    await db.close();
  });

  it('keeps columns of one name in array mode, and a column named __proto__', async () => {
    const [db] = await open(() =>
      result(
        [
          ['a', INT4],
          ['a', INT4],
          ['__proto__', TEXT],
        ],
        [['1', '2', 'p']],
      ),
    );
    expect((await db.query('x', [], { rowMode: 'array' })).rows).toEqual([[1, 2, 'p']]);
    const [row] = (await db.query('x')).rows;
    expect(Object.entries(row ?? {})).toEqual([
      ['a', 2],
      ['__proto__', 'p'],
    ]);
    await db.close();
  });

  it('sends statement and parameters in one flight, at the first time as well', async () => {
    const [db, backend] = await open(one);
    await db.query('select $1, $2, $3', [1, null, 'x']);
    await db.query('select $1, $2, $3', [2, true, 'y']);
    await db.query('select $1, $2, $3', [3, false, 'z']);
    expect(backend.statements).toEqual([
      { text: 'select $1, $2, $3', parameters: ['1', null, 'x'], messages: 'PDBDES' },
      { text: 'select $1, $2, $3', parameters: ['2', 'true', 'y'], messages: 'PBDES' },
      { text: 'select $1, $2, $3', parameters: ['3', 'false', 'z'], messages: 'BDES' },
    ]);
    await db.close();
  });

  it('prepares nothing where that is turned off, and no more than 256 texts', async () => {
    const [pooled, first] = await open(one, { prepare: false });
    await pooled.query('select a');
    await pooled.query('select a');
    expect(first.statements.map(({ messages }) => messages)).toEqual(['PBDES', 'PBDES']);
    const [db, backend] = await open(one);
    for (let i = 0; i < 512; i += 1) await db.query(`select ${i >> 1}`);
    await db.query('select 0');
    await db.query('select 256');
    await db.query('select 0');
    await db.query('select 1');
    const flights = backend.statements.slice(-4).map(({ messages }) => messages);
    // What was used least recently is closed in the flight of what takes its place.
    expect(flights).toEqual(['BDES', 'CPBDES', 'BDES', 'CPBDES']);
    await Promise.all([db.close(), pooled.close()]);
  });

  it('pipelines, and answers in order', async () => {
    const [db] = await open(({ text }) => result([['t', TEXT]], [[text]]));
    const results = await Promise.all(['a', 'b', 'c', 'd'].map((text) => db.query(text)));
    expect(results.map(({ rows }) => rows[0]?.t)).toEqual(['a', 'b', 'c', 'd']);
    await db.close();
  });

  it('statements without rows', async () => {
    const [db] = await open(({ text }) =>
      text === '' ? message('I') : bytes(message('n'), message('C', `${text}\0`)),
    );
    expect(await db.query('INSERT 0 3')).toEqual({ columns: [], rows: [], rowCount: 3, command: 'INSERT' });
    expect(await db.query('CREATE TABLE')).toMatchObject({ rowCount: 0, command: 'CREATE TABLE' });
    expect(await db.query('')).toMatchObject({ rows: [], rowCount: 0, command: '' });
    await db.close();
  });

  it('a server error has its fields, and leaves the connection working', async () => {
    const [db] = await open(({ text }) =>
      text === 'bad'
        ? errorResponse('23505', 'duplicate key', {
            D: 'Key (a)=(1)',
            n: 't_pkey',
            t: 't',
            s: 'public',
            P: '5',
          })
        : one(),
    );
    const error = await failure(db.query('bad', ['a secret value']));
    expect(error).toMatchObject({
      name: 'FairleadError',
      code: 'server',
      server: {
        code: '23505',
        message: 'duplicate key',
        fields: {
          severity: 'ERROR',
          detail: 'Key (a)=(1)',
          constraint: 't_pkey',
          table: 't',
          schema: 'public',
          position: '5',
        },
      },
    });
    expect(Object.getOwnPropertyNames(error)).not.toContain('parameters');
    expect((await db.query('good')).rowCount).toBe(1);
    await db.close();
  });

  it.each([
    ['a NUL in the text', 'select \0', []],
    ['a parameter without a text form', 'select $1', [undefined]],
    ['too many parameters', 'select', new Array(70_000).fill(1)],
  ])('refuses %s', async (_what, text, parameters) => {
    const [db, backend] = await open(one);
    expect(await failure(db.query(text, parameters as never))).toMatchObject({ code: 'usage' });
    expect(backend.statements).toEqual([]);
    await db.close();
  });

  it('refuses COPY before it is sent', async () => {
    const [db, backend] = await open(one);
    expect(await failure(db.query(' Copy t from stdin'))).toMatchObject({ code: 'usage', safeToRetry: true });
    expect(await failure(db.script('copy t to stdout'))).toMatchObject({ code: 'usage', safeToRetry: true });
    expect(backend.statements).toEqual([]);
    expect((await db.query('x')).rowCount).toBe(1);
    await db.close();
  });

  it('gives each script without a result an array of its own', async () => {
    const [db] = await open(() => bytes());
    const results = await db.script('');
    results.push({ columns: [], rows: [{ secret: 1 }], rowCount: 1, command: 'SELECT' });
    expect(await db.script('')).toEqual([]);
    await db.close();
  });

  it('ends the connection that a hidden COPY would block', async () => {
    const [db] = await open(() => message('G', 0, 0, 0));
    expect(await failure(db.query('/* */ copy t from stdin'))).toMatchObject({ code: 'usage' });
    expect(await failure(db.query('x'))).toMatchObject({ code: 'usage' });
    await db.close();
  });
});

describe('limits', () => {
  const rows = (count: number): Uint8Array =>
    result(
      [['t', TEXT]],
      Array.from({ length: count }, () => ['0123456789']),
    );

  it.each([[{ maxRows: 4 }], [{ maxBytes: 79 }]])('%j of five rows of ten: limit', async (limits) => {
    const [db, backend] = await open(({ text }) => (text === 'many' ? rows(5) : one()), { limits });
    expect(await failure(db.query('many'))).toMatchObject({
      code: 'limit',
      message: expect.stringContaining('stream'),
    });
    expect((await db.query('few')).rowCount).toBe(1);
    expect(backend.cancellations).toBeLessThanOrEqual(1);
    await db.close();
  });

  it.each([[{ maxRows: 5 }], [{ maxBytes: 80 }]])('%j of five rows of ten: enough', async (limits) => {
    const [db] = await open(() => rows(5));
    expect((await db.query('many', [], limits)).rowCount).toBe(5);
    await db.close();
  });
});

describe('cancellation', () => {
  it('a query over its time is cancelled on the server, and the connection goes on', async () => {
    const [db, backend] = await open(hanging().answer);
    expect(await failure(db.query('hang', [], { timeoutMs: 20 }))).toMatchObject({
      code: 'timeout',
      safeToRetry: false,
    });
    expect(backend.cancellations).toBe(1);
    expect((await db.query('x')).rowCount).toBe(1);
    await db.close();
  });

  it('so is one that is aborted', async () => {
    const [db, backend] = await open(hanging().answer);
    const controller = new AbortController();
    const query = failure(db.query('hang', [], { signal: controller.signal }));
    setTimeout(() => controller.abort(new Error('enough')), 10);
    expect(await query).toMatchObject({ code: 'aborted', cause: { message: 'enough' } });
    expect(backend.cancellations).toBe(1);
    await db.close();
  });

  it('one that was aborted before is not sent', async () => {
    const [db, backend] = await open(one);
    expect(await failure(db.query('x', [], { signal: AbortSignal.abort() }))).toMatchObject({
      code: 'aborted',
      safeToRetry: true,
    });
    expect(backend.statements).toEqual([]);
    await db.close();
  });

  it('waits for its turn: what is sent ahead of it is not hit', async () => {
    const first = Promise.withResolvers<void>();
    const cancelled = Promise.withResolvers<void>();
    const order: string[] = [];
    const [db, backend] = await open(async ({ text }, server) => {
      if (text === 'first') {
        await first.promise;
        order.push(`first, after ${server.cancellations} cancellations`);
        return one();
      }
      await cancelled.promise;
      return errorResponse('57014', 'canceling statement due to user request');
    });
    // From the start: the request may come in the moment between the two.
    backend.onCancel = cancelled.resolve;
    const ahead = db.query('first');
    const behind = failure(db.query('second', [], { timeoutMs: 20 }));
    setTimeout(first.resolve, 60);
    expect((await ahead).rowCount).toBe(1);
    expect(await behind).toMatchObject({ code: 'timeout' });
    expect(order).toEqual(['first, after 0 cancellations']);
    expect(backend.cancellations).toBe(1);
    await db.close();
  });

  it('is asked for again where the server had not read the statement yet', async () => {
    const interrupted = Promise.withResolvers<void>();
    const [db, backend] = await open(async ({ text }) => {
      if (text !== 'slow to arrive') return one();
      await interrupted.promise;
      return errorResponse('57014', 'canceling statement due to user request');
    });
    // An idle server takes a CancelRequest, and forgets it.
    backend.onCancel = () => {
      if (backend.cancellations === 3) interrupted.resolve();
    };
    const slow = failure(db.query('slow to arrive', [], { timeoutMs: 20 }));
    expect((await db.query('next')).rowCount).toBe(1);
    expect(await slow).toMatchObject({ code: 'timeout', safeToRetry: false });
    expect(backend.cancellations).toBe(3);
    await db.close();
  });

  it('ends the connection where the request is not taken in time, since it may hit any statement later', async () => {
    const backend = new Backend(hanging().answer);
    let connections = 0;
    const db = await connect(url, {
      // The connection of the request never opens.
      connector: async (...target) => {
        connections += 1;
        if (connections > 1) await new Promise(() => undefined);
        return backend.connector(...target);
      },
    });
    expect(await failure(db.query('hang', [], { timeoutMs: 20 }))).toMatchObject({ code: 'timeout' });
    expect(await failure(db.query('x', [], { timeoutMs: 60_000 }))).toMatchObject({
      code: 'connection_lost',
      safeToRetry: true,
      message: expect.stringContaining('did not stop when it was cancelled'),
    });
  }, 20_000);

  it('that hits the statement behind it says so', async () => {
    const [db, backend] = await open(async ({ text }, server) => {
      if (text === 'first') {
        // Its cancellation is taken when it has just ended.
        await new Promise<void>((resolve) => {
          server.onCancel = resolve;
        });
        return one();
      }
      await scheduler.wait(50);
      return errorResponse('57014', 'canceling statement due to user request');
    });
    const first = failure(db.query('first', [], { timeoutMs: 20 }));
    const second = failure(db.query('second'));
    expect(await first).toMatchObject({ code: 'timeout' });
    expect(await second).toMatchObject({
      code: 'server',
      message: 'The cancellation of another statement hit this one.',
      server: { code: '57014' },
    });
    // The server's own word counts again behind it.
    expect(await failure(db.query('third'))).toMatchObject({ message: expect.stringContaining('canceling') });
    expect(backend.cancellations).toBe(1);
    await db.close();
  });

  /** A server whose statement `hang` ends after 300 ms, and a connector whose further connections do what `second` says. */
  const slowly = (second: (server: Backend) => Connector): Connector => {
    const backend = new Backend(async ({ text }) => {
      if (text === 'hang') await scheduler.wait(300);
      return one();
    });
    let connections = 0;
    return (...target) => {
      connections += 1;
      return (connections > 1 ? second(backend) : backend.connector)(...target);
    };
  };

  it('ends the connection where the server has not taken the request in the time of an attempt', async () => {
    // It reads the request, and says nothing.
    const silent = memoryConnector(async (line) => {
      while ((await line.read()) !== undefined);
    });
    const db = await connect(url, { connector: slowly(() => silent), connectTimeoutMs: 500 });
    expect(await failure(db.query('hang', [], { timeoutMs: 20 }))).toMatchObject({ code: 'timeout' });
    expect(await failure(db.query('x'))).toMatchObject({ code: 'connection_lost', safeToRetry: true });
  });

  it('leaves the connection alone where the statement has ended before any request could leave', async () => {
    const dialled = Promise.withResolvers<void>();
    let cancellations = 0;
    const connector = slowly((backend) => async (...target) => {
      await scheduler.wait(6_000);
      const transport = await backend.connector(...target);
      backend.onCancel = () => {
        cancellations += 1;
      };
      dialled.resolve();
      return transport;
    });
    const db = await connect(url, { connector });
    expect(await failure(db.query('hang', [], { timeoutMs: 20 }))).toMatchObject({ code: 'timeout' });
    expect((await db.query('x')).rowCount).toBe(1);
    await dialled.promise;
    await scheduler.wait(50);
    expect(cancellations).toBe(0);
    await db.close();
  }, 20_000);

  it('gives the connection up after five seconds, whether the server gave a key or not', async () => {
    const db = await connect(url, { connector: new Backend(() => new Promise(() => undefined)).connector });
    const since = Date.now();
    expect(await failure(db.query('hang', [], { timeoutMs: 20 }))).toMatchObject({ code: 'timeout' });
    await db.closed;
    expect(Date.now() - since).toBeLessThan(9_000);
  }, 20_000);

  it('is not blamed for the end of a statement that no request can have hit', async () => {
    const [db, backend] = await open(
      async ({ text }) => {
        if (text === 'many') return result([['t', TEXT]], [['1'], ['2']]);
        await scheduler.wait(50);
        return errorResponse('57014', 'canceling statement due to statement timeout');
      },
      { limits: { maxRows: 1 } },
    );
    // It has ended in the same bytes as the row too many.
    const many = failure(db.query('many'));
    const second = failure(db.query('second'));
    expect(await many).toMatchObject({ code: 'limit' });
    expect(await second).toMatchObject({ message: expect.stringContaining('statement timeout') });
    expect(backend.cancellations).toBe(0);
    await db.close();
  });

  it('of a transaction leaves the ROLLBACK alone that is waiting already', async () => {
    const gate = Promise.withResolvers<void>();
    const interrupted = Promise.withResolvers<void>();
    const backend = new Backend(async ({ text }) => {
      if (text !== 'hang') return message('C', `${text.split(' ')[0]}\0`);
      await interrupted.promise;
      return errorResponse('57014', 'canceling statement due to user request');
    });
    backend.onCancel = interrupted.resolve;
    let connections = 0;
    const connector: Connector = async (...target) => {
      const transport = await backend.connector(...target);
      connections += 1;
      // The server has acted on the request, and does not say yet that it has taken it.
      if (connections === 2) {
        const { read } = transport;
        transport.read = async () => {
          await gate.promise;
          return read.call(transport);
        };
      }
      return transport;
    };
    const db = await connect(url, { connector });
    const controller = new AbortController();
    const transaction = db.begin((tx) => tx.query('hang', [], { timeoutMs: 20 }), {
      signal: controller.signal,
    });
    setTimeout(() => controller.abort(), 300);
    setTimeout(gate.resolve, 400);
    expect(await failure(transaction)).toMatchObject({ code: 'timeout' });
    expect((await db.query('next')).command).toBe('next');
    expect(texts(backend)).toEqual(['BEGIN', 'hang', 'ROLLBACK', 'next']);
    await db.close();
  });

  it('the signal of connect() cancels what is running, and ends the connection', async () => {
    const controller = new AbortController();
    const [db, backend] = await open(hanging().answer, { signal: controller.signal });
    const query = failure(db.query('hang'));
    setTimeout(() => controller.abort(), 10);
    expect(await query).toMatchObject({ code: 'aborted' });
    expect(backend.cancellations).toBe(1);
    await db.closed;
    expect(await failure(db.query('x'))).toMatchObject({ code: 'aborted' });
  });

  it('the signal of connect() cancels all that were sent, one after the other', async () => {
    const controller = new AbortController();
    let hit = 0;
    const answer: Answer = async (_, backend) => {
      await new Promise<void>((resolve) => {
        backend.onCancel = resolve;
      });
      hit += 1;
      return errorResponse('57014', 'canceling statement due to user request');
    };
    const [db] = await open(answer, { signal: controller.signal });
    const queries = ['one', 'two', 'three'].map((text) => failure(db.query(text)));
    setTimeout(() => controller.abort(), 10);
    for (const query of queries) expect(await query).toMatchObject({ code: 'aborted', safeToRetry: false });
    await db.closed;
    expect(hit).toBe(3);
  });
});

describe('stream', () => {
  const numbers = (count: number): Uint8Array =>
    result(
      [['n', INT4]],
      Array.from({ length: count }, (_, i) => [String(i)]),
    );

  it('hands out rows, columns and a summary', async () => {
    const [db] = await open(() => numbers(3));
    const stream = db.stream('x', [], { rowMode: 'array' });
    expect(await stream.columns).toEqual([{ name: 'n', type: 'int4', oid: 23 }]);
    const rows: unknown[] = [];
    for await (const row of stream) rows.push(row);
    expect(rows).toEqual([[0], [1], [2]]);
    expect(stream.summary).toEqual({ rowCount: 3, command: 'SELECT' });
    await db.close();
  });

  it('knows its columns without rows', async () => {
    const [db] = await open(() => numbers(0));
    const stream = db.stream('x');
    const rows: unknown[] = [];
    for await (const row of stream) rows.push(row);
    expect([rows, await stream.columns]).toEqual([[], [{ name: 'n', type: 'int4', oid: 23 }]]);
    await db.close();
  });

  it('reads no more than is taken', async () => {
    let sent = 0;
    const row = dataRow(['x'.repeat(10_000)]);
    const [db] = await open(async ({ text }, backend) => {
      if (text !== 'big') return one();
      backend.onCancel = () => undefined;
      return bytes(
        rowDescription([['t', TEXT]]),
        ...Array.from({ length: 500 }, () => {
          sent += row.length;
          return row;
        }),
        message('C', 'SELECT 500\0'),
      );
    });
    const stream = db.stream('big');
    let rows = 0;
    let largest = 0;
    for await (const batch of stream.batches()) {
      rows += batch.length;
      largest = Math.max(largest, batch.length);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(rows).toBe(500);
    expect(sent).toBe(500 * row.length);
    // 64 KiB hold six such rows, and the rest of one begun before.
    expect(largest).toBeLessThanOrEqual(14);
    await db.close();
  });

  it('left early: cancelled, dropped, and the connection goes on', async () => {
    const [db, backend] = await open(({ text }) => (text === 'many' ? numbers(100_000) : one()));
    for await (const _row of db.stream('many')) break;
    expect(backend.cancellations).toBe(1);
    expect((await db.query('x')).rowCount).toBe(1);
    await db.close();
  });

  it('an error in the middle is thrown behind the rows before it', async () => {
    const [db] = await open(() =>
      bytes(rowDescription([['n', INT4]]), dataRow(['1']), errorResponse('22012', 'division by zero')),
    );
    const error = await failure(
      (async () => {
        for await (const _row of db.stream('x'));
      })(),
    );
    expect(error).toMatchObject({ code: 'server', server: { code: '22012' } });
    await db.close();
  });

  it('lets nothing else run meanwhile, and says so', async () => {
    const [db] = await open(({ text }) => (text === 'many' ? numbers(100_000) : one()));
    for await (const _row of db.stream('many')) {
      expect(await failure(db.query('y'))).toMatchObject({ code: 'usage' });
      break;
    }
    expect((await db.query('y')).rowCount).toBe(1);
    await db.close();
  });

  it('a server that goes silent ends in `timeout`', async () => {
    const [db, backend] = await open(hanging().answer);
    const stream = db.stream('hang', [], { timeoutMs: 20 });
    expect(await failure(stream[Symbol.asyncIterator]().next())).toMatchObject({ code: 'timeout' });
    expect(backend.cancellations).toBe(1);
    await db.close();
  });
});

describe('begin', () => {
  const echo: Answer = ({ text }) => {
    if (text === 'fail') return errorResponse('22012', 'division by zero');
    return message('C', `${text.split(' ')[0]}\0`);
  };

  it('commits, with the options it was given', async () => {
    const [db, backend] = await open(echo);
    const value = await db.begin(async (tx) => (await tx.query('UPDATE')).command, {
      isolation: 'serializable',
      readOnly: true,
      deferrable: true,
    });
    expect(value).toBe('UPDATE');
    expect(texts(backend)).toEqual([
      'BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY DEFERRABLE',
      'UPDATE',
      'COMMIT',
    ]);
    await db.close();
  });

  it('rolls back with the work’s own error', async () => {
    const [db, backend] = await open(echo);
    const error = new Error('no');
    expect(await failure(db.begin(() => Promise.reject(error)))).toBe(error);
    expect(await failure(db.begin((tx) => tx.query('fail')))).toMatchObject({ code: 'server' });
    expect(texts(backend)).toEqual(['BEGIN', 'ROLLBACK', 'BEGIN', 'fail', 'ROLLBACK']);
    await db.close();
  });

  it('a COMMIT that the server answers with ROLLBACK is an error', async () => {
    const [db] = await open(({ text }) => message('C', `${text === 'COMMIT' ? 'ROLLBACK' : text}\0`));
    expect(await failure(db.begin(async () => 1))).toMatchObject({
      code: 'server',
      server: { code: '25P02' },
    });
    await db.close();
  });

  it('savepoints nest', async () => {
    const [db, backend] = await open(echo);
    await db.begin(async (tx) => {
      await tx.savepoint(async (inner) => {
        await failure(inner.savepoint((innermost) => innermost.query('fail')));
        expect(await failure(inner.savepoint(() => Promise.reject(new Error('x'))))).toBeInstanceOf(Error);
      });
    });
    expect(texts(backend)).toEqual([
      'BEGIN',
      'SAVEPOINT fairlead_1',
      'SAVEPOINT fairlead_2',
      'fail',
      'ROLLBACK TO SAVEPOINT fairlead_2',
      'SAVEPOINT fairlead_3',
      'ROLLBACK TO SAVEPOINT fairlead_3',
      'RELEASE SAVEPOINT fairlead_1',
      'COMMIT',
    ]);
    await db.close();
  });

  it('savepoints that are called together run one after another', async () => {
    const [db, backend] = await open(echo);
    await db.begin(async (tx) => {
      const part = (name: string) => tx.savepoint(async (inner) => inner.query(name));
      const [, refused] = await Promise.all([part('one'), failure(part('fail')), part('three')]);
      expect(refused).toMatchObject({ code: 'server' });
    });
    expect(texts(backend)).toEqual([
      'BEGIN',
      'SAVEPOINT fairlead_1',
      'one',
      'RELEASE SAVEPOINT fairlead_1',
      'SAVEPOINT fairlead_2',
      'fail',
      'ROLLBACK TO SAVEPOINT fairlead_2',
      'SAVEPOINT fairlead_3',
      'three',
      'RELEASE SAVEPOINT fairlead_3',
      'COMMIT',
    ]);
    await db.close();
  });

  it('a savepoint that waits for itself is refused when its time is up', async () => {
    const [db, backend] = await open(echo, { timeoutMs: 500 });
    await db.begin(async (tx) => {
      await tx.savepoint(async () => {
        const refused = await failure(tx.savepoint((inner) => inner.query('never')));
        expect(refused).toMatchObject({ code: 'timeout', safeToRetry: true });
        expect(refused).toHaveProperty('message', expect.stringContaining('behind another one'));
      });
    });
    expect(texts(backend)).toEqual([
      'BEGIN',
      'SAVEPOINT fairlead_1',
      'RELEASE SAVEPOINT fairlead_1',
      'COMMIT',
    ]);
    await db.close();
  });

  it('lets the client’s other queries wait, in order', async () => {
    const [db, backend] = await open(echo);
    const waiting: Promise<unknown>[] = [];
    await db.begin(async (tx) => {
      waiting.push(
        db.query('outside-1'),
        db.begin((other) => other.query('other')),
        db.query('outside-2'),
      );
      await tx.query('inside');
    });
    await Promise.all(waiting);
    expect(texts(backend)).toEqual([
      'BEGIN',
      'inside',
      'COMMIT',
      'outside-1',
      'BEGIN',
      'other',
      'COMMIT',
      'outside-2',
    ]);
    await db.close();
  });

  it('a query that waits too long for it is `timeout`, and was not sent', async () => {
    const [db, backend] = await open(echo);
    await db.begin(async () => {
      expect(await failure(db.query('outside', [], { timeoutMs: 10 }))).toMatchObject({
        code: 'timeout',
        safeToRetry: true,
      });
    });
    expect((await db.query('after')).command).toBe('after');
    expect(texts(backend)).toEqual(['BEGIN', 'COMMIT', 'after']);
    await db.close();
  });

  it('is over when it is over', async () => {
    const [db] = await open(echo);
    let kept: Parameters<Parameters<Client['begin']>[0]>[0] | undefined;
    await db.begin(async (tx) => {
      kept = tx;
    });
    expect(await failure(kept?.query('late') ?? Promise.resolve())).toMatchObject({ code: 'usage' });
    expect(await failure(db.begin(async () => 1, { isolation: 'x; drop table t' as never }))).toMatchObject({
      code: 'usage',
    });
    await db.close();
  });
});

describe('the end', () => {
  it('a server that goes away is `connection_lost`, then and later', async () => {
    const [db] = await open(async () => {
      throw new Error('crash');
    });
    expect(await failure(db.query('x'))).toMatchObject({ code: 'connection_lost', safeToRetry: false });
    expect(await failure(db.query('y'))).toMatchObject({ code: 'connection_lost', safeToRetry: true });
    await db.closed;
    await db.close();
  });

  it('close() ends unused and used connections, twice if need be', async () => {
    const [unused] = await open(() => done);
    await unused.close();
    const [db] = await open(() => done);
    await db.query('x');
    await Promise.all([db.close(), db.close()]);
    await db.closed;
    expect(await failure(db.query('x'))).toMatchObject({ code: 'closed', safeToRetry: true });
  });

  it('close() with a query that hangs takes no longer than two seconds', async () => {
    const { answer, release } = hanging();
    const [db] = await open(answer);
    const query = failure(db.query('hang'));
    await new Promise((resolve) => setTimeout(resolve, 10));
    await db.close();
    expect(await query).toMatchObject({ code: 'closed', safeToRetry: false });
    release();
  });
});

describe('batch', () => {
  const echo: Answer = ({ text }) =>
    text === 'fail' ? errorResponse('22012', 'division by zero') : result([['text', TEXT]], [[text]]);

  it('sends all statements in one flight, under one Sync', async () => {
    const [db, backend] = await open(echo);
    for (let i = 0; i < 2; i += 1) await db.query('select b');
    const results = await db.batch([['a', [1]], sql`select b`, ['c']]);
    expect(results.map(({ rows }) => rows)).toEqual([
      [{ text: 'a' }],
      [{ text: 'select b' }],
      [{ text: 'c' }],
    ]);
    expect(new Set(backend.statements.slice(2).map(({ messages }) => messages))).toEqual(
      new Set(['PBDEBDEPBDES']),
    );
    expect(await db.batch([])).toEqual([]);
    await db.close();
  });

  it('fails with the first failure, and the connection goes on', async () => {
    const [db, backend] = await open(echo);
    expect(await failure(db.batch([['a'], ['fail'], ['c']]))).toMatchObject({ server: { code: '22012' } });
    expect(texts(backend)).toEqual(['a', 'fail']);
    // What was skipped is prepared anew.
    expect((await db.query('c')).rows).toEqual([{ text: 'c' }]);
    expect(backend.statements.at(-1)?.messages).toContain('P');
    expect(await failure(db.batch([['a'], ['copy t from stdin']]))).toMatchObject({ code: 'usage' });
    await db.close();
  });

  it('runs in a READ ONLY transaction if asked to, and not within another one', async () => {
    const [db, backend] = await open(echo);
    await db.batch([['a'], ['b']], { readOnly: true });
    await db.close();
    // A second more than the call's own time, which ends it first.
    const time = expect.stringMatching(/^SET LOCAL statement_timeout = 6[01]\d{3}$/);
    expect(texts(backend)).toEqual(['BEGIN READ ONLY', time, 'a', 'b', 'ROLLBACK']);
    expect(backend.statements.map(({ messages }) => messages)).toEqual([
      ...new Array(4).fill('PBEPBEPBDEPBDES'),
      'Q',
    ]);
    const [other] = await open(echo);
    expect(await failure(other.begin((tx) => tx.batch([['a']], { readOnly: true })))).toMatchObject({
      code: 'usage',
    });
    expect((await other.begin((tx) => tx.batch([['a'], ['b']]))).length).toBe(2);
    await other.close();
  });
});

describe('a prepared statement that the server has forgotten', () => {
  it.each([
    ['26000', {}],
    ['0A000', { R: 'RevalidateCachedQuery' }],
  ])('%s: is prepared again, once', async (code, more) => {
    let left = 1;
    const [db, backend] = await open(({ messages }) => {
      if (messages.includes('P') || left === 0) return one();
      left -= 1;
      return errorResponse(code, 'stale', more);
    });
    backend.bindingAnswers = true;
    for (let i = 0; i < 2; i += 1) await db.query('select x');
    expect((await db.query('select x')).rows).toEqual([{ a: 1 }]);
    expect(backend.statements.at(-1)?.messages).toContain('P');
    await db.close();
  });

  it('DISCARD ALL is noticed', async () => {
    const [db, backend] = await open(({ text }) =>
      text === 'discard all' ? message('C', 'DISCARD ALL\0') : one(),
    );
    for (let i = 0; i < 2; i += 1) await db.query('select x');
    await db.query('discard all');
    await db.query('select x');
    // To close a name that the server has forgotten is no error.
    expect(backend.statements.at(-1)?.messages).toBe('CPBDES');
    await db.close();
  });
});

describe('limits of a transaction', () => {
  it('its time ends it, though its work goes on: rolled back, and nothing more is let in', async () => {
    const { answer } = hanging();
    const [db, backend] = await open(answer);
    const later = Promise.withResolvers<unknown>();
    const work = async (tx: Transaction): Promise<void> => {
      await tx.query('hang').catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 50));
      later.resolve(await failure(tx.query('late')));
    };
    expect(await failure(db.begin(work, { timeoutMs: 20 }))).toMatchObject({ code: 'timeout' });
    expect(backend.cancellations).toBe(1);
    expect(texts(backend)).toEqual(['BEGIN', 'hang', 'ROLLBACK']);
    expect(await later.promise).toMatchObject({ code: 'usage' });
    expect((await db.query('x')).rowCount).toBe(1);
    await db.close();
  });

  it('so does its signal, while no statement runs', async () => {
    const [db, backend] = await open(one);
    const controller = new AbortController();
    const begun = failure(db.begin(() => new Promise(() => undefined), { signal: controller.signal }));
    setTimeout(() => controller.abort(), 10);
    expect(await begun).toMatchObject({ code: 'aborted' });
    expect(texts(backend)).toEqual(['BEGIN', 'ROLLBACK']);
    await db.close();
  });
});

describe('what tests on small data would hide', () => {
  it('a loop over a small result keeps the connection to its end, as one over a large result does', async () => {
    const [db] = await open(one);
    for await (const _row of db.stream('x')) {
      expect(await failure(db.query('y'))).toMatchObject({ code: 'usage' });
    }
    expect((await db.query('y')).rowCount).toBe(1);
    const stream = db.stream('x');
    await stream.columns;
    expect((await db.query('y')).rowCount).toBe(1);
    await db.close();
  });

  it('a reader’s failed statement leaves nothing open for the next one', async () => {
    const [db] = await open(({ text }, backend) => {
      if (text === 'ROLLBACK') {
        backend.status = 'I';
        return message('C', 'ROLLBACK\0');
      }
      if (backend.status === 'E') return errorResponse('25P02', 'current transaction is aborted');
      backend.status = text === 'fail' ? 'E' : 'T';
      return text === 'fail' ? errorResponse('22012', 'division by zero') : one();
    });
    const calls = ['fail', 'x'].map((text) => db.query(text, [], { readOnly: true }));
    expect((await Promise.allSettled(calls)).map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(await failure(db.query('fail', [], { readOnly: true }))).toMatchObject({ code: 'server' });
    expect((await db.query('x', [], { readOnly: true })).rowCount).toBe(1);
    await db.close();
  });
});

it('a write that fails under a stream ends the call, and is nobody’s unhandled rejection', async () => {
  const backend = new Backend(() => bytes(rowDescription([['a', INT4]]), dataRow(['1']), message('s')));
  let left = 3;
  const connector: Connector = async (address, options) => {
    const transport = await backend.connector(address, options);
    const write = transport.write.bind(transport);
    transport.write = (sent) => {
      left -= 1;
      if (left > 0) return write(sent);
      const lost = Promise.reject(new FairleadError('connection_lost', 'The peer closed it'));
      lost.catch(() => undefined);
      return lost;
    };
    return transport;
  };
  const db = await connect(url, { connector });
  const seen: unknown[] = [];
  const rows = (async () => {
    for await (const row of db.stream('x', [], { fetchSize: 1 })) seen.push(row);
  })();
  expect(await failure(rows)).toMatchObject({ code: 'connection_lost' });
  expect(seen).toEqual([{ a: 1 }]);
  // The runtime reports unhandled rejections a turn later.
  await new Promise((resolve) => setTimeout(resolve, 20));
});

it('a statement that cannot be written takes none of its neighbours with it', async () => {
  const [db, backend] = await open(one);
  const texts = ['select 1', 'nul \0', 'half \ud800', 'select 2', 'nul again \0', 'select 3'];
  const outcomes = await Promise.allSettled(texts.map((text) => db.query(text, [], { timeoutMs: 1000 })));
  const bad = { status: 'rejected', reason: { code: 'usage', safeToRetry: true } };
  const good = { status: 'fulfilled' };
  expect(outcomes).toMatchObject([good, bad, bad, good, bad, good]);
  expect(backend.statements.map(({ text }) => text)).toEqual(['select 1', 'select 2', 'select 3']);
  const streams = await failure(
    (async () => {
      for await (const _row of db.stream('nul \0'));
    })(),
  );
  expect(streams).toMatchObject({ code: 'usage' });
  expect((await db.query('x')).rowCount).toBe(1);
  await db.close();
});

describe('a stream or COPY that is left open in a transaction', () => {
  const answer: Answer = ({ text }) =>
    text === 'many' ? bytes(rowDescription([['a', INT4]]), dataRow(['1']), message('s')) : done;

  it('is ended, and all is rolled back: the connection is not left in it', async () => {
    const [db, backend] = await open(answer);
    const work = async (tx: Transaction): Promise<void> => {
      await tx.stream('many', [], { fetchSize: 1 }).batches().next();
    };
    expect(await failure(db.begin(work))).toMatchObject({ code: 'usage' });
    expect((await db.query('x')).command).toBe('OK');
    expect(texts(backend)).toEqual(['BEGIN', 'many', 'ROLLBACK', 'x']);
    await db.close();
  });

  it('does not keep the time limit from rolling back', async () => {
    const [db, backend] = await open(answer);
    const work = async (tx: Transaction): Promise<void> => {
      await tx.stream('many', [], { fetchSize: 1 }).batches().next();
      await new Promise(() => undefined);
    };
    expect(await failure(db.begin(work, { timeoutMs: 20 }))).toMatchObject({ code: 'timeout' });
    expect((await db.query('x')).command).toBe('OK');
    expect(texts(backend)).toEqual(['BEGIN', 'many', 'ROLLBACK', 'x']);
    await db.close();
  });
});
