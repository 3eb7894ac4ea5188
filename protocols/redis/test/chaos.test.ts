// Every fault at every await of the client, against a small honest server.
import { chaosSuite, markerOf } from '@fairlead/testkit/chaos';
import { connect, type RedisClient, Script, scan, subscribe } from '../src/index.ts';
import { serveHonestly } from './honest-server.ts';

const script = new Script('return 1');

chaosSuite<RedisClient>({
  name: 'Redis',
  refuses: true,
  // Blocking commands and WATCH have connections of their own.
  hits: 'latest',
  serve: serveHonestly,
  connect: (connector, { signal, timeoutMs }) =>
    connect('redis://cache.test', { connector, signal, timeoutMs, connectTimeoutMs: timeoutMs }),
  calls: {
    set: (db, limits, marker) => db.with(limits).set('k', marker),
    get: (db, limits, marker) => db.with(limits).get(marker),
    'a slow command': (db, limits, marker) => db.with(limits).send('SET', 'slow', marker),
    pipeline: (db, limits, marker) => {
      const client = db.with(limits);
      return [
        client.set('k', markerOf(marker, 0)),
        client.send('SET', 'slow', markerOf(marker, 1)),
        client.get(markerOf(marker, 2)),
      ];
    },
    'two ticks': (db, limits, marker) => [
      db.with(limits).set('k', markerOf(marker, 0)),
      Promise.resolve().then(() => db.with(limits).set('k', markerOf(marker, 1))),
    ],
    multi: (db, limits, marker) => db.multi(limits).set('k', marker).send('SET', 'slow', 'x').exec(),
    watch: (db, limits, marker) =>
      db.with(limits).watch(['k'], (own) => own.multi(limits).set('k', marker).exec()),
    subscribe: async (db, limits, marker) => {
      const messages = await subscribe(db.with(limits), [marker]);
      await messages.close();
    },
    'a blocking command': async (db, limits, marker) => {
      const own = await db.dedicated();
      try {
        await own.with(limits).send('BLPOP', marker, 'slow', 1);
      } finally {
        await own.close();
      }
    },
    scan: async (db, limits, marker) => {
      for await (const _ of scan(db.with(limits), { match: marker }));
    },
    'a scan that is left': async (db, limits, marker) => {
      for await (const _ of scan(db.with(limits), { match: marker })) break;
    },
    script: (db, limits, marker) => script.run(db.with(limits), [marker]),
  },
  unanswered: ['a scan that is left'],
  probe: async (db, limits) => (await db.with(limits).get('probe')) === 'probe',
  close: (db) => db.close(),
});
