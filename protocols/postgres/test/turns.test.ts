// Who has the connection, and until when: what is aborted between any two messages leaves nothing behind, and what waits is
// told when the connection is gone. The server is by hand.
import { FairleadError } from '@fairlead/errors';
import { describe, expect, it } from 'vitest';
import { loadTypes, open } from '../src/index.ts';
import { Backend, errorResponse, message, ready, result } from './support/backend.ts';
import { byHand, complete, copyInResponse, failure, type Hand } from './support/by-hand.ts';

const never = (): Promise<never> => new Promise(() => undefined);

/** Answers one extended statement with a status of its own. */
async function answer(hand: Hand, tag: string, status: string): Promise<string> {
  let text = '';
  for (;;) {
    const { type, body } = await hand.next();
    if (type === 'P') text = body.split('\0')[1] ?? '';
    if (type === 'S') break;
  }
  await hand.send(message('1'), message('2'), message('n'), complete(tag), message('Z', status));
  return text;
}

describe('begin', () => {
  it('aborted while BEGIN travels rolls back before anybody else is let in', async () => {
    const [db, hand] = await byHand();
    const controller = new AbortController();
    const begun = failure(db.begin(never, { signal: controller.signal }));
    const other = db.query('insert');
    for (const type of ['P', 'B', 'D', 'E', 'S']) await hand.expect(type);
    controller.abort();
    // The cancellation comes too late.
    await hand.send(message('1'), message('2'), message('n'), complete('BEGIN'), message('Z', 'T'));
    expect(await answer(hand, 'ROLLBACK', 'I')).toBe('ROLLBACK');
    expect(await answer(hand, 'INSERT 0 1', 'I')).toBe('insert');
    expect(await begun).toMatchObject({ code: 'aborted', safeToRetry: false });
    expect((await other).rowCount).toBe(1);
    await db.close();
  });

  it('aborted before BEGIN left sends nothing, and says so', async () => {
    const [db, hand] = await byHand();
    const controller = new AbortController();
    const begun = failure(db.begin(never, { signal: controller.signal }));
    controller.abort();
    expect(await begun).toMatchObject({ code: 'aborted', safeToRetry: true });
    const other = db.query('x');
    expect(await answer(hand, 'X', 'I')).toBe('x');
    await other;
    await db.close();
  });

  it('whose time is up before it has begun leaves alone what was asked before', async () => {
    const [db, hand] = await byHand();
    const earlier = db.query('earlier');
    const begun = failure(db.begin(never, { timeoutMs: 50 }));
    for (const type of ['P', 'B', 'D', 'E', 'S']) await hand.expect(type);
    await scheduler.wait(150);
    expect(hand.cancellations).toBe(0);
    await hand.send(message('1'), message('2'), message('n'), complete('EARLIER 1'), ready);
    expect((await earlier).command).toBe('EARLIER');
    expect(await answer(hand, 'BEGIN', 'T')).toBe('BEGIN');
    expect(await answer(hand, 'ROLLBACK', 'I')).toBe('ROLLBACK');
    expect(await begun).toMatchObject({ code: 'timeout', safeToRetry: false });
    await db.close();
  });

  it('that cannot be rolled back ends the connection, and rejects within a second', async () => {
    const [db, hand] = await byHand();
    const startedAt = Date.now();
    const begun = failure(
      db.begin(
        async (tx) => {
          await tx.query('work');
          await never();
        },
        { timeoutMs: 100 },
      ),
    );
    await answer(hand, 'BEGIN', 'T');
    await answer(hand, 'WORK', 'T');
    expect(await begun).toMatchObject({ code: 'timeout', safeToRetry: false });
    expect(Date.now() - startedAt).toBeLessThan(1_500);
    // ROLLBACK is never answered.
    const waiting = failure(db.query('x', [], { timeoutMs: 60_000 }));
    expect(await waiting).toMatchObject({ code: 'connection_lost', safeToRetry: true });
    await db.closed;
  }, 20_000);

  it('whose COMMIT was done when its time was up is done', async () => {
    const [db, hand] = await byHand();
    const begun = db.begin(async () => 'result', { timeoutMs: 100 });
    await answer(hand, 'BEGIN', 'T');
    for (const type of ['P', 'B', 'D', 'E', 'S']) await hand.expect(type);
    await scheduler.wait(150);
    await hand.send(message('1'), message('2'), message('n'), complete('COMMIT'), ready);
    expect(await begun).toBe('result');
    await db.close();
  });

  it('a savepoint whose RELEASE is refused is undone', async () => {
    const [db, hand] = await byHand();
    const begun = db.begin(async (tx) => {
      const refused = await failure(tx.savepoint(async () => 'inner'));
      expect(refused).toMatchObject({ server: { code: '57014' } });
      return 'outer';
    });
    await answer(hand, 'BEGIN', 'T');
    expect(await answer(hand, 'SAVEPOINT', 'T')).toBe('SAVEPOINT fairlead_1');
    for (const type of ['P', 'B', 'D', 'E', 'S']) await hand.expect(type);
    await hand.send(message('1'), message('2'), errorResponse('57014', 'canceled'), message('Z', 'E'));
    expect(await answer(hand, 'ROLLBACK', 'T')).toBe('ROLLBACK TO SAVEPOINT fairlead_1');
    expect(await answer(hand, 'COMMIT', 'I')).toBe('COMMIT');
    expect(await begun).toBe('outer');
    await db.close();
  });

  it.each([
    [{ timeoutMs: 0 }, 'timeoutMs'],
    [{ timeoutMs: Number.NaN }, 'timeoutMs'],
    [{ retries: -1 }, 'retries'],
    [{ retries: 1.5 }, 'retries'],
    [{ signal: {} as AbortSignal }, 'signal'],
  ])('refuses %j', async (options, text) => {
    const [db] = await byHand();
    const refused = await failure(db.begin(async () => 1, options));
    expect(refused).toMatchObject({
      code: 'usage',
      safeToRetry: true,
      message: expect.stringContaining(text),
    });
    expect(await failure(db.begin(7 as never))).toMatchObject({ code: 'usage' });
    await db.close();
  });
});

describe('a batch', () => {
  it('in which something was committed is not run again for a prepared statement that has gone', async () => {
    const [db, hand] = await byHand({ prepare: 'always' });
    for (let i = 0; i < 3; i += 1) {
      const prepared = db.query('x');
      await hand.run('X');
      await prepared;
    }
    const batch = failure(db.batch([['insert'], ['commit'], ['x']]));
    for (let type = ''; type !== 'S'; ) ({ type } = await hand.next());
    const done = (tag: string): Uint8Array[] => [message('1'), message('2'), message('n'), complete(tag)];
    const gone = errorResponse('26000', 'prepared statement does not exist');
    await hand.send(...done('INSERT 0 1'), ...done('COMMIT'), gone, ready);
    expect(await batch).toMatchObject({ server: { code: '26000' }, safeToRetry: false });
    await db.close();
  }, 5_000);
});

describe('readOnly', () => {
  it.each([undefined, 'always'] as const)(
    'behind a BEGIN of the caller’s is refused, also where that is prepared: %s',
    async (prepare) => {
      const [db, hand] = await byHand();
      const sent = [db.query('begin', [], { prepare }), db.query('insert', [], { prepare })];
      const refused = failure(db.query('select 1', [], { readOnly: true }));
      expect(await answer(hand, 'BEGIN', 'T')).toBe('begin');
      expect(await answer(hand, 'INSERT 0 1', 'T')).toBe('insert');
      await Promise.all(sent);
      expect(await refused).toMatchObject({ code: 'usage', safeToRetry: true });
      await db.close();
    },
  );

  it('is refused for scripts, which may end the transaction', async () => {
    const [db] = await byHand();
    expect(await failure(db.script('x; y', { readOnly: true }))).toMatchObject({
      code: 'usage',
      safeToRetry: true,
    });
    await db.close();
  });
});

/** Calls `run` and says how many elements arrays have, in all, that are searched or moved meanwhile. */
function elementsPassed(run: () => void): number {
  let passed = 0;
  const names = ['indexOf', 'includes', 'findIndex', 'filter', 'splice', 'shift', 'unshift'] as const;
  const methods = names.map(
    (name) => [name, Object.getOwnPropertyDescriptor(Array.prototype, name)] as const,
  );
  for (const [name, method] of methods) {
    const value = function (this: unknown[], ...args: unknown[]): unknown {
      passed += this.length;
      return Reflect.apply(method?.value, this, args);
    };
    Object.defineProperty(Array.prototype, name, { ...method, value });
  }
  run();
  for (const [name, method] of methods) Object.defineProperty(Array.prototype, name, method ?? {});
  return passed;
}

describe('one signal for 20,000 statements', () => {
  it('ends those that were not sent without a search for each', async () => {
    const [db, hand] = await byHand();
    const controller = new AbortController();
    const calls = Array.from({ length: 20_000 }, () =>
      failure(db.query('select', [], { signal: controller.signal })),
    );
    for (const type of ['P', 'B', 'D', 'E', 'S']) await hand.expect(type);
    const passed = elementsPassed(() => controller.abort());
    // A search through those that wait passes 200,000,000.
    expect(passed).toBeLessThan(400_000);
    const errors = await Promise.all(calls.slice(300));
    expect(new Set(errors.map((error) => error instanceof FairleadError && error.code))).toEqual(
      new Set(['aborted']),
    );
    await hand.line.close();
    await Promise.all(calls);
    await db.close();
  });
});

describe('what is no argument', () => {
  const work = async (): Promise<number> => 1;
  it.each<[method: string, ...args: unknown[]]>([
    ['query', null],
    ['query', {}],
    ['query', 'x', {}],
    ['query', 'x', [], 5],
    ['query', 'x', [], { rowMode: 'list' }],
    ['query', 'x', [], { format: 'json' }],
    ['query', 'x', [], { prepare: 'never' }],
    ['query', 'x', [], { readOnly: 'yes' }],
    ['query', 'x', [], { maxRows: -1 }],
    ['query', 'x', [], { maxBytes: Number.NaN }],
    ['queryRow', undefined],
    ['queryValue', null],
    ['batch', null],
    ['batch', [null]],
    ['batch', ['x']],
    ['batch', [['x', 5]]],
    ['batch', [], 5],
    ['script', 5],
    ['script', 'x', 5],
    ['stream', null],
    ['stream', 'x', [], 5],
    ['streamWith', 'x', [], {}, 5],
    ['copyFrom', null, []],
    ['copyFrom', 'copy x from stdin', [], 5],
    ['copyTo', null],
    ['copyTo', 'copy x to stdout', 5],
    ['begin', work, 5],
    ['listen', null],
    ['listen', 'x', 5],
  ])('%s(%j, %j, %j) is refused as such', async (method, ...args) => {
    const [db] = await byHand();
    const refused = await failure((async () => Reflect.apply(Reflect.get(db, method), db, args))());
    expect(refused).toMatchObject({ code: 'usage', safeToRetry: true });
    await db.close();
  });

  it.each([5, [5]])('loadTypes(db, %j) is refused as such', async (names) => {
    const [db] = await byHand();
    const refused = await failure(loadTypes(db, names as never));
    expect(refused).toMatchObject({ code: 'usage', safeToRetry: true });
    await db.close();
  });

  it('loadTypes of what is no client is refused as such', async () => {
    expect(await failure(loadTypes({} as never))).toMatchObject({ code: 'usage', safeToRetry: true });
  });

  it('open(url, 5) is refused as such', async () => {
    const refused = await failure((async () => open('postgres://a@b', 5 as never).ready)());
    expect(refused).toMatchObject({ code: 'usage', safeToRetry: true });
  });
});

describe('times', () => {
  it.each([0, -1, Number.NaN, '5' as unknown as number])('%s is refused everywhere', async (time) => {
    const [db] = await byHand();
    const calls: (() => unknown)[] = [
      () => db.query('x', [], { timeoutMs: time }),
      () => db.queryValue('x', [], { timeoutMs: time }),
      () => db.batch([['x']], { timeoutMs: time }),
      () => db.script('x', { timeoutMs: time }),
      () => db.listen('x', { timeoutMs: time }),
      () => db.copyFrom('copy x from stdin', [], { timeoutMs: time }),
      () => db.query('x', [], { serverTimeoutMs: time }),
      async () => db.stream('x', [], { timeoutMs: time }),
      async () => open('postgres://a@b', { connectTimeoutMs: time }),
      async () => open('postgres://a@b', { timeoutMs: time }),
      async () => open('postgres://a@b', { statementTimeoutMs: time }),
    ];
    for (const call of calls) {
      expect(await failure((async () => call())())).toMatchObject({ code: 'usage', safeToRetry: true });
    }
    await db.close();
  });

  it('of 2^31 ms and more does not fire at once', async () => {
    const backend = new Backend(() => result([['a', 23]], [['1']]));
    const options = { connector: backend.connector, connectTimeoutMs: 2 ** 31, timeoutMs: 2 ** 40 };
    await using db = open('postgres://app@db.test/shop?sslmode=disable', options);
    expect(await db.queryValue('x')).toBe(1);
    expect(await db.begin(async () => 2, { timeoutMs: 2 ** 33 })).toBe(2);
  });
});

describe('arguments', () => {
  it('of a wrong kind are refused, and nothing is sent', async () => {
    const [db] = await byHand();
    const wrong = (value: unknown): never => value as never;
    const calls: (() => unknown)[] = [
      ...[7, null, undefined, {}, []].flatMap((text) => [
        () => db.query(wrong(text)),
        () => db.queryRow(wrong(text)),
        () => db.stream(wrong(text)),
        () => db.script(wrong(text)),
        () => db.batch(wrong([text])),
        () => db.copyFrom(wrong(text), []),
        () => db.copyTo(wrong(text)),
        () => db.listen(wrong(text)),
        () => db.begin(wrong(text)),
      ]),
      ...['text', 7, true].flatMap((options) => [
        () => db.query('x', [], wrong(options)),
        () => db.stream('x', [], wrong(options)),
        () => db.script('x', wrong(options)),
        () => db.batch([['x']], wrong(options)),
        () => db.copyFrom('copy', [], wrong(options)),
        () => db.begin(async () => 1, wrong(options)),
        () => db.listen('x', wrong(options)),
      ]),
      () => db.query('x', wrong('params')),
      () => db.batch(wrong('x')),
      ...[
        { maxRows: Number.NaN },
        { maxBytes: -1 },
        { maxRows: '5' },
        { rowMode: 'objects' },
        { format: 'hex' },
      ].map((options) => () => db.query('x', [], wrong(options))),
      () => open('postgres://a@b', { limits: { maxRowBytes: Number.NaN } }),
      () => open('postgres://a@b', { password: wrong(7) }),
    ];
    for (const call of calls) {
      const error = await failure((async () => call())());
      expect(error, String(call)).toMatchObject({ name: 'FairleadError', code: 'usage', safeToRetry: true });
    }
    await db.close();
  });
});

describe('an idle connection', () => {
  it('hears the server’s goodbye', async () => {
    const [db, hand] = await byHand();
    await scheduler.wait(250);
    await hand.send(errorResponse('57P01', 'terminating connection', { V: 'FATAL' }));
    await hand.line.close();
    await db.closed;
    expect(await failure(db.query('x'))).toMatchObject({
      code: 'connection_lost',
      safeToRetry: true,
      server: { code: '57P01', message: 'terminating connection' },
    });
  });

  it('is ended by an answer that nobody asked for', async () => {
    const [db, hand] = await byHand();
    await scheduler.wait(250);
    await hand.send(complete('SELECT 1'));
    await db.closed;
    expect(await failure(db.query('x'))).toMatchObject({ code: 'protocol', safeToRetry: true });
  });

  it('goes on after notices and settings', async () => {
    const [db, hand] = await byHand();
    await scheduler.wait(250);
    await hand.send(message('S', 'TimeZone\0Asia/Tokyo\0'), message('N', 'SNOTICE\0Mhello\0\0'));
    const asked = db.query('x');
    await hand.run('X');
    expect((await asked).command).toBe('X');
    expect(db.parameterStatus.get('TimeZone')).toBe('Asia/Tokyo');
    await db.close();
  });
});

it('close() during the login of open() ends the attempt', async () => {
  const aborted = Promise.withResolvers<void>();
  const connector = (_: unknown, { signal }: { signal?: AbortSignal | undefined } = {}) =>
    new Promise<never>((_resolve, reject) => {
      signal?.addEventListener('abort', () => {
        aborted.resolve();
        reject(new FairleadError('aborted', 'given up'));
      });
    });
  const db = open('postgres://app@db.test/shop?sslmode=disable', { connector });
  await db.close();
  await aborted.promise;
  await db.closed;
  expect(await failure(db.ready)).toMatchObject({ code: 'closed', safeToRetry: true });
});

it('a COPY that the server wants data for is refused, and nothing travels behind it', async () => {
  const [db, hand] = await byHand();
  const copying = failure(db.query('copy/**/t from/**/stdin'));
  const other = db.query('x');
  await hand.expect('Q');
  await hand.send(copyInResponse);
  await hand.expect('f');
  await hand.send(errorResponse('57014', 'COPY from stdin failed'), ready);
  expect(await copying).toMatchObject({ code: 'usage', safeToRetry: false });
  expect(await hand.run('X')).toBe('x');
  await other;
  await db.close();
});

describe('errors lead to their callers', () => {
  it('of every call', async () => {
    const backend = new Backend(() => errorResponse('42601', 'no'));
    await using db = open('postgres://app@db.test/shop?sslmode=disable', { connector: backend.connector });
    async function theCaller(call: () => Promise<unknown>): Promise<void> {
      await call();
    }
    const calls: Record<string, () => Promise<unknown>> = {
      query: () => db.query('x'),
      queryRow: () => db.queryRow('x'),
      queryValue: () => db.queryValue('x'),
      batch: () => db.batch([['x']]),
      script: () => db.script('x'),
      begin: () => db.begin(async () => 1),
      copyFrom: () => db.copyFrom('copy x from stdin', []),
      listen: () => db.listen('x'),
      loadTypes: () => loadTypes(db),
      stream: async () => {
        for await (const _ of db.stream('x')) expect.unreachable();
      },
    };
    for (const [name, call] of Object.entries(calls)) {
      const error = await failure(theCaller(call));
      expect(error, name).toMatchObject({ code: 'server' });
      expect((error as Error).stack, name).toContain('theCaller');
    }
    await db.close();
    const refused = await failure(theCaller(() => db.query('x')));
    expect((refused as Error).stack).toContain('theCaller');
  });
});
