// Transactions that end before their time, against a played server: no later statement is lost in one, and none is
// sent as if the transaction still stood.
import type { Connector } from '@fairlead/transport';
import { describe, expect, it } from 'vitest';
import { type Client, connect } from '../src/index.ts';
import { type Answer, Backend, err, ok, plainUrl, table } from './support/backend.ts';

const INT = { name: 'n', type: 3, collation: 63 };
const IN_TRANSACTION = 0x0003;
const tick = (ms = 5): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no failure',
    (error: unknown) => error,
  );

/** A server that knows whether a transaction is open; KILL QUERY ends what waits. */
class Transactional {
  readonly backend: Backend;
  open = false;
  #release: ((killed: boolean) => void) | undefined;
  /** Statements that wait until they are killed, or let go. */
  readonly held = new Set<string>();
  readonly failing = new Map<string, Uint8Array>();
  /** Statements whose failure undoes the whole transaction. */
  readonly undoing = new Set<string>();

  constructor() {
    this.backend = new Backend(async (command, line, reader) => this.#answer(command, line, reader));
  }

  letGo(): void {
    this.#release?.(false);
  }

  readonly #answer: Answer = async ({ text }) => {
    if (text.startsWith('KILL')) {
      this.#release?.(true);
      return [ok()];
    }
    if (this.held.has(text)) {
      const killed = await new Promise<boolean>((resolve) => {
        this.#release = resolve;
      });
      this.#release = undefined;
      if (killed) return [err(1317, '70100', 'Query execution was interrupted')];
    }
    const error = this.failing.get(text);
    if (this.undoing.has(text)) this.open = false;
    if (error !== undefined) return [error];
    if (text.startsWith('START TRANSACTION')) this.open = true;
    if (text === 'COMMIT' || text === 'ROLLBACK') this.open = false;
    const status = this.open ? IN_TRANSACTION : 2;
    return text.startsWith('select') ? table([INT], [['1']], status) : [ok({ status })];
  };

  connect(options = {}): Promise<Client> {
    return connect(plainUrl, { connector: this.backend.connector, ...options });
  }

  get statements(): readonly string[] {
    return this.backend.statements.filter((text) => !text.startsWith('KILL'));
  }
}

describe('begin() that ends while START TRANSACTION travels', () => {
  it.each(['an abort', 'its time'])('by %s, leaves no transaction behind', async (how) => {
    const server = new Transactional();
    const db = await server.connect();
    const controller = new AbortController();
    server.held.add('START TRANSACTION');
    const begun = failure(
      db.begin(async () => 'done', how === 'an abort' ? { signal: controller.signal } : { timeoutMs: 50 }),
    );
    const insert = db.query('insert into t values (1)');
    await tick(20);
    controller.abort();
    // The server had begun it when the kill came: it does not end.
    if (how === 'its time') await tick(60);
    server.letGo();
    expect(await begun).toMatchObject({
      code: how === 'an abort' ? 'aborted' : 'timeout',
      safeToRetry: false,
    });
    await insert;
    expect(server.statements.indexOf('ROLLBACK')).toBeGreaterThan(-1);
    expect(server.statements.indexOf('ROLLBACK')).toBeLessThan(
      server.statements.indexOf('insert into t values (1)'),
    );
    expect(server.open).toBe(false);
    await db.close();
  });

  it('before it is sent, sends nothing', async () => {
    const server = new Transactional();
    const db = await server.connect();
    expect(await failure(db.begin(async () => 1, { signal: AbortSignal.abort() }))).toMatchObject({
      code: 'aborted',
      safeToRetry: true,
    });
    expect(server.statements).toEqual([]);
    await db.close();
  });

  it('ends the connection if it cannot be rolled back', async () => {
    const server = new Transactional();
    const db = await server.connect();
    server.failing.set('ROLLBACK', err(1105, 'HY000', 'no'));
    expect(await failure(db.begin(async () => Promise.reject(new RangeError('mine'))))).toMatchObject({
      message: 'mine',
    });
    await db.closed;
    expect(await failure(db.query('insert'))).toMatchObject({ code: 'connection_lost', safeToRetry: true });
  });
});

describe('a transaction under a limit', () => {
  it('ends with it, work, statements and all', async () => {
    const server = new Transactional();
    const db = await server.connect();
    let after: unknown;
    const begun = failure(
      db.begin(
        async (tx) => {
          await tx.query('insert 1');
          await tick(120);
          after = await failure(tx.query('insert 2'));
        },
        { timeoutMs: 60 },
      ),
    );
    expect(await begun).toMatchObject({ code: 'timeout' });
    expect(server.statements).toEqual(['START TRANSACTION', 'insert 1', 'ROLLBACK']);
    await tick(150);
    expect(after).toMatchObject({ code: 'usage' });
    await db.close();
  });

  it('waits for its turn no longer than that, and for as long as it takes without one', async () => {
    const server = new Transactional();
    const db = await server.connect({ timeoutMs: 60 });
    const long = db.begin(() => tick(150));
    expect(await failure(db.begin(async () => 1, { timeoutMs: 40 }))).toMatchObject({
      code: 'timeout',
      safeToRetry: true,
    });
    const patient = db.begin(async () => 'had its turn');
    await long;
    expect(await patient).toBe('had its turn');
    await db.close();
  });
});

describe('COMMIT', () => {
  it('that fails is followed by ROLLBACK', async () => {
    const server = new Transactional();
    const db = await server.connect();
    server.failing.set('COMMIT', err(1180, 'HY000', 'disk full'));
    expect(await failure(db.begin(async (tx) => tx.query('insert')))).toMatchObject({
      code: 'server',
      safeToRetry: false,
    });
    await db.query('after');
    expect(server.statements).toEqual(['START TRANSACTION', 'insert', 'COMMIT', 'ROLLBACK', 'after']);
    await db.close();
  });

  // However many promises behind the stream's last packet.
  it.each([0, 4, 20])(
    'is not sent while a stream is open: all is rolled back, by %i promises',
    async (steps) => {
      const server = new Transactional();
      const db = await server.connect();
      const begun = db.begin(async (tx) => {
        await tx.stream('select n').columns;
        for (let step = 0; step < steps; step += 1) await Promise.resolve();
      });
      expect(await failure(begun)).toMatchObject({ code: 'usage', safeToRetry: false });
      await db.query('after');
      expect(server.statements.filter((text) => text !== 'DO 0')).toEqual([
        'START TRANSACTION',
        'select n',
        'ROLLBACK',
        'after',
      ]);
      await db.close();
    },
  );
});

it('a reader that its transaction has left behind keeps nobody out', async () => {
  const server = new Transactional();
  const db = await server.connect();
  const begun = db.begin(async (tx) => {
    await tx.results('select n').next();
  });
  expect(await failure(begun)).toMatchObject({ code: 'usage', safeToRetry: false });
  await db.query('after');
  expect(server.statements.slice(-2)).toEqual(['ROLLBACK', 'after']);
  await db.close();
});

describe('begin() that is aborted behind an answer of the server', () => {
  // The signal fires so many promises behind the bytes that answer the first of its two commands.
  it.each(Array.from({ length: 24 }, (_, steps) => steps))('by %i promises', async (steps) => {
    const controller = new AbortController();
    const server = new Transactional();
    const isolation = 'SET TRANSACTION ISOLATION LEVEL SERIALIZABLE';
    const connector: Connector = async (...target) => {
      const transport = await server.backend.connector(...target);
      const read = transport.read.bind(transport);
      const abortLater = async (): Promise<void> => {
        for (let step = 0; step < steps; step += 1) await Promise.resolve();
        controller.abort();
      };
      const watched: typeof read = async (...args) => {
        const chunk = await read(...args);
        if (server.statements.includes(isolation)) void abortLater();
        return chunk;
      };
      return Object.assign(transport, { read: watched });
    };
    const db = await connect(plainUrl, { connector });
    let sentWhenAborted: number | undefined;
    controller.signal.addEventListener('abort', () => {
      sentWhenAborted = server.statements.length;
    });
    const began: boolean[] = [];
    const begun = db.begin(
      async (tx) => {
        began.push(controller.signal.aborted);
        await tx.query('insert into t values (1)');
      },
      { isolation: 'serializable', signal: controller.signal },
    );
    expect(await failure(begun)).toMatchObject({ code: 'aborted', safeToRetry: false });
    expect(sentWhenAborted).toBeDefined();
    expect(began).not.toContain(true);
    const inserts = server.statements.slice(sentWhenAborted).filter((text) => text.startsWith('insert'));
    // What the work had sent before may still have been on its way.
    expect(inserts.length).toBeLessThanOrEqual(began.length);
    expect(server.statements).not.toContain('COMMIT');
    expect(server.open).toBe(false);
    await db.close();
  });
});

describe('a transaction that the server has undone', () => {
  it.each(['one after the other', 'together'])('gets no further statement, sent %s', async (how) => {
    const server = new Transactional();
    const db = await server.connect();
    server.failing.set('update 1', err(1213, '40001', 'Deadlock found'));
    server.undoing.add('update 1');
    const seen: unknown[] = [];
    const begun = db.begin(async (tx) => {
      if (how === 'together') {
        seen.push(...(await Promise.all(['update 1', 'update 2'].map((sql) => failure(tx.query(sql))))));
      } else {
        seen.push(await failure(tx.query('update 1')), await failure(tx.query('update 2')));
      }
      return 'seems fine';
    });
    expect(await failure(begun)).toMatchObject({
      code: 'server',
      safeToRetry: false,
      server: { code: '40001' },
    });
    expect(seen).toMatchObject([
      { code: 'server', safeToRetry: false },
      { code: 'server', safeToRetry: true, server: { fields: { errno: '1213' } } },
    ]);
    expect(server.statements).not.toContain('update 2');
    expect(server.statements).not.toContain('COMMIT');
    await db.close();
  });

  it('is run again, as often as `retries` says', async () => {
    const server = new Transactional();
    const db = await server.connect();
    server.failing.set('update 1', err(1213, '40001', 'Deadlock found'));
    server.undoing.add('update 1');
    let runs = 0;
    const work = async (tx: { query(text: string): Promise<unknown> }): Promise<string> => {
      runs += 1;
      if (runs === 3) server.failing.clear();
      await tx.query('update 1');
      return 'done';
    };
    expect(await db.begin(work, { retries: 2 })).toBe('done');
    const once = ['START TRANSACTION', 'update 1', 'ROLLBACK'];
    expect(server.statements.filter((text) => text !== 'DO 0')).toEqual([
      ...once,
      ...once,
      'START TRANSACTION',
      'update 1',
      'COMMIT',
    ]);
    server.failing.set('update 1', err(1213, '40001', 'Deadlock found'));
    expect(await failure(db.begin(work, { retries: 1 }))).toMatchObject({
      code: 'server',
      server: { code: '40001' },
    });
    expect(runs).toBe(5);
    await db.close();
  });

  it('cannot be called again without harm when the second run was not begun', async () => {
    let db: Client | undefined;
    const backend = new Backend(({ text }) => {
      if (text === 'COMMIT') return [err(1213, '40001', 'Deadlock found')];
      // The connection is closed behind the first run.
      if (text === 'ROLLBACK') void db?.close();
      return [ok({ status: text === 'START TRANSACTION' ? IN_TRANSACTION : 2 })];
    });
    db = await connect(plainUrl, { connector: backend.connector });
    const begun = db.begin((tx) => tx.query('update 1'), { retries: 1 });
    expect(await failure(begun)).toMatchObject({ code: 'closed', safeToRetry: false });
    expect(backend.statements.filter((text) => text === 'START TRANSACTION')).toHaveLength(1);
    await db.close();
  });

  it('goes on after an error that undid one statement alone', async () => {
    const server = new Transactional();
    const db = await server.connect();
    server.failing.set('bad', err(1062, '23000', 'Duplicate entry'));
    await db.begin(async (tx) => {
      await failure(tx.query('bad'));
      await tx.query('good');
    });
    expect(server.statements).toEqual(['START TRANSACTION', 'bad', 'DO 0', 'good', 'COMMIT']);
    await db.close();
  });
});

describe('savepoints', () => {
  it('of one transaction take turns', async () => {
    const server = new Transactional();
    const db = await server.connect();
    await db.begin(async (tx) => {
      const part = (name: string) => tx.savepoint(async (inner) => inner.query(name));
      await Promise.all([part('one'), part('two')]);
    });
    expect(server.statements).toEqual([
      'START TRANSACTION',
      'SAVEPOINT fairlead_1',
      'one',
      'RELEASE SAVEPOINT fairlead_1',
      'SAVEPOINT fairlead_2',
      'two',
      'RELEASE SAVEPOINT fairlead_2',
      'COMMIT',
    ]);
    await db.close();
  });

  it('that cannot be undone keep the whole from being committed', async () => {
    const server = new Transactional();
    const db = await server.connect();
    server.failing.set('ROLLBACK TO SAVEPOINT fairlead_1', err(1305, '42000', 'SAVEPOINT does not exist'));
    const begun = db.begin(async (tx) => {
      await failure(tx.savepoint(async () => Promise.reject(new Error('mine'))));
    });
    expect(await failure(begun)).toMatchObject({ code: 'server', server: { fields: { errno: '1305' } } });
    expect(server.statements).not.toContain('COMMIT');
    await db.close();
  });
});

it('a query that waits for a transaction comes before the next transaction, not into it', async () => {
  const server = new Transactional();
  const db = await server.connect();
  const first = db.begin(() => tick());
  const waiting = db.query('outside');
  const second = db.begin((tx) => tx.query('inside'));
  await Promise.all([first, waiting, second]);
  expect(server.statements).toEqual([
    'START TRANSACTION',
    'COMMIT',
    'outside',
    'START TRANSACTION',
    'inside',
    'COMMIT',
  ]);
  await db.close();
});
