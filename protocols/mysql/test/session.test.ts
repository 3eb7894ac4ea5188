// What a session is set to: how it begins, what statements change, what goes along with them in their flight, and what
// the server is told of time limits.
import type { Connector } from '@fairlead/transport';
import { describe, expect, it } from 'vitest';
import { type Client, connect } from '../src/index.ts';
import type { ConnectOptions } from '../src/options/connect-options.ts';
import { SessionState } from '../src/session/session-state.ts';
import { decodeOk } from '../src/wire/decode.ts';
import { PacketReader } from '../src/wire/packet-reader.ts';
import { type Answer, Backend, bytes, cell, err, ok, plainUrl, table, uint16 } from './support/backend.ts';

const INT = { name: 'n', type: 3, collation: 63 };
const CHANGED = 0x4002;
const tick = (ms = 5): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no failure',
    (error: unknown) => error,
  );

/** An OK packet that tells of changed variables, each in a change of its own. */
function okWith(variables: Readonly<Record<string, string>>, status = CHANGED): Uint8Array {
  const changes = Object.entries(variables).map(([name, value]) =>
    bytes(0, cell(bytes(cell(name), cell(value)))),
  );
  // A change of the database stands among them.
  return bytes(0, 0, 0, uint16(status), uint16(0), cell(''), cell(bytes(1, cell(cell('shop')), ...changes)));
}

/** Notes each command in the order of its writing, and the reads between them as `|`. */
async function noted(
  answer: Answer,
  options: ConnectOptions = {},
  version = '9.7.0',
): Promise<{ db: Client; flights: () => string[][]; backend: Backend }> {
  const backend = new Backend(answer, { version });
  const writes: string[][] = [];
  const connector: Connector = async (...target) => {
    const transport = await backend.connector(...target);
    const write = transport.write.bind(transport);
    const read = transport.read.bind(transport);
    let fresh = true;
    return Object.assign(transport, {
      write: (chunk: Uint8Array) => {
        const text = new TextDecoder('latin1').decode(chunk.subarray(5));
        if (fresh) writes.push([]);
        fresh = false;
        writes.at(-1)?.push(text);
        return write(chunk);
      },
      read: async (atLeast?: number) => {
        const chunk = await read(atLeast);
        fresh = true;
        return chunk;
      },
    });
  };
  const db = await connect(plainUrl, { connector, ...options });
  // The client's own settings have been answered.
  await db.query('first');
  writes.length = 0;
  return { db, flights: () => writes, backend };
}

describe('a session', () => {
  it('begins in UTC, in UTF-8, with a time limit, and has the server tell of changes', async () => {
    const mysql = await noted(() => [ok()]);
    expect(mysql.backend.settings).toEqual([
      "SET time_zone = '+00:00', character_set_client = utf8mb4, character_set_results = utf8mb4, collation_connection = utf8mb4_unicode_ci",
      "SET session_track_system_variables = 'character_set_client,character_set_connection,character_set_results,time_zone,sql_mode', sql_mode = @@sql_mode",
      'SET max_execution_time = 60000',
    ]);
    await mysql.db.close();
    const mariadb = await noted(() => [ok()], { timeZone: 'session', timeoutMs: 1500 }, '11.8.3-MariaDB');
    expect(mariadb.backend.settings[0]).toMatch(/^SET character_set_client/);
    expect(mariadb.backend.settings[2]).toBe('SET max_statement_time = 1.5');
    await mariadb.db.close();
  });

  it('goes on where the server knows nothing of limits and changes', async () => {
    const backend = new Backend(() => [ok()]);
    backend.refuses = /^SET (session_track|max_)/;
    const db = await connect(plainUrl, { connector: backend.connector });
    await db.query('a');
    await db.query('b', [], { timeoutMs: 500 });
    expect(backend.settings).toHaveLength(3);
    await db.close();
  });
});

describe('a charset that a statement changes', () => {
  it('is set back in the flight of the next one', async () => {
    const { db, flights } = await noted(({ text }) =>
      text.startsWith('set names')
        ? [okWith({ character_set_client: 'latin1', character_set_results: 'latin1' })]
        : text.startsWith('select')
          ? table([INT], [['1']])
          : [ok()],
    );
    const results = [db.query('set names latin1'), db.query('select 1'), db.query('select 2')];
    await Promise.all(results);
    expect(flights()[1]?.[0]).toMatch(/^SET character_set_client = utf8mb4, character_set_results = utf8mb4/);
    expect(flights()[1]?.[1]).toBe('select 1');
    await db.close();
  });
});

describe('the session’s time zone', () => {
  it('that is another one refuses a Date, at the moment when it would be sent', async () => {
    const { db, backend } = await noted(({ text }) =>
      text.startsWith('set time_zone') ? [okWith({ time_zone: /'(.*)'/.exec(text)?.[1] ?? '' })] : [ok()],
    );
    const set = db.query("set time_zone = '+05:00'");
    const insert = failure(db.query('insert into t values (?)', [new Date(0)]));
    await set;
    expect(await insert).toMatchObject({ code: 'usage', safeToRetry: true });
    await db.query('insert into t values (?)', ['1970-01-01 05:00:00']);
    await db.query("set time_zone = 'UTC'");
    await db.query('insert into t values (?)', [new Date(0)]);
    expect(backend.statements.filter((text) => text.startsWith('insert'))).toEqual([
      "insert into t values ( '1970-01-01 05:00:00' )",
      "insert into t values ( '1970-01-01 00:00:00.000' )",
    ]);
    await db.close();
  });
});

describe('what the server tells of its session', () => {
  const decode = (payload: Uint8Array) => {
    const state = new SessionState();
    state.update(decodeOk(new PacketReader().reset(Buffer.from(payload), 0, payload.length)));
    return state;
  };

  it('is known by name', () => {
    expect(new SessionState('mysql').sqlSettings).toEqual({ server: 'mysql' });
    expect(decode(ok())).toMatchObject({ sqlSettings: { noBackslashEscapes: false }, isUtc: true });
    expect(decode(ok({ status: 0x0202 })).sqlSettings).toEqual({ noBackslashEscapes: true });
    expect(decode(ok({ status: 0x0003 })).inTransaction).toBe(true);
    expect(decode(okWith({ sql_mode: 'ANSI_QUOTES,NO_ENGINE' })).sqlSettings.ansiQuotes).toBe(true);
    expect(decode(okWith({ sql_mode: '' })).sqlSettings.ansiQuotes).toBe(false);
    expect(decode(okWith({ time_zone: '+05:00' })).isUtc).toBe(false);
    expect(decode(okWith({ character_set_results: 'utf8mb4' })).hasForeignCharset).toBe(false);
    expect(decode(okWith({ character_set_results: '' })).hasForeignCharset).toBe(true);
  });

  it('may hold several variables in one change, as MariaDB does', () => {
    const pairs = bytes(cell('autocommit'), cell('ON'), cell('time_zone'), cell('+02:00'));
    const payload = bytes(0, 0, 0, uint16(CHANGED), uint16(0), cell('said'), cell(bytes(0, cell(pairs))));
    expect(decode(payload).isUtc).toBe(false);
  });

  it.each([
    ['a length past the end', bytes(0, cell('x'), 5)],
    ['pairs past their change', bytes(0, 3, cell('abcdef'))],
  ])('is refused where it is malformed: %s', (_, changes) => {
    const payload = bytes(0, 0, 0, uint16(CHANGED), uint16(0), cell(''), cell(changes));
    expect(() => decode(payload)).toThrow(/malformed/);
  });
});

describe('readOnly', () => {
  const rows: Answer = ({ text }) =>
    text.startsWith('select') ? table([INT], [['1']]) : [ok({ status: text === 'begin' ? 3 : 2 })];

  it.each(['query', 'stream', 'results'] as const)(
    'is a transaction in the statement’s own flight: %s',
    async (how) => {
      const { db, flights } = await noted(rows);
      if (how === 'query')
        expect((await db.query('select 1', [], { readOnly: true })).rows).toEqual([{ n: 1 }]);
      else {
        const options = { rowMode: 'array', readOnly: true, serverTimeoutMs: 60_000 } as const;
        for await (const _ of db[how]('select 1', [], options));
      }
      expect(flights()[0]).toEqual(['START TRANSACTION READ ONLY', 'select 1', 'ROLLBACK']);
      await db.close();
    },
  );

  it('is refused where it would end the caller’s own transaction', async () => {
    const { db, backend } = await noted(rows);
    const both = [db.query('begin'), failure(db.query('select 1', [], { readOnly: true }))];
    expect((await Promise.all(both))[1]).toMatchObject({ code: 'usage', safeToRetry: true });
    expect(backend.statements).toEqual(['first', 'begin']);
    await db.close();
  });

  it('is refused for what does not read, and for several statements', async () => {
    const { db, backend } = await noted(rows);
    expect(await failure(db.query('insert', [], { readOnly: true }))).toMatchObject({ code: 'usage' });
    const several = await noted(rows, { multiStatements: true });
    expect(await failure(several.db.query('select 1', [], { readOnly: true }))).toMatchObject({
      code: 'usage',
    });
    expect(backend.statements).toEqual(['first']);
    await Promise.all([db.close(), several.db.close()]);
  });

  it('ends the connection where the fence was not put up', async () => {
    const { db } = await noted(({ text }) =>
      text.startsWith('START') ? [err(1317, '70100', 'interrupted')] : [ok()],
    );
    expect(await failure(db.query('select 1', [], { readOnly: true }))).toMatchObject({ safeToRetry: false });
    await db.closed;
  });

  it('passes the statement’s error on, and goes on', async () => {
    const { db, backend } = await noted(({ text }) =>
      text === 'select bad' ? [err(1054, '42S22', 'Unknown column')] : [ok()],
    );
    expect(await failure(db.query('select bad', [], { readOnly: true }))).toMatchObject({ code: 'server' });
    await db.query('next');
    expect(backend.statements.slice(1)).toEqual([
      'START TRANSACTION READ ONLY',
      'select bad',
      'ROLLBACK',
      'next',
    ]);
    await db.close();
  });
});

describe('the time limit of a call', () => {
  it('goes out in the statement’s flight when it is another one than before', async () => {
    const { db, flights, backend } = await noted(() => [ok()]);
    await db.query('a', [], { timeoutMs: 2000 });
    await db.query('b', [], { timeoutMs: 2000 });
    await db.query('c', [], { timeoutMs: 2000, serverTimeoutMs: 2500.4 });
    await db.query('d', [], { timeoutMs: Number.POSITIVE_INFINITY });
    await db.query('e');
    expect(flights()[0]).toEqual(['SET max_execution_time = 2000', 'a']);
    expect(backend.settings.slice(3)).toEqual([
      'SET max_execution_time = 2000',
      'SET max_execution_time = 2501',
      'SET max_execution_time = 0',
      'SET max_execution_time = 60000',
    ]);
    await db.close();
  });

  it('is none for streams, whose rows may wait', async () => {
    const { db, backend } = await noted(() => table([INT], [['1']]));
    for await (const _ of db.stream('select 1'));
    for await (const _ of db.stream('select 1', [], { serverTimeoutMs: 100 }));
    expect(backend.settings.slice(3)).toEqual(['SET max_execution_time = 0', 'SET max_execution_time = 100']);
    await db.close();
  });

  it.each([3024, 1969])('that the server keeps is `timeout` (error %i)', async (errno) => {
    const { db } = await noted(({ text }) => (text === 'a' ? [err(errno, 'HY000', 'exceeded')] : [ok()]));
    expect(await failure(db.query('a'))).toMatchObject({ code: 'timeout', safeToRetry: false });
    await db.close();
  });

  it('that the server keeps needs no second connection', async () => {
    const { db, backend } = await noted(async ({ text }) => {
      if (text !== 'a') return [ok()];
      await tick(80);
      return [err(3024, 'HY000', 'exceeded')];
    });
    expect(await failure(db.query('a', [], { timeoutMs: 50 }))).toMatchObject({ code: 'timeout' });
    await db.query('b');
    expect(backend.connections).toBe(1);
    await db.close();
  });
});
