// Several results of one statement: all of them, one after another, with backpressure; and what `stream` drops.
import type { Connector } from '@fairlead/transport';
import { describe, expect, it } from 'vitest';
import { connect, type RowStream } from '../src/index.ts';
import { type Answer, Backend, err, ok, plainUrl, table } from './support/backend.ts';

const INT = { name: 'n', type: 3, collation: 63 };
const TEXT = { name: 't', type: 253 };
const MORE = 0x000a;
const call: Answer = ({ text }) =>
  text.startsWith('call')
    ? [
        ...table([INT], [['1'], ['2']], MORE),
        ...table([TEXT], [], MORE),
        ...table([TEXT], [['x'], ['y']], MORE),
        ok({ affectedRows: 5 }),
      ]
    : [ok()];
const rowsOnly: Answer = ({ text }) => (text === 'select n' ? table([INT], [['1'], ['2']]) : [ok()]);
const promises = async (count: number): Promise<void> => {
  for (let step = 0; step < count; step += 1) await Promise.resolve();
};
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no failure',
    (error: unknown) => error,
  );
const open = (answer: Answer = call) => connect(plainUrl, { connector: new Backend(answer).connector });

async function rowsOf(result: RowStream<unknown>): Promise<unknown[]> {
  const rows: unknown[] = [];
  for await (const row of result) rows.push(row);
  return rows;
}

describe('results()', () => {
  it('hands out each result with its columns, rows and end', async () => {
    const db = await open();
    const seen: unknown[] = [];
    for await (const result of db.results('call p()')) {
      const names = (await result.columns).map(({ name }) => name);
      seen.push([names, await rowsOf(result), result.summary]);
    }
    expect(seen).toMatchObject([
      [['n'], [{ n: 1 }, { n: 2 }], { rowCount: 2, command: 'CALL', droppedResults: 0 }],
      [['t'], [], { rowCount: 0 }],
      [['t'], [{ t: 'x' }, { t: 'y' }], { rowCount: 2 }],
      [[], [], { rowCount: 5, affectedRows: 5 }],
    ]);
    await db.query('next');
    await db.close();
  });

  it('drops the rows that nobody took', async () => {
    const db = await open();
    const counts: unknown[] = [];
    for await (const result of db.results('call p()', [], { rowMode: 'array' })) {
      counts.push((await result.columns).length);
    }
    expect(counts).toEqual([1, 1, 1, 0]);
    await db.query('next');
    await db.close();
  });

  it('passes on the error that ends it, in the loop that waits', async () => {
    const db = await open(() => [...table([INT], [['1']], MORE), err(1305, '42000', 'no such procedure')]);
    const seen: unknown[] = [];
    const loop = (async () => {
      for await (const result of db.results('call p()')) seen.push(await rowsOf(result));
    })();
    expect(await failure(loop)).toMatchObject({ code: 'server' });
    expect(seen).toEqual([[{ n: 1 }]]);
    await db.close();
  });

  it('left early, lets others go on', async () => {
    const db = await open();
    for await (const result of db.results('call p()')) {
      for await (const _ of result) break;
      break;
    }
    await db.query('next');
    await db.close();
  });

  it('waits for its reader, also where results have no rows', async () => {
    const wide = { ...INT, name: 'n'.repeat(500) };
    const many = Array.from({ length: 2_000 }, () => table([wide], [], MORE)).flat();
    const backend = new Backend(() => [...many, ok()]);
    let read = 0;
    const connector: Connector = async (...target) => {
      const transport = await backend.connector(...target);
      const original = transport.read.bind(transport);
      const counting: typeof original = async (...args) => {
        const chunk = await original(...args);
        read += chunk?.length ?? 0;
        return chunk;
      };
      return Object.assign(transport, { read: counting });
    };
    const db = await connect(plainUrl, { connector });
    let results = 0;
    for await (const _ of db.results('call p()')) {
      results += 1;
      if (results > 1) continue;
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(read).toBeLessThan(400_000);
    }
    expect([results, read > 1_000_000]).toEqual([2_001, true]);
    await db.close();
  });

  it('are counted when they are gathered, also without rows', async () => {
    const many = Array.from({ length: 100 }, () => table([INT], [], MORE)).flat();
    const db = await open(() => [...many, ok()]);
    expect(await failure(db.query('call p()', [], { maxBytes: 10_000 }))).toMatchObject({ code: 'limit' });
    expect((await db.query('call p()')).results).toHaveLength(101);
    await db.close();
  });

  it('keeps others out while it is open', async () => {
    const db = await open();
    for await (const _ of db.results('call p()')) {
      expect(await failure(db.query('other'))).toMatchObject({ code: 'usage', safeToRetry: true });
      break;
    }
    await db.close();
  });

  // However many promises behind the last packet: it is the reader that ends it.
  it.each([0, 1, 4, 5, 20])('keep others out until their rows are read, by %i promises', async (steps) => {
    const db = await open();
    for await (const result of db.results('call p()')) {
      await promises(steps);
      expect(await failure(db.query('other'))).toMatchObject({ code: 'usage', safeToRetry: true });
      await rowsOf(result);
      await db.query('other');
      break;
    }
    await db.close();
  });
});

describe('stream()', () => {
  it.each([0, 1, 4, 5, 20])(
    'lets others go on when its last rows are taken, by %i promises',
    async (steps) => {
      const db = await open(rowsOnly);
      for await (const _ of db.stream('select n')) {
        await promises(steps);
        await db.query('other');
      }
      await db.query('other');
      await db.stream('select n').columns;
      await promises(steps + 4);
      await db.query('other');
      await db.close();
    },
  );

  it('says how many results it dropped', async () => {
    const db = await open();
    const stream = db.stream('call p()');
    expect(await rowsOf(stream)).toEqual([{ n: 1 }, { n: 2 }]);
    expect(stream.summary).toMatchObject({ rowCount: 2, droppedResults: 2 });
    await db.close();
  });
});

it.each(['SHOW TABLES', 'EXPLAIN select 1', 'DESCRIBE t'])('%s counts its rows', async (statement) => {
  const db = await open(() => table([INT], [['1'], ['2']]));
  expect(await db.query(statement)).toMatchObject({ rowCount: 2, command: statement.split(' ')[0] });
  const stream = db.stream(statement);
  await rowsOf(stream);
  expect(stream.summary).toMatchObject({ rowCount: 2 });
  await db.close();
});
