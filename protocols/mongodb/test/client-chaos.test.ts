// Every fault at every await of the client's longer calls, against a small honest replica set of one member: writes are done once,
// and what was committed, inserted or read in part is not called safe to do again.
import { type ChaosSubject, type ChaosWorld, chaosSuite, markersIn } from '@fairlead/testkit/chaos';
import type { Document } from 'bson';
import { watch } from '../src/change-streams/index.ts';
import { connect, type MongoClient } from '../src/client.ts';
import { GridFSBucket } from '../src/gridfs/index.ts';
import { withTransaction } from '../src/transactions/index.ts';
import type { Received } from './support/messages.ts';
import { HELLO, ServerEnd } from './support/server.ts';

const HOST = 'set.test:1';
const PRIMARY = { ...HELLO, setName: 'rs', hosts: [HOST], primary: HOST, me: HOST, maxWriteBatchSize: 2 };

/** What the member knows, over all its connections. */
class Member {
  readonly #world: ChaosWorld;
  /** The transaction or retryable write that each document came with. */
  readonly #writtenBy = new Map<string, string>();
  readonly #replies = new Map<string, Document>();
  readonly #transactions = new Map<string, string[]>();

  constructor(world: ChaosWorld) {
    this.#world = world;
  }

  answer({ command, sequences }: Received): Document {
    const text = JSON.stringify([command, sequences], (_key, value) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    const write = `${JSON.stringify(command.lsid)} ${command.txnNumber}`;
    if (command.insert) return this.#insert(write, command, sequences.documents ?? [], markersIn(text));
    if (command.commitTransaction) {
      for (const marker of this.#transactions.get(write) ?? []) this.#world.saw(marker);
      return { ok: 1 };
    }
    if (command.find === 'fs.files') return cursorOf('firstBatch', 0n, [{ _id: 1 }]);
    if (command.find || command.aggregate) return cursorOf('firstBatch', 7n, []);
    if (command.getMore) {
      for (const marker of markersIn(text)) this.#world.saw(marker);
      return cursorOf('nextBatch', 7n, [{ _id: { token: 1 } }]);
    }
    return { ok: 1, n: command.n ?? 0 };
  }

  #insert(
    write: string,
    command: Document,
    documents: readonly Document[],
    markers: readonly string[],
  ): Document {
    const known = command.txnNumber === undefined ? undefined : this.#replies.get(write);
    if (command.autocommit === false) {
      this.#transactions.set(write, [...markers]);
      return { ok: 1, n: documents.length };
    }
    if (known !== undefined) return known;
    for (const { _id } of documents) {
      const id = JSON.stringify(_id);
      if (this.#writtenBy.has(id)) this.#world.breach(`${id} is inserted twice`);
      this.#writtenBy.set(id, write);
    }
    for (const marker of markers) this.#world.saw(marker);
    const reply = { ok: 1, n: documents.length };
    this.#replies.set(write, reply);
    return reply;
  }
}

function cursorOf(batch: 'firstBatch' | 'nextBatch', id: bigint, documents: Document[]): Document {
  return { ok: 1, cursor: { id, ns: 'test.c', [batch]: documents } };
}

const members = new WeakMap<ChaosWorld, Member>();

const subject: ChaosSubject<MongoClient> = {
  name: 'MongoDB client',
  refuses: true,
  serve: async (line, world) => {
    const member = members.get(world) ?? new Member(world);
    members.set(world, member);
    const server = new ServerEnd(line);
    for (let received = await server.read(); received !== undefined; received = await server.read()) {
      if (received.command.isMaster) await server.answer(received, PRIMARY);
      else if (world.refuses()) await server.answer(received, { ok: 0, code: 59, errmsg: 'not now' });
      else await server.answer(received, member.answer(received));
    }
  },
  connect: (connector, { signal, timeoutMs }) =>
    connect(`mongodb://${HOST}`, { connector, tls: false, signal, connectTimeoutMs: timeoutMs, timeoutMs }),
  calls: {
    'an insert': (client, limits, marker) =>
      client
        .db()
        .collection('c')
        .insertOne({ _id: marker as never }, limits),
    'an insert in two commands': (client, limits, marker) => {
      const documents = [0, 1, 2].map((n) => ({ _id: `${marker} ${n}` as never, marker }));
      return client.db().collection('c').insertMany(documents, limits);
    },
    'a cursor': async (client, limits, marker) => {
      for await (const _ of client
        .db()
        .collection('c')
        .find({}, { comment: marker, ...limits }))
        break;
    },
    'a transaction': (client, limits, marker) =>
      withTransaction(
        client,
        async (session) => {
          await client
            .db()
            .collection('c')
            .insertOne({ marker }, { session, ...limits });
        },
        limits,
      ),
    'a change stream': async (client, limits, marker) => {
      const { signal, timeoutMs } = limits;
      await using stream = await watch(client, [], { comment: marker, signal, timeoutMs });
      await stream.next();
    },
    'an upload': (client, limits, marker) =>
      new GridFSBucket(client.db()).upload('f', 'text of some bytes', {
        id: marker,
        chunkSizeBytes: 4,
        ...limits,
      }),
  },
  probe: async (client, { signal, timeoutMs }) => {
    const reply = await client.db().command({ ping: 1, n: 12_345 }, { signal, timeoutMs });
    return reply.n === 12_345;
  },
  close: (client) => client.close(),
};

chaosSuite(subject);
