// Statements that are sent before the ones in front of them have ended: which may, in what order, and what a
// cancellation does to them.
import type { Connector } from '@fairlead/transport';
import { describe, expect, it } from 'vitest';
import { type Client, connect } from '../src/index.ts';
import type { ConnectOptions } from '../src/options/connect-options.ts';
import { type Answer, Backend, bytes, err, ok, plainUrl, table, uint16, uint32 } from './support/backend.ts';

const INT = { name: 'n', type: 3, collation: 63 };
const PREPARE = 0x16;
const EXECUTE = 0x17;

/** A server whose answers wait until they are let go, one by one; KILL QUERY interrupts the one that waits. */
class Held {
  readonly backend: Backend;
  #kill: (() => void) | undefined;
  #go: (() => void)[] = [];
  killed = 0;

  constructor(answer: Answer) {
    this.backend = new Backend(async (command, line, reader) => {
      if (command.text.startsWith('KILL QUERY')) {
        this.killed += 1;
        this.#kill?.();
        return [ok()];
      }
      if (command.text === 'DO 0') return [ok()];
      const interrupted = await new Promise<boolean>((resolve) => {
        this.#kill = () => resolve(true);
        this.#go.push(() => resolve(false));
      });
      this.#kill = undefined;
      if (interrupted) return [err(1317, '70100', 'Query execution was interrupted')];
      return answer(command, line, reader);
    });
  }

  /** Lets the statement go that is being answered. */
  async letGo(): Promise<void> {
    while (this.#go.length === 0) await tick();
    this.#go.shift()?.();
    await tick();
  }
}

const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
const echo: Answer = ({ text }) => table([INT], [[/\d+/.exec(text)?.[0] ?? '0']]);
const open = (backend: Backend, options: ConnectOptions = {}): Promise<Client> =>
  connect(plainUrl, { connector: backend.connector, connectTimeoutMs: 2000, ...options });
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no failure',
    (error: unknown) => error,
  );

/** Opens a connection and notes, in order, what it sends (`> 1`) and what the server answers (`< 1`). */
async function noted(options: ConnectOptions = {}): Promise<{ db: Client; notes: string[] }> {
  const notes: string[] = [];
  const note = (way: string, text: string): void => {
    for (const [, name] of text.matchAll(/(select \d|insert|call|set @x|delete|load data)/g))
      notes.push(`${way} ${name}`);
  };
  const backend = new Backend(async (command, line, reader) => {
    await tick();
    note('<', command.text);
    return echo(command, line, reader);
  });
  const connector: Connector = async (...target) => {
    const transport = await backend.connector(...target);
    const write = transport.write.bind(transport);
    return Object.assign(transport, {
      write: (bytes: Uint8Array) => {
        note('>', new TextDecoder().decode(bytes));
        return write(bytes);
      },
    });
  };
  return { db: await open(backend, { ...options, connector }), notes };
}

describe('statements that only read', () => {
  it('go out together, and each gets its own answer', async () => {
    const { db, notes } = await noted();
    const results = await Promise.all([1, 2, 3, 4].map((n) => db.query(`select ${n}`)));
    expect(results.map(({ rows }) => rows)).toEqual([[{ n: 1 }], [{ n: 2 }], [{ n: 3 }], [{ n: 4 }]]);
    expect(notes.slice(0, 4)).toEqual(['> select 1', '> select 2', '> select 3', '> select 4']);
    await db.close();
  });

  it('keep an error to themselves', async () => {
    const db = await open(
      new Backend((command, line, reader) =>
        command.text.includes('2') ? [err(1054, '42S22', 'Unknown column')] : echo(command, line, reader),
      ),
    );
    const [first, second, third] = [1, 2, 3].map((n) => db.query(`select ${n}`));
    expect((await first)?.rows).toEqual([{ n: 1 }]);
    expect(await failure(second ?? Promise.resolve())).toMatchObject({ code: 'server', safeToRetry: false });
    expect((await third)?.rows).toEqual([{ n: 3 }]);
    await db.close();
  });

  it('are prepared once, however many of one text are waiting', async () => {
    const codes: number[] = [];
    const db = await open(
      new Backend(({ code }) => {
        codes.push(code);
        if (code === PREPARE) return [bytes(0, uint32(1), uint16(0), uint16(0), 0, uint16(0))];
        return [ok()];
      }),
    );
    await Promise.all([1, 2, 3].map(() => db.execute('select 1')));
    expect(codes).toEqual([PREPARE, EXECUTE, EXECUTE, EXECUTE]);
    await db.close();
  });
});

describe('other statements', () => {
  it.each(['insert into t', 'call p()', 'set @x = 1', '/* x */ delete from t', "load data local infile 'x'"])(
    'go out alone: %s',
    async (statement) => {
      const { db, notes } = await noted();
      await Promise.all(['select 1', statement, 'select 2', 'select 3'].map((text) => db.query(text)));
      const name = notes[2]?.slice(2);
      expect(notes).toEqual([
        ...['> select 1', '< select 1', `> ${name}`, `< ${name}`],
        ...['> select 2', '> select 3', '< select 2', '< select 3'],
      ]);
      expect(statement).toContain(name);
      await db.close();
    },
  );

  it('so do all where several statements may stand in one text', async () => {
    const { db, notes } = await noted({ multiStatements: true });
    await Promise.all([db.query('select 1'), db.query('select 2')]);
    expect(notes).toEqual(['> select 1', '< select 1', '> select 2', '< select 2']);
    await db.close();
  });
});

describe('cancellation among statements that were sent together', () => {
  it('waits until the statement is the one that is running', async () => {
    const held = new Held(echo);
    const db = await open(held.backend);
    const controller = new AbortController();
    const first = db.query('select 1');
    const second = failure(db.query('select 2', [], { signal: controller.signal }));
    await tick();
    controller.abort();
    await tick();
    expect(held.killed).toBe(0);
    await held.letGo();
    expect((await first).rows).toEqual([{ n: 1 }]);
    expect(await second).toMatchObject({ code: 'aborted' });
    expect(held.killed).toBe(1);
    await db.close();
  });

  it('that comes too late is told apart from a failure of the statement that it hits', async () => {
    const backend = new Backend(async (command, line, reader) => {
      if (command.text === 'select 2') return [err(1317, '70100', 'Query execution was interrupted')];
      if (command.text.startsWith('KILL')) return [ok()];
      if (command.text === 'select 1') await tick();
      return echo(command, line, reader);
    });
    const db = await open(backend);
    const controller = new AbortController();
    const first = failure(db.query('select 1', [], { signal: controller.signal }));
    const second = failure(db.query('select 2'));
    controller.abort();
    expect(await first).toMatchObject({ code: 'aborted' });
    expect(await second).toMatchObject({
      code: 'server',
      safeToRetry: false,
      server: { fields: { errno: '1317' } },
      message: expect.stringContaining(
        'interrupted by the cancellation of the statement that was sent just before it',
      ),
    });
    await db.close();
  });

  it('of the whole connection ends them all', async () => {
    const held = new Held(echo);
    const controller = new AbortController();
    const db = await open(held.backend, { signal: controller.signal });
    const both = [failure(db.query('select 1')), failure(db.query('select 2'))];
    await tick();
    controller.abort();
    for (const each of await Promise.all(both)) expect(each).toMatchObject({ code: 'aborted' });
    await db.closed;
  });
});

it('a server that does not end what it was told to kill keeps its caller no longer than a second', async () => {
  const backend = new Backend(({ text }) =>
    text.startsWith('KILL') ? [ok()] : new Promise<undefined>(() => undefined),
  );
  const db = await open(backend, { timeoutMs: 100 });
  const startedAt = Date.now();
  expect(await failure(db.query('update t set n = 1'))).toMatchObject({
    code: 'timeout',
    safeToRetry: false,
  });
  expect(Date.now() - startedAt).toBeLessThan(4_000);
  await db.closed;
  expect(await failure(db.query('select 1'))).toMatchObject({ code: 'connection_lost' });
}, 15_000);

it('a server that asks for a file behind several statements loses the connection', async () => {
  const db = await open(new Backend(() => [bytes(0xfb, '/etc/passwd')]));
  const both = [failure(db.query('select 1')), failure(db.query('select 2'))];
  for (const each of await Promise.all(both)) {
    expect(each).toMatchObject({
      code: 'policy',
      message: expect.stringContaining('asked for a local file'),
    });
  }
  await db.closed;
});
