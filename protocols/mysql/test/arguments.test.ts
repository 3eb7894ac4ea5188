// What callers without types pass: a `usage` error for each wrong argument, before anything is sent, and stacks that lead
// to the caller.
import { describe, expect, it } from 'vitest';
import { type Client, connect, json } from '../src/index.ts';
import { Backend, err, ok, plainUrl, table } from './support/backend.ts';

const INT = { name: 'n', type: 3, collation: 63 };
const backend = new Backend(({ text }) =>
  text.includes('bad')
    ? [err(1054, '42S22', 'Unknown column')]
    : text === 'insert'
      ? [ok()]
      : table([INT], [['1']]),
);
const open = (): Promise<Client> => connect(plainUrl, { connector: backend.connector });
const failure = async (call: () => unknown): Promise<unknown> => {
  try {
    return await call();
  } catch (error) {
    return error;
  }
};
/** As callers without types see it. */
type Loose = Record<string, (...args: unknown[]) => Promise<unknown>>;

describe('statements', () => {
  it.each<[string, unknown[]]>([
    ['no text', []],
    ['a number as text', [1]],
    ['null as text', [null]],
    ['null as parameters', ['select 1', null]],
    ['a text as parameters', ['select 1', 'x']],
    ['null as options', ['select 1', [], null]],
    ['a text as options', ['select 1', [], 'x']],
    ['a time of 0', ['select 1', [], { timeoutMs: 0 }]],
    ['a time that is NaN', ['select 1', [], { timeoutMs: Number.NaN }]],
    ['a time that is null', ['select 1', [], { timeoutMs: null }]],
    ['a negative time for the server', ['select 1', [], { serverTimeoutMs: -1 }]],
    ['a signal that is none', ['select 1', [], { signal: {} }]],
    ['a row mode that is none', ['select 1', [], { rowMode: 'map' }]],
    ['a count that is none', ['select 1', [], { maxRows: -1 }]],
    ['an unsafe count', ['select 1', [], { maxBytes: 2 ** 53 }]],
    ['readOnly that is no boolean', ['select 1', [], { readOnly: 1 }]],
    ['data that cannot be read', ['select 1', [], { localData: [] }]],
    ['an unsafe integer', ['select ?', [2 ** 53]]],
    ['an unsafe negative integer', ['select ?', [-(2 ** 53)]]],
    ['an unsafe integer in an array', ['select ?', [[1, 2 ** 60]]]],
    ['an unsafe integer deep in JSON', ['select ?', [JSON.parse('{"a":[{"id":9007199254740993}]}')]]],
    ['an unsafe integer as JSON', ['select ?', [json(2 ** 60)]]],
    ['NaN in JSON', ['select ?', [{ a: Number.NaN }]]],
    ['a Map in JSON', ['select ?', [{ a: new Map() }]]],
    ['bytes in JSON', ['select ?', [{ a: new Uint8Array(1) }]]],
    ['undefined as JSON', ['select ?', [json(undefined)]]],
    ['a bigint in JSON', ['select ?', [{ a: 1n }]]],
    ['undefined', ['select ?', [undefined]]],
  ])('with %s are refused', async (_, args) => {
    const db = (await open()) as unknown as Loose & Client;
    const sent = backend.statements.length;
    for (const name of ['query', 'execute', 'stream', 'results']) {
      const call = async (): Promise<unknown> => {
        const answer: unknown = (db as Loose)[name]?.(...args);
        if (name === 'stream') for await (const _row of answer as AsyncIterable<unknown>);
        if (name === 'results') for await (const _result of answer as AsyncIterable<unknown>);
        return answer;
      };
      expect([name, await failure(call)]).toMatchObject([name, { code: 'usage', safeToRetry: true }]);
    }
    expect(backend.statements.length).toBe(sent);
    await db.query('insert', [], undefined);
    await db.close();
  });
});

describe('transactions', () => {
  it.each<[string, unknown[]]>([
    ['no work', []],
    ['null as options', [async () => 1, null]],
    ['a time that is NaN', [async () => 1, { timeoutMs: Number.NaN }]],
    ['an isolation that is none', [async () => 1, { isolation: 'chaos; drop table t' }]],
    ['a switch that is none', [async () => 1, { readOnly: 'yes' }]],
    ['a number of retries that is none', [async () => 1, { retries: -1 }]],
  ])('with %s are refused', async (_, args) => {
    const db = (await open()) as unknown as Loose & Client;
    const sent = backend.statements.length;
    expect(await failure(() => (db as Loose).begin?.(...args))).toMatchObject({
      code: 'usage',
      safeToRetry: true,
    });
    expect(backend.statements.length).toBe(sent);
    await db.close();
  });

  it('refuse a savepoint without work', async () => {
    const db = await open();
    const begun = db.begin(async (tx) => (tx as unknown as Loose).savepoint?.(null));
    expect(await failure(() => begun)).toMatchObject({ code: 'usage' });
    await db.close();
  });
});

describe('connect', () => {
  it.each<[string, unknown[]]>([
    ['nothing', []],
    ['null', [null]],
    ['a number', [3306]],
    ['null as options', [plainUrl, null]],
    ['a time of 0', [plainUrl, { connectTimeoutMs: 0 }]],
    ['a negative time for queries', [plainUrl, { timeoutMs: -5 }]],
    ['a signal that is none', [plainUrl, { signal: 'stop' }]],
    ['a number as host', [{ hostname: 127 }]],
    ['a number as password', [plainUrl, { password: 1 }]],
    ['a text as switch', [plainUrl, { multiStatements: 'false' }]],
    ['a time zone that is none', [plainUrl, { timeZone: 'CET' }]],
    ['a form of JSON that is none', [plainUrl, { json: 'text' }]],
    ['a limit that is none', [plainUrl, { limits: { maxRows: 1.5 } }]],
    ['null as limits', [plainUrl, { limits: null }]],
  ])('with %s is refused', async (_, args) => {
    const loose = connect as unknown as (...all: unknown[]) => Promise<unknown>;
    const withConnector = args.map((each, i) =>
      i > 0 && typeof each === 'object' && each !== null ? { connector: backend.connector, ...each } : each,
    );
    expect(await failure(() => loose(...withConnector))).toMatchObject({ code: 'usage', safeToRetry: true });
  });
});

describe('stacks lead to the caller', () => {
  it.each<[string, (db: Client) => Promise<unknown>]>([
    ['query', (db) => db.query('select bad')],
    ['execute', (db) => db.execute('select bad')],
    ['results', async (db) => await db.results('select bad').next()],
    ['batches', async (db) => await db.stream('select bad').batches().next()],
    ['warnings', async (db) => await db.warnings({ timeoutMs: 0 })],
    ['begin', (db) => db.begin(async (tx) => await tx.query('select bad'))],
    ['begin in turn', (db) => db.begin(async () => 1, { isolation: 'x' as 'serializable' })],
  ])('of %s', async (_, call) => {
    const db = await open();
    async function whoCalled(): Promise<unknown> {
      return await call(db);
    }
    const error = await failure(whoCalled);
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).stack).toContain('whoCalled');
    await db.close();
  });

  it('of connect', async () => {
    async function whoCalled(): Promise<unknown> {
      return await connect(plainUrl, {
        connector: async (...target) => {
          const transport = await backend.connector(...target);
          return Object.assign(transport, { read: async () => undefined });
        },
      });
    }
    const error = await failure(whoCalled);
    expect((error as Error).stack).toContain('whoCalled');
  });
});
