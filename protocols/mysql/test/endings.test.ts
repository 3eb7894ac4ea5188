// How calls and connections end: packets that are too large, goodbyes, loads that break off, deadlines, and what of a
// cancellation is left behind.
import { memoryConnector } from '@fairlead/testkit';
import type { Connector } from '@fairlead/transport';
import { describe, expect, it } from 'vitest';
import { connect } from '../src/index.ts';
import {
  type Answer,
  Backend,
  bytes,
  err,
  greeting,
  ok,
  packets,
  plainUrl,
  table,
} from './support/backend.ts';

const INT = { name: 'n', type: 3, collation: 63 };
const tick = (ms = 5): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no failure',
    (error: unknown) => error,
  );
const open = (backend: Backend, options = {}) =>
  connect(plainUrl, { connector: backend.connector, ...options });

describe('max_allowed_packet', () => {
  const large = 'x'.repeat(1_100_000);

  it.each(['query', 'execute'] as const)('keeps a larger statement from being sent, by %s', async (how) => {
    const backend = new Backend(({ code }) =>
      code === 0x16 ? [bytes(0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0), ...table([INT], []).slice(1, 3)] : [ok()],
    );
    backend.maxPacketBytes = 1_048_576;
    const db = await open(backend);
    expect(await failure(db[how]('select ?', [large]))).toMatchObject({
      code: 'limit',
      blame: 'local',
      safeToRetry: true,
      message: expect.stringContaining('max_allowed_packet'),
    });
    await db.query('the connection goes on');
    expect(backend.statements).toEqual(['the connection goes on']);
    await db.close();
  });

  it('is asked for once, and lets go what fits', async () => {
    const backend = new Backend(() => [ok()]);
    const db = await open(backend);
    await db.query(`select '${large}'`);
    await db.query(`select '${large}'`);
    expect(backend.statements).toHaveLength(2);
    await db.close();
  });

  it.each([1, 5])('is named where the server says so in packet %i', async (number) => {
    const backend = new Backend(async (_, line) => {
      await line.write(
        packets(number, err(1153, '08S01', "Got a packet bigger than 'max_allowed_packet' bytes")),
      );
      await line.close();
      return undefined;
    });
    const db = await open(backend);
    expect(await failure(db.query('insert'))).toMatchObject({
      code: 'limit',
      safeToRetry: false,
      server: { code: '08S01', fields: { errno: '1153' } },
    });
    await db.closed;
  });
});

describe('a server’s goodbye', () => {
  it('that crosses a statement is told in the server’s words', async () => {
    const backend = new Backend(async (_, line) => {
      await line.write(packets(0, err(4031, 'HY000', 'disconnected by the server because of inactivity')));
      await line.close();
      return undefined;
    });
    const db = await open(backend);
    expect(await failure(db.query('insert'))).toMatchObject({
      code: 'connection_lost',
      safeToRetry: false,
      server: { fields: { errno: '4031' } },
    });
  });

  it('is heard on an idle connection', async () => {
    let say = async (): Promise<void> => undefined;
    const backend = new Backend(async (_, line) => {
      say = async () => {
        await line.write(packets(0, err(1053, '08S01', 'Server shutdown in progress')));
        await line.close();
      };
      return [ok()];
    });
    const db = await open(backend);
    await db.query('a');
    await tick(30);
    await say();
    await db.closed;
    expect(await failure(db.query('b'))).toMatchObject({
      code: 'connection_lost',
      safeToRetry: true,
      server: { fields: { errno: '1053' } },
    });
  });

  it('and bytes that nobody asked for end it too', async () => {
    const backend = new Backend((_, line) => {
      setTimeout(() => line.write(packets(1, ok())), 150);
      return [ok()];
    });
    const db = await open(backend);
    await db.query('a');
    await db.closed;
    expect(await failure(db.query('b'))).toMatchObject({ code: 'protocol', safeToRetry: true });
  });
});

describe('LOAD DATA LOCAL', () => {
  const asks: Answer = async (_, line, reader) => {
    await line.write(packets(1, bytes(0xfb, 'file')));
    for (;;) {
      const part = await reader.next();
      if (part === undefined) return undefined;
      if (part.length === 0) return [ok()];
    }
  };

  it('lets go of its source when the call is aborted', async () => {
    const db = await open(new Backend(asks));
    const controller = new AbortController();
    let isLeft = false;
    async function* localData() {
      try {
        yield bytes('1\n');
        controller.abort();
        await tick(20);
        yield bytes('2\n');
      } finally {
        isLeft = true;
      }
    }
    const options = { localData: localData(), signal: controller.signal };
    expect(await failure(db.query('load data', [], options))).toMatchObject({
      code: 'aborted',
      safeToRetry: false,
    });
    await db.closed;
    await tick(40);
    expect(isLeft).toBe(true);
  });

  it('refuses what is no bytes', async () => {
    const db = await open(new Backend(asks));
    async function* localData() {
      yield 'a text' as unknown as Uint8Array;
    }
    expect(await failure(db.query('load data', [], { localData: localData() }))).toMatchObject({
      code: 'usage',
    });
    await db.closed;
  });

  it('that is answered before its end ends the connection', async () => {
    const backend = new Backend(async (_, line) => {
      await line.write(packets(1, bytes(0xfb, 'file')));
      await tick(10);
      await line.write(packets(2, err(1062, '23000', 'Duplicate entry')));
      return undefined;
    });
    const db = await open(backend);
    async function* localData(): AsyncGenerator<Uint8Array> {
      await new Promise(() => undefined);
      yield bytes('');
    }
    expect(await failure(db.query('load data', [], { localData: localData() }))).toMatchObject({
      code: 'server',
      server: { fields: { errno: '1062' } },
    });
    await db.closed;
  });
});

describe('connect', () => {
  it('has one time limit for the password, dialling and login', async () => {
    const slow: Connector = async (...target) => {
      await tick(150);
      return memoryConnector(async (line) => {
        await tick(150);
        await line.write(packets(0, greeting()));
        await line.read();
        await tick(1000);
      })(...target);
    };
    const startedAt = Date.now();
    const password = () => tick(150).then(() => 'secret');
    expect(
      await failure(connect(plainUrl, { connector: slow, password, connectTimeoutMs: 400 })),
    ).toMatchObject({
      code: 'connect_timeout',
      safeToRetry: true,
    });
    expect(Date.now() - startedAt).toBeLessThan(700);
  });

  it('asks for the password at each login', async () => {
    const backend = new Backend(({ text }) =>
      text.startsWith('KILL') ? [ok()] : new Promise<undefined>(() => undefined),
    );
    let asked = 0;
    const password = async () => {
      asked += 1;
      return `token ${asked}`;
    };
    const db = await connect(plainUrl, { connector: backend.connector, password });
    expect(asked).toBe(1);
    expect(await failure(db.query('insert', [], { timeoutMs: 50 }))).toMatchObject({ code: 'timeout' });
    expect(asked).toBe(2);
    await db.close();
  });

  it('rejects with what the function of the password failed of', async () => {
    const cause = new Error('no token');
    const attempt = connect(plainUrl, {
      connector: new Backend(() => [ok()]).connector,
      password: () => Promise.reject(cause),
    });
    expect(await failure(attempt)).toMatchObject({ code: 'auth', blame: 'local', safeToRetry: true, cause });
  });
});

describe('a cancellation', () => {
  it('leaves no connection behind, though its server is silent', async () => {
    let isOpen = 0;
    const backend = new Backend(() => new Promise<undefined>(() => undefined));
    const connector: Connector = async (...target) => {
      const transport = await backend.connector(...target);
      isOpen += 1;
      transport.closed.then(() => {
        isOpen -= 1;
      });
      return transport;
    };
    const db = await connect(plainUrl, { connector });
    expect(await failure(db.query('insert', [], { timeoutMs: 50 }))).toMatchObject({ code: 'timeout' });
    await db.closed;
    for (let tries = 0; tries < 100 && isOpen > 0; tries += 1) await tick(100);
    expect(isOpen).toBe(0);
  }, 20_000);

  it('of a statement that is being prepared does not run it afterwards', async () => {
    const backend = new Backend(async ({ code }) => {
      if (code === 0x16) {
        await tick(50);
        return [bytes(0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)];
      }
      return [ok()];
    });
    const db = await open(backend);
    const controller = new AbortController();
    const call = failure(db.execute('insert', [], { signal: controller.signal }));
    await tick(10);
    controller.abort();
    expect(await call).toMatchObject({ code: 'aborted' });
    await db.query('next');
    expect(backend.commands.map(({ code }) => code)).not.toContain(0x17);
    await db.close();
  });
});

it('a stream of which only the columns were asked for is cancelled when its time is over', async () => {
  const backend = new Backend(({ text }) =>
    text.startsWith('select') ? table([INT], [['1'], ['2']]) : [ok()],
  );
  let answered: (() => void) | undefined;
  const held = new Backend(async (command, line, reader) => {
    if (command.text.startsWith('KILL')) {
      answered?.();
      return [ok()];
    }
    if (command.text !== 'select 1') return [ok()];
    const [count, column, end, row] = table([INT], [['1']]);
    await line.write(packets(1, count ?? ok(), column ?? ok(), end ?? ok(), row ?? ok()));
    await new Promise<void>((resolve) => {
      answered = resolve;
    });
    await line.write(packets(5, err(1317, '70100', 'interrupted')));
    reader.sequence = 0;
    return undefined;
  });
  const db = await open(held);
  const stream = db.stream('select 1', [], { timeoutMs: 60 });
  expect((await stream.columns).map(({ name }) => name)).toEqual(['n']);
  await tick(120);
  await db.query('next');
  const reading = (async () => {
    for await (const _ of stream);
  })();
  expect(await failure(reading)).toMatchObject({ code: 'timeout' });
  await db.close();
  // One whose rows somebody takes, however slowly, is left alone.
  const other = await open(backend);
  const taken = other.stream('select 1', [], { timeoutMs: 60 });
  await taken.columns;
  const rows: unknown[] = [];
  for await (const row of taken) {
    rows.push(row);
    await tick(100);
  }
  expect(rows).toEqual([{ n: 1 }, { n: 2 }]);
  await other.close();
});
