// Statements that are sent before the ones in front of them have ended: which may, in what order, and what a
// cancellation does to them.
import { memoryConnector } from '@fairlead/testkit';
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
    const killed = Promise.withResolvers<void>();
    const backend = new Backend(async (command, line, reader) => {
      if (command.text === 'select 2') return [err(1317, '70100', 'Query execution was interrupted')];
      if (command.text.startsWith('KILL')) {
        killed.resolve();
        return [ok()];
      }
      if (command.text === 'select 1') await killed.promise;
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

  it('is repeated where the server had not read the statement yet', async () => {
    const interrupted = Promise.withResolvers<void>();
    let kills = 0;
    const backend = new Backend(async (command, line, reader) => {
      // An idle server confirms a kill, and forgets it.
      if (command.text.startsWith('KILL')) {
        kills += 1;
        if (kills === 3) interrupted.resolve();
        return [ok()];
      }
      if (command.text === 'DO 0') return [ok()];
      if (command.text !== 'select 1') return echo(command, line, reader);
      await interrupted.promise;
      return [err(1317, '70100', 'Query execution was interrupted')];
    });
    const db = await open(backend);
    const slow = failure(db.query('select 1', [], { timeoutMs: 20 }));
    expect((await db.query('insert 2')).rows).toEqual([{ n: 2 }]);
    expect(await slow).toMatchObject({ code: 'timeout', safeToRetry: false });
    expect(backend.statements.slice(0, 5)).toEqual([
      'select 1',
      'KILL QUERY 77',
      'KILL QUERY 77',
      'KILL QUERY 77',
      'DO 0',
    ]);
    expect(backend.connections).toBe(2);
    await db.close();
  });

  it('ends the connection where a kill was sent and nobody knows when it will hit', async () => {
    const release = Promise.withResolvers<void>();
    const backend = new Backend(async (command, line, reader) => {
      if (command.text.startsWith('KILL')) {
        // The statement ends by itself; the kill is never answered.
        setTimeout(release.resolve, 50);
        return undefined;
      }
      if (command.text === 'select 1') await release.promise;
      return echo(command, line, reader);
    });
    const db = await open(backend);
    expect(await failure(db.query('select 1', [], { timeoutMs: 20 }))).toMatchObject({ code: 'timeout' });
    expect(await failure(db.query('insert 2', [], { timeoutMs: 60_000 }))).toMatchObject({
      code: 'connection_lost',
      safeToRetry: true,
    });
  }, 20_000);

  /** A server whose statement `select 1` takes `ms`, and a connector whose further connections do what `second` says. */
  const slowly = (ms: number, second: (server: Backend) => Connector) => {
    const backend = new Backend(async (command, line, reader) => {
      if (command.text.startsWith('KILL') || command.text === 'DO 0') return [ok()];
      if (command.text === 'select 1') await scheduler.wait(ms);
      return echo(command, line, reader);
    });
    let connections = 0;
    const connector: Connector = (...target) => {
      connections += 1;
      return (connections > 1 ? second(backend) : backend.connector)(...target);
    };
    return { backend, connector };
  };

  it.each<[string, (server: Backend) => Connector]>([
    ['its login gets no answer', () => memoryConnector(async (line) => void (await line.read()))],
    [
      'the statement has ended before its login',
      (server) =>
        async (...target) => {
          await scheduler.wait(600);
          return server.connector(...target);
        },
    ],
  ])(
    'leaves the connection alone where no kill was sent: %s',
    async (_, second) => {
      const { backend, connector } = slowly(300, second);
      const db = await open(backend, { connector });
      expect(await failure(db.query('select 1', [], { timeoutMs: 20 }))).toMatchObject({ code: 'timeout' });
      expect((await db.query('insert 2')).rows).toEqual([{ n: 2 }]);
      expect(backend.statements).toEqual(['select 1', 'insert 2']);
      await db.close();
    },
    20_000,
  );

  it('leaves the connection alone where the server has confirmed a kill and closed its connection', async () => {
    const { backend, connector } = slowly(900, (server) => async (...target) => {
      const transport = await server.connector(...target);
      const write = transport.write.bind(transport);
      // Behind the first kill, and before there would be another one.
      const close = (): void => transport.destroy(new Error('a proxy has closed it'));
      return Object.assign(transport, {
        write: (bytes: Uint8Array) => {
          if (new TextDecoder().decode(bytes).includes('KILL')) setTimeout(close, 100);
          return write(bytes);
        },
      });
    });
    const db = await open(backend, { connector });
    expect(await failure(db.query('select 1', [], { timeoutMs: 20 }))).toMatchObject({ code: 'timeout' });
    expect((await db.query('insert 2')).rows).toEqual([{ n: 2 }]);
    expect(backend.statements).toEqual(['select 1', 'KILL QUERY 77', 'DO 0', 'insert 2']);
    await db.close();
  });

  it('gives the connection up where five seconds of kills end nothing', async () => {
    const { backend, connector } = slowly(60_000, (server) => server.connector);
    const db = await open(backend, { connector });
    const since = Date.now();
    expect(await failure(db.query('select 1', [], { timeoutMs: 20 }))).toMatchObject({ code: 'timeout' });
    expect(await failure(db.query('insert 2'))).toMatchObject({ code: 'connection_lost', safeToRetry: true });
    expect(Date.now() - since).toBeLessThan(8_000);
    // Few of them: each may hit what was sent behind the statement.
    expect(backend.statements.filter((text) => text.startsWith('KILL')).length).toBeLessThan(8);
  }, 20_000);

  it.each(['together', 'one by one'])(
    'of several, %s, waits for none that is to end itself',
    async (how) => {
      let kill = (): void => undefined;
      const backend = new Backend(async (command, line, reader) => {
        if (command.text.startsWith('KILL')) kill();
        if (!/^select [1-4]/.test(command.text))
          return command.code === 3 ? [ok()] : echo(command, line, reader);
        await new Promise<void>((resolve) => {
          kill = resolve;
        });
        return [err(1317, '70100', 'Query execution was interrupted')];
      });
      const db = await open(backend);
      const since = Date.now();
      const aborts = [1, 2, 3, 4].map(() => new AbortController());
      const all = aborts.map(({ signal }, i) => failure(db.query(`select ${i + 1}`, [], { signal })));
      const last = db.query('set @last = 1');
      await tick();
      for (const abort of aborts) {
        abort.abort();
        if (how === 'one by one') await scheduler.wait(100);
      }
      for (const error of await Promise.all(all)) expect(error).toMatchObject({ code: 'aborted' });
      await last;
      // One that runs behind another one's end would take five seconds to be killed.
      expect(Date.now() - since).toBeLessThan(4_000);
      expect(backend.statements.filter((text) => text.startsWith('KILL'))).toHaveLength(4);
      await db.close();
    },
    30_000,
  );

  it('of the whole connection ends them all', async () => {
    const held = new Held(echo);
    const controller = new AbortController();
    const db = await open(held.backend, { signal: controller.signal });
    const both = [failure(db.query('select 1')), failure(db.query('select 2'))];
    await tick();
    controller.abort();
    const [first, second] = await Promise.all(both);
    for (const each of [first, second]) expect(each).toMatchObject({ code: 'aborted', safeToRetry: false });
    expect(first).not.toBe(second);
    await db.closed;
    // The server had both.
    expect(held.killed).toBe(2);
  });
});

it.each([
  ['timeout', 'connection_lost', () => ({ timeoutMs: 100 })],
  ['aborted', 'aborted', () => ({ signal: AbortSignal.timeout(100) })],
] as const)(
  'a server that ends nothing keeps its caller no longer than a second: %s',
  async (code, later, options) => {
    const backend = new Backend(({ text }) =>
      text.startsWith('KILL') ? [ok()] : new Promise<undefined>(() => undefined),
    );
    const db = await open(backend, options());
    const startedAt = Date.now();
    expect(await failure(db.query('update t set n = 1'))).toMatchObject({ code, safeToRetry: false });
    expect(Date.now() - startedAt).toBeLessThan(4_000);
    await db.closed;
    expect(await failure(db.query('select 1'))).toMatchObject({ code: later });
  },
  15_000,
);

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
