// The client on a mooring, against a scripted server: what travels together, what is reset, what is cancelled.
import { type MooringNamespace, mooring } from '@fairlead/mooring';
import { memoryConnector } from '@fairlead/testkit';
import { type Connector, createTransport } from '@fairlead/transport';
import { describe, expect, it } from 'vitest';
import { connect, type MooredOptions, seat } from '../src/mooring/index.ts';
import {
  type Answer,
  Backend,
  bytes,
  err,
  type GreetingWords,
  ok,
  packets,
  plainUrl,
  table,
  uint16,
} from './support/backend.ts';

const TEXT = { name: 't', type: 253 };
const LIMIT = 'SET max_execution_time = 60000';

/** The statements and commands of a flight. */
function read(flight: Uint8Array): string[] {
  const found: string[] = [];
  for (let at = 0; at < flight.length; ) {
    const length = Buffer.from(flight).readUIntLE(at, 3);
    const code = flight[at + 4] ?? 0;
    const text = Buffer.from(flight).toString('utf8', at + 5, at + 4 + length);
    found.push(code === 3 ? text : `${code} ${text}`.trim());
    at += 4 + length;
  }
  return found;
}

const HEX: ReadonlyMap<string, string> = new Map([
  ['SELECT HEX(DATABASE())', '73686F70'],
  ['SELECT HEX(@@sql_mode)', ''],
  ['SELECT HEX((SELECT COUNT(*) FROM information_schema.PROFILING))', '30'],
]);
let pools = 0;

/** A mooring whose server answers what a pool needs; other statements are `answer`'s. */
function moored(answer: Answer = ({ text }) => table([TEXT], [[text]])) {
  const flights: string[][] = [];
  const backend = new Backend((command, line, reader) => {
    if (command.code === 0x1f || command.code === 2) return [ok()];
    if (command.text.includes('OPTIMIZER_TRACE')) return [err(1109, '42S02', 'Unknown table')];
    if (command.text.startsWith('SELECT HEX')) return table([TEXT], [[HEX.get(command.text) ?? null]]);
    if (command.text.startsWith('START')) return [ok({ status: 3 })];
    if (/^(SELECT \(SELECT|ROLLBACK|KILL|INSERT|DO 0)/.test(command.text)) return [ok()];
    return answer(command, line, reader);
  });
  const connector: Connector = async (address, options) => {
    const inner = await backend.connector(address, options);
    return createTransport(
      {
        ended: inner.closed,
        read: (atLeast) => inner.read(atLeast),
        write: (flight) => {
          if (flight[3] === 0) flights.push(read(flight));
          return inner.write(flight);
        },
        startTls: async () => undefined,
        buffered: () => 0,
        finish: () => inner.close(),
        close: () => inner.close(),
        destroy: (reason) => inner.destroy(reason),
        classify: () => 'lost',
      },
      address,
    );
  };
  const object = new (mooring([seat], { connector }))({}, {});
  const namespace: MooringNamespace = { idFromName: (name) => name, get: () => object };
  // Greetings are known to all of an isolate, so each pool has a name of its own.
  pools += 1;
  const own = { pool: { max: 1 }, applicationName: `pool ${pools}` };
  const open = (options: MooredOptions = {}) => connect(namespace, plainUrl, { ...own, ...options });
  return { backend, flights, object, open };
}

describe('a client on a mooring', () => {
  it('logs in without the server, and sends each statement in one flight with its time limit', async () => {
    const { backend, flights, open } = moored();
    const db = await open();
    expect(db.server).toEqual({ version: '9.7.0', isMariaDb: false });
    expect(backend.connections).toBe(1);
    flights.length = 0;
    expect((await db.query('select ?', ["it's"])).rows).toEqual([{ t: "select  'it''s' " }]);
    expect((await db.execute('select ?', [1])).rows).toEqual([{ t: 'select  1 ' }]);
    await db.query('select 2', [], { timeoutMs: 1_000 });
    expect(flights).toEqual([
      [LIMIT, "select  'it''s' "],
      [LIMIT, 'select  1 '],
      ['SET max_execution_time = 1000', 'select 2'],
    ]);
    await db.close();
    await (await open()).query('select 3');
    expect(backend.connections).toBe(1);
  });

  it('fences a reader in the same flight', async () => {
    const { flights, open } = moored();
    const db = await open();
    flights.length = 0;
    await db.query('select 1', [], { readOnly: true });
    expect(flights).toEqual([[LIMIT, 'START TRANSACTION READ ONLY', 'select 1', 'ROLLBACK']]);
  });

  it('has one connection for a transaction, whose time limit is set once', async () => {
    const { flights, object, open } = moored(({ text }) =>
      text === 'COMMIT' ? [ok()] : table([TEXT], [[text]], 3),
    );
    const db = await open();
    flights.length = 0;
    await db.begin(async (tx) => {
      await tx.query('select 1');
      await tx.query('select 2');
    });
    expect(flights).toEqual([[LIMIT, 'START TRANSACTION'], ['select 1'], ['select 2'], ['COMMIT']]);
    expect(object.stats()?.borrowed).toBe(2);
  });

  it('has one connection for a transaction with an isolation level, and gives it back behind', async () => {
    const { backend, flights, object, open } = moored(({ text }) =>
      text === 'COMMIT' || text.startsWith('SET TRANSACTION') ? [ok()] : table([TEXT], [[text]], 3),
    );
    const db = await open();
    const other = await open();
    flights.length = 0;
    await db.begin(async (tx) => void (await tx.query('select 1')), { isolation: 'serializable' });
    expect(flights.slice(0, 4)).toEqual([
      [LIMIT, 'SET TRANSACTION ISOLATION LEVEL SERIALIZABLE'],
      [LIMIT, 'START TRANSACTION'],
      ['select 1'],
      ['COMMIT'],
    ]);
    await other.begin(async () => undefined);
    expect(backend.connections).toBe(1);
    expect(flights[4]?.[0]).toBe('31');
    await db.query('SET TRANSACTION ISOLATION LEVEL SERIALIZABLE');
    expect(object.stats()).toMatchObject({ inUse: 1 });
    await db.close();
    await expect.poll(() => object.stats()).toMatchObject({ inUse: 0, idle: 1, opened: 1 });
    expect(flights.at(-1)?.[0]).toBe('31');
  });

  it('is followed by a reset in one flight, which sets the session as it began', async () => {
    const { flights, open } = moored();
    const db = await open();
    await db.query('INSERT INTO t VALUES (1)');
    await db.query('select 1');
    const at = flights.findIndex(([first]) => first === '31');
    expect(flights[at]?.slice(0, 2)).toEqual(['31', '2 shop']);
    expect(flights[at]?.[2]).toMatch(/^SET time_zone = '\+00:00', character_set_client = utf8mb4/);
    expect(flights[at]?.[3]).toMatch(/^SET session_track_system_variables/);
    expect(flights[at]?.[4]).toBe(
      "SELECT (SELECT 1 UNION SELECT IF(HEX(DATABASE()) <=> '73686F70' AND HEX(CURRENT_ROLE()) <=> NULL AND HEX(@@sql_mode) <=> '' AND HEX((SELECT COUNT(*) FROM information_schema.PROFILING)) <=> '30' AND TRUE, 1, 2))",
    );
    expect(flights[at + 1]).toEqual([LIMIT, 'select 1']);
  });

  it('gets another connection for one that could not be reset', async () => {
    const { backend, object, open } = moored();
    const db = await open();
    backend.refuses = /^SET time_zone/;
    await db.query('INSERT INTO t VALUES (1)');
    await expect.poll(() => object.stats()).toMatchObject({ opened: 1, idle: 0, inUse: 0 });
    backend.refuses = undefined;
    expect((await db.query('select 1')).rows).toEqual([{ t: 'select 1' }]);
    expect(object.stats()).toMatchObject({ opened: 2 });
  });

  it('keeps its connection for what is the session’s, until it closes', async () => {
    const { backend, object, flights, open } = moored();
    const db = await open({ pool: { max: 2 } });
    await db.query('set @x = 1');
    const other = await open({ pool: { max: 2 } });
    await other.query('select 1');
    expect(backend.connections).toBe(2);
    await db.close();
    await expect.poll(() => object.stats()).toMatchObject({ idle: 2, inUse: 0 });
    expect(flights.some(([first]) => first === '31')).toBe(true);
  });

  it('has the server end what is out of time, over a connection that is not pooled', async () => {
    let go: (() => void) | undefined;
    const { backend, object, open } = moored(async ({ text }) => {
      if (!text.startsWith('select slow')) return table([TEXT], [[text]]);
      await new Promise<void>((resolve) => {
        go = resolve;
      });
      return [err(1317, '70100', 'Query execution was interrupted')];
    });
    const db = await open();
    const late = db.query('select slow', [], { timeoutMs: 50, serverTimeoutMs: 60_000 });
    await expect.poll(() => backend.statements).toContain('KILL QUERY 77');
    go?.();
    await expect(late).rejects.toMatchObject({ code: 'timeout' });
    expect((await db.query('select 1')).rows).toEqual([{ t: 'select 1' }]);
    // The first, the one that killed, and the next.
    expect(backend.connections).toBe(3);
    expect(object.stats()).toMatchObject({ opened: 2 });
  });

  it('has no server end what a connection runs that has ended: another one may have its id', async () => {
    const backend = new Backend(() => [ok()]);
    const options = { connector: backend.connector, signal: new AbortController().signal };
    const berth = await seat.open({ url: plainUrl, options: {} }, options);
    await berth.cancel?.();
    expect(backend.connections).toBe(2);
    berth.transport.destroy(new Error('ended'));
    await berth.transport.closed;
    await berth.cancel?.();
    expect(backend.connections).toBe(2);
  });

  it('says in what terms its server greets: not by version, id and scramble', async () => {
    const terms = async (words: GreetingWords, refuses?: RegExp): Promise<string> => {
      const backend = new Backend(() => [ok()], words);
      backend.refuses = refuses;
      const options = { connector: backend.connector, signal: new AbortController().signal };
      const berth = await seat.open({ url: plainUrl, options: {} }, options);
      await berth.transport.close();
      return berth.terms;
    };
    const usual = await terms({});
    expect(usual.length).toBeLessThan(200);
    expect(await terms({ version: '9.8.1' })).toBe(usual);
    expect(await terms({ version: '11.8.2-MariaDB' })).not.toBe(usual);
    expect(await terms({ capabilities: 0xdeff_f7ff })).not.toBe(usual);
    expect(await terms({}, /session_track/)).not.toBe(usual);
  });

  it('knows when the server has no room for another connection', async () => {
    const full = packets(0, bytes(0xff, uint16(1040), 'Too many connections'));
    const connector = memoryConnector((line) => line.write(full));
    const options = { connector, signal: new AbortController().signal };
    const failure: unknown = await seat.open({ url: plainUrl, options: {} }, options).catch((error) => error);
    expect(failure).toMatchObject({ code: 'server', server: { fields: { errno: '1040' } } });
    expect(seat.isFull(failure)).toBe(true);
    expect(seat.isFull(new Error('another'))).toBe(false);
  });
});
