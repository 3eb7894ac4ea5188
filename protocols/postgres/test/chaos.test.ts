// Every fault at every await of the client, against a small honest server.
import { chaosSuite, markerOf } from '@fairlead/testkit/chaos';
import { type Client, connect, sql } from '../src/index.ts';
import { serveHonestly } from './support/honest-server.ts';

chaosSuite<Client>({
  name: 'Postgres',
  refuses: true,
  serve: serveHonestly,
  connect: (connector, { signal, timeoutMs }) =>
    connect('postgres://app@db.test/shop?sslmode=disable', {
      connector,
      signal,
      connectTimeoutMs: timeoutMs,
      timeoutMs,
    }),
  calls: {
    query: (db, limits, marker) => db.query(`insert '${marker}'`, [], limits),
    'a query with parameters': (db, limits, marker) => db.query('insert $1', [marker], limits),
    'a slow query': (db, limits, marker) => db.query(`select '${marker}' slow`, [], limits),
    'a readOnly query': (db, limits, marker) =>
      db.query(`select '${marker}' slow`, [], { ...limits, readOnly: true }),
    'a query with a time limit of the server': (db, limits, marker) =>
      db.query(`select '${marker}'`, [], { ...limits, serverTimeoutMs: 1_000 }),
    begin: (db, limits, marker) => db.begin((tx) => tx.query(`insert '${marker}'`), limits),
    'begin with two statements': (db, limits, marker) =>
      db.begin(async (tx) => {
        await tx.query('select 1 slow', [], limits);
        return tx.query('insert $1', [marker], limits);
      }),
    savepoint: (db, limits, marker) =>
      db.begin(
        (tx) =>
          tx.savepoint((inner) => inner.query(`insert '${marker}' slow`, [], { signal: limits.signal })),
        limits,
      ),
    batch: (db, limits, marker) =>
      db.batch([sql`insert ${marker}`, ["select 'b' slow"], ['insert $1', ['c']]], limits),
    stream: async (db, limits, marker) => {
      for await (const _ of db.stream(`select '${marker}' rows slow`, [], limits));
    },
    'a stream in portions': async (db, limits, marker) => {
      for await (const _ of db.stream(`select '${marker}' rows`, [], { ...limits, fetchSize: 2 }));
    },
    'a stream that is left': async (db, limits, marker) => {
      for await (const _ of db.stream(`select '${marker}' rows`, [], { ...limits, fetchSize: 2 })) break;
    },
    copyFrom: (db, limits, marker) => db.copyFrom('copy t from stdin', ['1\n', `${marker}\n`], limits),
    copyTo: async (db, limits, marker) => {
      for await (const _ of db.copyTo(`copy ${marker} to stdout`, limits));
    },
    'a copyTo that is left': async (db, limits, marker) => {
      for await (const _ of db.copyTo(`copy ${marker} to stdout`, limits)) break;
    },
    listen: async (db, limits, marker) => {
      const notifications = await db.listen(marker, limits);
      await notifications.return?.();
    },
    script: (db, limits, marker) => db.script(`insert 1; insert '${marker}' slow; select 'x'`, limits),
    'two queries': (db, limits, marker) => [
      db.query(`insert '${markerOf(marker, 0)}'`, [], limits),
      db.query('insert $1', [markerOf(marker, 1)], limits),
    ],
    'a transaction and a query': (db, limits, marker) => [
      db.begin((tx) => tx.query(`insert '${markerOf(marker, 0)}'`), limits),
      db.query('insert $1', [markerOf(marker, 1)], limits),
    ],
  },
  probe: async (db, limits) => (await db.queryValue('select $1', ['probe'], limits)) === 'probe',
  close: (db) => db.close(),
});
