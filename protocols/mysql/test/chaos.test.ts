// Every fault at every await of the client, against a small honest server.
import { chaosSuite, markerOf } from '@fairlead/testkit/chaos';
import { type Client, connect } from '../src/index.ts';
import { plainUrl } from './support/backend.ts';
import { serveHonestly } from './support/honest-server.ts';

async function* dataOf(marker: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode('1\n');
  yield new TextEncoder().encode(`${marker}\n`);
}

chaosSuite<Client>({
  name: 'MySQL',
  refuses: true,
  serve: serveHonestly,
  connect: (connector, { signal, timeoutMs }) =>
    connect(plainUrl, { connector, signal, connectTimeoutMs: timeoutMs, timeoutMs }),
  calls: {
    query: (db, limits, marker) => db.query('insert ?', [marker], limits),
    'a slow query': (db, limits, marker) => db.query(`select '${marker}' slow`, [], limits),
    'a readOnly query': (db, limits, marker) =>
      db.query(`select '${marker}' slow`, [], { ...limits, readOnly: true }),
    'a query with a time limit of the server': (db, limits, marker) =>
      db.query(`select '${marker}'`, [], { ...limits, serverTimeoutMs: 1_000 }),
    execute: (db, limits, marker) => db.execute('insert ?', [marker], limits),
    'a statement twice': async (db, limits, marker) => {
      await db.execute('select ? slow', ['once'], limits);
      await db.execute('select ? slow', [marker], limits);
    },
    begin: (db, limits, marker) => db.begin((tx) => tx.query(`insert '${marker}'`), limits),
    'begin with two statements': (db, limits, marker) =>
      db.begin(async (tx) => {
        await tx.query('select 1 slow', [], limits);
        return tx.execute('insert ?', [marker], limits);
      }, limits),
    savepoint: (db, limits, marker) =>
      db.begin(
        (tx) =>
          tx.savepoint((inner) => inner.query(`insert '${marker}' slow`, [], { signal: limits.signal })),
        limits,
      ),
    stream: async (db, limits, marker) => {
      for await (const _ of db.stream(`select '${marker}' rows slow`, [], limits));
    },
    'a stream that is left': async (db, limits, marker) => {
      for await (const _ of db.stream(`select '${marker}' rows`, [], limits)) break;
    },
    'LOAD DATA LOCAL': (db, limits, marker) =>
      db.query("load data local infile 'x' into table t", [], { ...limits, localData: dataOf(marker) }),
    CALL: (db, limits, marker) => db.query(`call '${marker}'`, [], limits),
    results: async (db, limits, marker) => {
      for await (const result of db.results(`call '${marker}'`, [], limits)) for await (const _ of result);
    },
    'two queries': (db, limits, marker) => [
      db.query(`insert '${markerOf(marker, 0)}'`, [], limits),
      db.execute('insert ?', [markerOf(marker, 1)], limits),
    ],
    'a transaction and a query': (db, limits, marker) => [
      db.begin((tx) => tx.query(`insert '${markerOf(marker, 0)}'`), limits),
      db.query('insert ?', [markerOf(marker, 1)], limits),
    ],
  },
  probe: async (db, limits) => {
    const { rows } = await db.execute('select ?', ['probe'], { ...limits, rowMode: 'array' });
    return rows[0]?.[0] === 'probe';
  },
  close: (db) => db.close(),
});
