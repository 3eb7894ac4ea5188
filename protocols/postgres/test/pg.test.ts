// The facade of `pg` against a server in memory: results, callbacks, events, the pool, and a runtime without `Buffer`.
import { afterEach, describe, expect, it, vi } from 'vitest';
import pg, { Client, type ClientConfig, DatabaseError, Pool, types } from '../src/drivers/pg/index.ts';
import { type Answer, Backend, errorResponse, result } from './support/backend.ts';

const INT4 = 23;
const one: Answer = () => result([['a', INT4]], [['1']]);

function configured(answer: Answer, more: ClientConfig = {}): [ClientConfig, Backend] {
  const backend = new Backend(answer);
  return [{ host: 'db.test', user: 'app', ssl: false, connector: backend.connector, ...more }, backend];
}

async function connected(answer: Answer): Promise<[Client, Backend]> {
  const [config, backend] = configured(answer);
  return [await new Client(config).connect(), backend];
}

describe('Client', () => {
  it('answers as pg does', async () => {
    const [client] = await connected(one);
    const { rows, rowCount, command, fields } = await client.query('select 1 as a');
    expect({ rows, rowCount, command }).toEqual({ rows: [{ a: 1 }], rowCount: 1, command: 'SELECT' });
    expect(fields).toMatchObject([{ name: 'a', dataTypeID: INT4, format: 'text' }]);
    await client.end();
  });

  it('calls back', async () => {
    const [client] = await connected(one);
    const rows = await new Promise((resolve) => {
      client.query('select $1::int as a', [1], (error, { rows }) => resolve(error ?? rows));
    });
    expect(rows).toEqual([{ a: 1 }]);
    await new Promise<void>((resolve) => client.end(() => resolve()));
    expect(client._ending).toBe(true);
  });

  it('sends queries of before the connection in their order', async () => {
    const [config, backend] = configured(one);
    const client = new Client(config);
    const first = client.query('select 1');
    const connecting = client.connect();
    const second = client.query('select 2');
    await Promise.all([first, connecting, second]);
    expect(backend.statements.map(({ text }) => text)).toEqual(['select 1', 'select 2']);
    await expect(client.connect()).rejects.toThrow('Client has already been connected');
    await client.end();
  });

  it('has the server fields of an error at the top', async () => {
    const [client] = await connected(() => errorResponse('23505', 'duplicate key'));
    const failed = client.query('insert');
    await expect(failed).rejects.toBeInstanceOf(DatabaseError);
    await expect(failed).rejects.toMatchObject({ code: '23505', cause: { code: 'server' } });
    await client.end();
  });

  it('refuses submittables by their names, and unchecked TLS', async () => {
    class Copy {
      submit(): void {}
    }
    const [client] = await connected(one);
    expect(() => client.query(new Copy() as never)).toThrow('Copy is a submittable');
    expect(() => new Client({ host: 'x', ssl: { rejectUnauthorized: false } })).toThrow('rejectUnauthorized');
    expect(() => client.query(null as never)).toThrow(TypeError);
    await client.end();
  });

  it('emits end, and rejects behind it', async () => {
    const [client] = await connected(one);
    const ended = new Promise<void>((resolve) => client.once('end', resolve));
    await client.end();
    await ended;
    await expect(client.query('select 1')).rejects.toMatchObject({ code: 'closed' });
  });

  it('lets the connection string go before the options', () => {
    const client = new Client({ connectionString: 'postgres://a@one.test:1/x', user: 'b', host: 'two.test' });
    expect([client.user, client.host, client.port, client.database]).toEqual(['a', 'one.test', 1, 'x']);
  });
});

describe('Pool', () => {
  it('lends clients, and lets calls wait', async () => {
    const [config] = configured(one);
    const pool = new Pool({ ...config, max: 1 });
    const events: string[] = [];
    for (const event of ['connect', 'acquire', 'release', 'remove']) pool.on(event, () => events.push(event));
    const client = await pool.connect();
    const waiting = pool.query('select 1');
    expect([pool.totalCount, pool.idleCount, pool.waitingCount]).toEqual([1, 0, 1]);
    client.release();
    expect((await waiting).rows).toEqual([{ a: 1 }]);
    await pool.end();
    expect(events).toEqual(['connect', 'acquire', 'release', 'acquire', 'release', 'remove']);
    expect([pool.totalCount, pool.ended]).toEqual([0, true]);
  });

  it('refuses to give a client back twice', async () => {
    const [config] = configured(one);
    const pool = new Pool(config);
    const client = await pool.connect();
    client.release();
    expect(() => client.release()).toThrow('already been released');
    await pool.end();
    await expect(pool.end()).rejects.toThrow('more than once');
    await expect(pool.query('select 1')).rejects.toThrow('after calling end');
  });

  it('closes a client that is given back within an open transaction', async () => {
    const [config, backend] = configured(one);
    const pool = new Pool({ ...config, max: 1 });
    const first = await pool.connect();
    backend.status = 'T';
    await first.query('begin');
    first.release();
    backend.status = 'I';
    const second = await pool.connect();
    expect(second).not.toBe(first);
    await second.query('commit');
    second.release();
    expect(await pool.connect()).toBe(second);
    second.release();
    await pool.end();
  });

  it('closes clients that are destroyed, idle for long or worn', async () => {
    const [config] = configured(one);
    const pool = new Pool({ ...config, idleTimeoutMillis: 10, maxUses: 2 });
    (await pool.connect()).release(true);
    expect(pool.totalCount).toBe(0);
    await pool.query('select 1');
    expect(pool.idleCount).toBe(1);
    await pool.query('select 1');
    expect(pool.totalCount).toBe(0);
    await pool.query('select 1');
    await new Promise((resolve) => pool.once('remove', resolve as () => void));
    expect(pool.totalCount).toBe(0);
    await pool.end();
  });

  it('waits for a client no longer than it may', async () => {
    const [config] = configured(one);
    const pool = new Pool({ ...config, max: 1, connectionTimeoutMillis: 20 });
    const client = await pool.connect();
    await expect(pool.query('select 1')).rejects.toThrow('timeout exceeded when trying to connect');
    client.release();
    await pool.end();
  });

  it('refuses cursors, which need a client', () => {
    const [config] = configured(one);
    const cursor = { submit: () => undefined } as never;
    expect(() => new Pool(config).query(cursor)).toThrow('pool.connect()');
  });

  it('rejects with what the options of its clients are refused for', async () => {
    const pool = new Pool({ host: '/run/postgres' });
    await expect(pool.query('select 1')).rejects.toMatchObject({ code: 'usage' });
    await pool.end();
  });

  it('does not show its password', () => {
    const pool = new Pool({ host: 'x', password: 'secret' });
    expect(JSON.stringify(pool)).not.toContain('secret');
    expect(pool.options.password).toBe('secret');
  });
});

describe('the module', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('has its exports in the default export too', () => {
    expect(pg).toMatchObject({ Client, Pool, types, DatabaseError });
    const { getTypeParser } = pg.types;
    expect(getTypeParser(20)('12')).toBe('12');
  });

  it('needs no Buffer', async () => {
    vi.stubGlobal('Buffer', undefined);
    vi.resetModules();
    const fresh = await import('../src/drivers/pg/index.ts');
    const parse = fresh.types.getTypeParser(fresh.types.builtins.BYTEA);
    expect(parse('\\x00ff')).toEqual(new Uint8Array([0, 255]));
    expect(parse('a\\001\\\\')).toEqual(new Uint8Array([97, 1, 92]));
  });

  it('reads int8 as a number where that is wanted', () => {
    pg.defaults.parseInt8 = true;
    expect([types.getTypeParser(20)('12'), types.getTypeParser(1016)('{12}')]).toEqual([12, [12]]);
    pg.defaults.parseInt8 = false;
    expect([types.getTypeParser(20)('12'), types.getTypeParser(1016)('{12}')]).toEqual(['12', ['12']]);
  });
});
