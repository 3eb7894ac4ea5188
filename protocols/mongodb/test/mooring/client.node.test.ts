// The client on a mooring, against a scripted server: what is sent, what is lent again, what is reset, what is ended.
import { type MooringNamespace, mooring } from '@fairlead/mooring';
import type { Connector } from '@fairlead/transport';
import type { Document } from 'bson';
import { describe, expect, it } from 'vitest';
import { connect, type MooredOptions, seat } from '../../src/mooring/index.ts';
import { startSession } from '../../src/transactions/index.ts';
import { HELLO, serveAll, serverOf } from '../support/server.ts';

let pools = 0;

/** A mooring over servers of a script; each connection has a list of what it was sent. */
function moored(
  answer: (command: Document) => Document | undefined = () => ({ ok: 1 }),
  hello: Document = HELLO,
) {
  const connections: string[][] = [];
  const dialled: string[] = [];
  const serve = serverOf(
    (server) => {
      const sent: string[] = [];
      connections.push(sent);
      return serveAll(server, ({ command }) => {
        sent.push(Object.keys(command)[0] ?? '');
        return answer(command);
      });
    },
    () => hello,
  );
  const connector: Connector = (address, options) => {
    dialled.push(`${address.hostname}:${address.port}`);
    return serve(address, options);
  };
  const object = new (mooring([seat], { connector }))({}, {});
  const namespace: MooringNamespace = { idFromName: (name) => name, get: () => object };
  // Greetings are known to all of an isolate, so each pool has a name of its own.
  pools += 1;
  const own = { pool: { max: 1, waitMs: 300 }, appName: `pool ${pools}`, tls: false };
  const open = (options: MooredOptions = {}) =>
    connect(namespace, 'mongodb://db.test/shop', { ...own, ...options });
  return { connections, dialled, open };
}

const found = (documents: readonly unknown[], id = 0n) => ({
  ok: 1,
  cursor: { firstBatch: documents, id, ns: 'shop.orders' },
});

describe('a client on a mooring', () => {
  it('has hello answered without the server, and lends one connection to all', async () => {
    const { connections, dialled, open } = moored(({ find }) => (find ? found([{ n: 1 }]) : { ok: 1 }));
    for (let i = 0; i < 3; i++) {
      await using client = await open();
      expect(await client.db().collection('orders').findOne({})).toEqual({ n: 1 });
    }
    expect(dialled).toEqual(['db.test:27017']);
    expect(connections).toEqual([['find', 'endSessions', 'find', 'endSessions', 'find', 'endSessions']]);
  });

  it('commands of several callers go in turn', async () => {
    const { connections, open } = moored(({ count }) => ({ ok: 1, n: count ? 3 : 0 }));
    const clients = await Promise.all([open(), open(), open()]);
    const counts = await Promise.all(
      clients.map((client) =>
        client
          .db()
          .command({ count: 'orders' })
          .then(({ n }) => n),
      ),
    );
    expect(counts).toEqual([3, 3, 3]);
    expect(connections).toHaveLength(1);
    await Promise.all(clients.map((client) => client.close()));
  });

  it('a cursor keeps its connection, which is lent again once it is over', async () => {
    const { connections, open } = moored((command) => {
      if (command.find) return found([{ n: 1 }], 7n);
      if (command.getMore) return { ok: 1, cursor: { nextBatch: [{ n: 2 }], id: 0n, ns: 'shop.orders' } };
      return { ok: 1 };
    });
    const client = await open();
    expect(await client.db().collection('orders').find({}).toArray()).toEqual([{ n: 1 }, { n: 2 }]);
    await client.close();
    await using other = await open();
    await other.db().command({ ping: 1 });
    expect(connections).toHaveLength(1);
    expect(connections[0]?.slice(0, 2)).toEqual(['find', 'getMore']);
  });

  it('a cursor that was left open is ended before another caller has the connection', async () => {
    const killed: unknown[] = [];
    const { connections, open } = moored((command) => {
      if (command.killCursors) killed.push(command);
      return command.find ? found([{ n: 1 }], 7n) : { ok: 1, cursorsKilled: [7n] };
    });
    const controller = new AbortController();
    const client = await open({ signal: controller.signal });
    // As a raw command: the client knows nothing of a cursor.
    await client.db().command({ find: 'orders' });
    await client.close();
    await using other = await open();
    await other.db().command({ ping: 1 });
    expect(killed).toMatchObject([{ killCursors: 'orders', cursors: [7n], $db: 'shop' }]);
    expect(connections).toHaveLength(1);
  });

  it('a transaction keeps the connection; one that was left open ends it', async () => {
    const set = {
      ...HELLO,
      setName: 'rs',
      me: 'db.test:27017',
      hosts: ['db.test:27017'],
      primary: 'db.test:27017',
    };
    const { connections, open } = moored((command) => (command.insert ? { ok: 1, n: 1 } : { ok: 1 }), set);
    const client = await open();
    const session = startSession(client);
    session.startTransaction();
    await client.db().collection('orders').insertOne({ n: 1 }, { session });
    await session.commitTransaction();
    await session.end();
    await client.close();
    const second = await open();
    const left = startSession(second);
    left.startTransaction();
    await second.db().collection('orders').insertOne({ n: 1 }, { session: left });
    expect(connections).toHaveLength(1);
    await second.close();
    await using third = await open();
    await third.db().command({ ping: 1 });
    expect(connections[0]?.slice(0, 2)).toEqual(['insert', 'commitTransaction']);
    expect(connections.at(-1)).toContain('ping');
  });

  it.each([10107, 91, 13435])('after the error %i the connection is not lent again', async (code) => {
    let isFirst = true;
    const { connections, open } = moored((command) => {
      if (!command.insert || !isFirst) return { ok: 1, n: 1 };
      isFirst = false;
      return { ok: 0, code, codeName: 'X', errmsg: 'not primary' };
    });
    const client = await open({ retryWrites: false });
    await client
      .db()
      .collection('orders')
      .insertOne({ n: 1 })
      .catch(() => undefined);
    await client.close();
    await using other = await open();
    await other.db().command({ ping: 1 });
    expect(connections).toHaveLength(2);
  });

  it('a call that is given up ends the connection', async () => {
    const { connections, open } = moored((command) => (command.find ? undefined : { ok: 1 }));
    const client = await open();
    await expect(client.db().collection('orders').findOne({}, { timeoutMs: 50 })).rejects.toMatchObject({
      code: 'timeout',
    });
    await client.close();
    await using other = await open();
    await other.db().command({ ping: 1 });
    expect(connections).toHaveLength(2);
  });

  it('logs in to the primary that the first server names', async () => {
    const hosts = ['db.test:27017', 'b.test:27018'];
    let count = 0;
    const secondary = {
      ...HELLO,
      isWritablePrimary: false,
      secondary: true,
      setName: 'rs',
      me: 'db.test:27017',
      hosts,
      primary: 'b.test:27018',
    };
    const primary = { ...HELLO, setName: 'rs', me: 'b.test:27018', hosts, primary: 'b.test:27018' };
    const serve = serverOf(
      (server) => serveAll(server, () => ({ ok: 1 })),
      () => (count++ === 0 ? secondary : primary),
    );
    const dialled: string[] = [];
    const connector: Connector = (address, options) => {
      dialled.push(`${address.hostname}:${address.port}`);
      return serve(address, options);
    };
    const object = new (mooring([seat], { connector }))({}, {});
    const namespace: MooringNamespace = { idFromName: (name) => name, get: () => object };
    await using client = await connect(namespace, 'mongodb://db.test/shop?tls=false&replicaSet=rs');
    await client.db().command({ ping: 1 });
    expect(dialled.slice(0, 2)).toEqual(hosts);
  });

  it.each<[string, MooredOptions, string]>([
    ['reading from secondaries', { readPreference: 'secondary' }, 'usage'],
    ['a malformed option', { port: 0 }, 'usage'],
  ])('%s is refused', async (_what, options, code) => {
    await expect(moored().open(options)).rejects.toMatchObject({ code });
  });

  it('a write without an answer is refused', async () => {
    await using client = await moored().open();
    const write = client
      .db()
      .collection('orders')
      .insertOne({ n: 1 }, { writeConcern: { w: 0 } });
    await expect(write).rejects.toMatchObject({ code: 'protocol' });
  });
});
