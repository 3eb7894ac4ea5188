// Queries of the pg facade behind a cursor: their order, their time limit, and cursors that fail.
import { deferred } from '@fairlead/client';
import { describe, expect, it, vi } from 'vitest';
import { Client, type ClientConfig, Pool, type Submittable } from '../src/drivers/pg/index.ts';
import { type Answer, Backend, result } from './support/backend.ts';

const INT4 = 23;
const one: Answer = () => result([['a', INT4]], [['1']]);

/** The connection as a cursor sees it. */
interface PortalLike {
  parse(message: { text: string }): void;
  execute(message: { rows: number }): void;
  sync(): void;
}

/** A cursor in a few lines, which `pg-cursor` is outside of Node. */
class TestCursor implements Submittable {
  readonly described = deferred<void>();
  readonly ended = deferred<void>();
  readonly error = deferred<Error>();
  onEnd: () => void = () => undefined;
  #connection: PortalLike | undefined;

  submit(connection: never): void {
    this.#connection = connection;
    (connection as PortalLike).parse({ text: 'select cursor' });
  }

  read(rows: number): void {
    this.#connection?.execute({ rows });
  }

  close(): void {
    this.#connection?.sync();
  }

  handleRowDescription(): void {
    this.described.resolve();
  }

  handleDataRow(_message: { readonly fields: readonly unknown[] }): void {}

  handleCommandComplete(): void {
    this.close();
  }

  handlePortalSuspended(): void {}

  handleEmptyQuery(): void {}

  handleReadyForQuery(): void {
    this.onEnd();
    this.ended.resolve();
  }

  handleError(error: Error): void {
    this.error.resolve(error);
    this.close();
  }
}

async function connected(answer: Answer, more: ClientConfig = {}): Promise<[Client, Backend]> {
  const backend = new Backend(answer);
  const config = { host: 'db.test', user: 'app', ssl: false, connector: backend.connector, ...more };
  return [await new Client(config).connect(), backend];
}

describe('behind a cursor', () => {
  it('queries are sent in the order of their calls, however soon behind its end', async () => {
    for (let moments = 0; moments < 12; moments += 1) {
      const [client, backend] = await connected(one);
      const cursor = client.query(new TestCursor());
      const first = client.query('first');
      const second = deferred<unknown>();
      cursor.onEnd = async () => {
        for (let n = 0; n < moments; n += 1) await undefined;
        second.resolve(client.query('second'));
      };
      await cursor.described.promise;
      cursor.close();
      await Promise.all([first, second.promise]);
      expect(backend.statements.map(({ text }) => text)).toEqual(['select cursor', 'first', 'second']);
      await client.end();
    }
  });

  it('a query waits no longer than its time, and is not sent', async () => {
    const [client, backend] = await connected(one, { query_timeout: 20 });
    const cursor = client.query(new TestCursor());
    await cursor.described.promise;
    const late = { code: 'timeout', safeToRetry: true };
    await expect(client.query('waits')).rejects.toMatchObject(late);
    await expect(client.query({ text: 'waits', query_timeout: 10 })).rejects.toMatchObject(late);
    cursor.close();
    await client.query('next');
    expect(backend.statements.map(({ text }) => text)).toEqual(['select cursor', 'next']);
    await client.end();
  });
});

describe('a cursor', () => {
  it('that cannot take its rows fails, and lets the next query through', async () => {
    const [client] = await connected(one);
    const cursor = new TestCursor();
    cursor.handleDataRow = () => {
      throw new TypeError('no such value');
    };
    client.query(cursor);
    await cursor.described.promise;
    cursor.read(10);
    expect((await cursor.error.promise).message).toBe('no such value');
    expect((await client.query('select 1')).rows).toEqual([{ a: 1 }]);
    await client.end();
  });

  it('that cannot be sent fails, and lets the next query through', async () => {
    const [client] = await connected(one);
    const cursor = new TestCursor();
    cursor.submit = () => {
      throw new TypeError('no text');
    };
    client.query(cursor);
    expect((await cursor.error.promise).message).toBe('no text');
    expect((await client.query('select 1')).rows).toEqual([{ a: 1 }]);
    await client.end();
  });
});

describe('a pool', () => {
  it('does not lend a client whose query still runs behind its time', async () => {
    const slow = deferred<void>();
    const backend = new Backend(async ({ text }) => {
      if (text === 'slow') await slow.promise;
      return result([['a', INT4]], [['1']]);
    });
    const { connector } = backend;
    const pool = new Pool({ host: 'db.test', user: 'app', ssl: false, connector, max: 1, query_timeout: 20 });
    await expect(pool.query('slow')).rejects.toMatchObject({ code: 'timeout' });
    expect(pool.idleCount).toBe(0);
    expect((await pool.query({ text: 'fast', query_timeout: 5_000 })).rows).toEqual([{ a: 1 }]);
    slow.resolve();
    await pool.end();
  });

  it('lends its clients on, whatever its listeners throw', async () => {
    const { connector } = new Backend(one);
    const pool = new Pool({ host: 'db.test', user: 'app', ssl: false, connector, max: 1 });
    for (const event of ['connect', 'acquire', 'release', 'remove']) {
      pool.on(event, () => {
        throw new TypeError(event);
      });
    }
    // Where the runtime would report it.
    const reported = vi.spyOn(Promise, 'reject').mockImplementation(() => new Promise(() => undefined));
    for (let n = 0; n < 3; n += 1) expect((await pool.query('select 1')).rows).toEqual([{ a: 1 }]);
    await pool.end();
    const messages = reported.mock.calls.map(([error]) => (error as Error).message);
    reported.mockRestore();
    expect(messages).toEqual(['connect', ...Array(3).fill(['acquire', 'release']).flat(), 'remove']);
  });
});
