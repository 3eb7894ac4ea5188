// Cursors: what they send and when, how they end, and the replies that they refuse.
import { expectNoUnhandledRejection } from '@fairlead/testkit/unhandled';
import { Long, UUID } from 'bson';
import { describe, expect, it } from 'vitest';
import { batch, fakeClient, nextBatch, sent } from '../support/fake-client.ts';
import { lost, refusal } from '../support/fake-deployment.ts';

expectNoUnhandledRejection();

const BIG = 9_007_199_254_740_993n;
const docs = (...ids: number[]): { _id: number }[] => ids.map((_id) => ({ _id }));

describe('fetching', () => {
  it('sends nothing before the first document is asked for', async () => {
    const { fake, items } = fakeClient([batch(docs(1))]);
    const cursor = items.find();
    expect(fake.requests).toHaveLength(0);
    expect(await cursor.next()).toEqual({ _id: 1 });
    expect(await cursor.next()).toBeNull();
    expect(fake.names).toEqual(['find']);
  });

  it('asks for the next batch when the last one is used up, not before', async () => {
    const { fake, items } = fakeClient([batch(docs(1, 2), BIG), nextBatch(docs(3))]);
    const seen: unknown[] = [];
    for await (const { _id } of items.find({}, { batchSize: 2 })) {
      seen.push([_id, fake.requests.length]);
    }
    expect(seen).toEqual([
      [1, 1],
      [2, 1],
      [3, 2],
    ]);
    expect(sent(fake.requests[1])).toEqual({ getMore: BIG, collection: 'items', batchSize: 2 });
  });

  it('keeps the identifier an int64, and the session and the server of the first command', async () => {
    const { fake, items } = fakeClient([batch([], BIG), nextBatch([], BIG), nextBatch(docs(1))]);
    expect(await items.find().toArray()).toEqual(docs(1));
    expect(fake.commands.map(({ getMore }) => getMore)).toEqual([undefined, BIG, BIG]);
    expect(new Set(fake.commands.map(({ lsid }) => lsid.id.toString())).size).toBe(1);
    expect(fake.commands[0]?.lsid.id).toBeInstanceOf(UUID);
    expect(new Set(fake.addresses)).toEqual(new Set(['a:27017']));
    expect(fake.selections).toHaveLength(1);
  });

  it('adds no maxTimeMS to getMore', async () => {
    const { fake, items } = fakeClient([batch(docs(1), 5n), nextBatch([])]);
    await items.find({}, { timeoutMs: 1000 }).toArray();
    expect(fake.commands[0]?.maxTimeMS).toBeGreaterThan(0);
    expect(fake.commands[1]).not.toHaveProperty('maxTimeMS');
  });

  it('adds maxAwaitTimeMS only where the server was asked to wait', async () => {
    const { fake, items } = fakeClient([batch([], 5n), nextBatch([]), batch([], 5n), nextBatch([])]);
    await items.find({}, { tailable: true, awaitData: true, maxAwaitTimeMS: 50 }).toArray();
    await items.find({}, { tailable: true, maxAwaitTimeMS: 50 }).toArray();
    expect(fake.commands.map(({ getMore, maxTimeMS }) => getMore && maxTimeMS)).toEqual([
      undefined,
      50,
      undefined,
      undefined,
    ]);
  });

  it('follows the collection that the reply names', async () => {
    const { fake, client } = fakeClient([batch([], 5n, 'shop.$cmd.listCollections'), nextBatch([])]);
    await client.db().listCollections().toArray();
    expect(sent(fake.requests[1]).collection).toBe('$cmd.listCollections');
  });

  it('sends the comment again, to servers that take it', async () => {
    for (const [maxWireVersion, comment] of [
      [8, undefined],
      [9, 'why'],
    ] as const) {
      const { fake, items } = fakeClient([batch([], 5n), nextBatch([])], { server: { maxWireVersion } });
      await items.find({}, { comment: 'why' }).toArray();
      expect(fake.commands[1]?.comment).toBe(comment);
    }
  });

  it('shares one fetch among calls at once', async () => {
    const { fake, items } = fakeClient([batch(docs(1, 2))]);
    const cursor = items.find();
    expect(await Promise.all([cursor.next(), cursor.next(), cursor.next()])).toEqual([...docs(1, 2), null]);
    expect(fake.names).toEqual(['find']);
  });

  it('hasNext fetches and takes nothing; tryNext asks once', async () => {
    const { fake, items } = fakeClient([batch([], 5n), nextBatch([], 5n), nextBatch(docs(1))]);
    const cursor = items.find();
    expect(await cursor.tryNext()).toBeNull();
    expect(await cursor.tryNext()).toBeNull();
    expect(fake.requests).toHaveLength(2);
    expect(await cursor.hasNext()).toBe(true);
    expect(await cursor.hasNext()).toBe(true);
    expect(await cursor.next()).toEqual({ _id: 1 });
    expect(await cursor.hasNext()).toBe(false);
    expect(cursor.closed).toBe(true);
  });

  it('gives documents as bytes where asked', async () => {
    const bytes = new Uint8Array([5, 0, 0, 0, 0]);
    const { fake, items } = fakeClient([batch([bytes], 5n), nextBatch([bytes])]);
    expect(await items.find({}, { raw: true }).toArray()).toEqual([bytes, bytes]);
    expect(fake.requests.map(({ rawFields }) => rawFields)).toEqual(
      Array(2).fill({ cursor: { firstBatch: true, nextBatch: true } }),
    );
  });
});

describe('limits', () => {
  it.each([
    [
      { limit: 4, batchSize: 3 },
      { limit: 4, batchSize: 3 },
    ],
    [
      { limit: 4, batchSize: 4 },
      { limit: 4, batchSize: 5 },
    ],
    [{ limit: -4 }, { limit: 4, singleBatch: true }],
    [{ limit: 0, batchSize: 0 }, { batchSize: 0 }],
    [
      { limit: 2, singleBatch: true },
      { limit: 2, singleBatch: true },
    ],
    [{ singleBatch: false }, {}],
  ])('%j is sent as %j', async (options, expected) => {
    const { fake, items } = fakeClient();
    await items.find({}, options).toArray();
    expect(sent(fake.requests[0])).toEqual({ find: 'items', filter: {}, ...expected });
  });

  it('a batch of 0 fetches nothing first, and leaves the next size to the server', async () => {
    const { fake, items } = fakeClient([batch([], 5n), nextBatch(docs(1))]);
    expect(await items.find().batchSize(0).toArray()).toEqual(docs(1));
    expect(sent(fake.requests[1])).toEqual({ getMore: 5n, collection: 'items' });
  });

  it('asks for no more than is left, and ends the cursor that stays open at its limit', async () => {
    const { fake, items } = fakeClient([batch(docs(1, 2, 3), 5n), nextBatch(docs(4), 5n), { ok: 1 }]);
    expect(await items.find().limit(4).batchSize(3).toArray()).toEqual(docs(1, 2, 3, 4));
    await Promise.resolve();
    expect(fake.names).toEqual(['find', 'getMore', 'killCursors']);
    expect(fake.commands[1]?.batchSize).toBe(1);
  });

  it('toArray refuses more than maxDocuments, and ends the cursor', async () => {
    const { fake, items } = fakeClient([batch(docs(1, 2), 5n), nextBatch(docs(3, 4), 5n), { ok: 1 }]);
    await expect(items.find().toArray({ maxDocuments: 3 })).rejects.toMatchObject({ code: 'limit' });
    expect(fake.names).toEqual(['find', 'getMore', 'killCursors']);
  });
});

describe('leaving', () => {
  it('tells the server at break, on the same session and connection', async () => {
    const { fake, items } = fakeClient([batch(docs(1, 2), BIG), { ok: 1 }]);
    for await (const document of items.find()) {
      expect(document).toEqual({ _id: 1 });
      break;
    }
    expect(sent(fake.requests[1])).toEqual({ killCursors: 'items', cursors: [BIG] });
    expect(fake.commands[1]?.lsid).toEqual(fake.commands[0]?.lsid);
  });

  it('tells it at close and `await using`, once', async () => {
    const { fake, items } = fakeClient([batch(docs(1), 5n)], {}, { ok: 1 });
    {
      await using cursor = items.find();
      await cursor.next();
      await cursor.close();
    }
    expect(fake.names).toEqual(['find', 'killCursors']);
  });

  it('sends nothing where the cursor is over, or has not begun', async () => {
    const { fake, items } = fakeClient([batch(docs(1, 2))]);
    await items.find().close();
    for await (const _ of items.find()) break;
    expect(fake.names).toEqual(['find']);
  });

  it('gives nothing after close, whatever was at hand', async () => {
    const { items } = fakeClient([batch(docs(1, 2))]);
    const cursor = items.find();
    await cursor.next();
    await cursor.close();
    expect(await cursor.next()).toBeNull();
  });

  it('waits for a fetch under way, and ends the cursor that it brings', async () => {
    let answer: (reply: object) => void = () => undefined;
    const { fake, items } = fakeClient([() => new Promise((resolve) => (answer = resolve)), { ok: 1 }]);
    const cursor = items.find();
    const next = cursor.next();
    await Promise.resolve();
    await Promise.resolve();
    const closing = cursor.close();
    answer(batch(docs(1), 5n));
    await closing;
    expect(await next).toBeNull();
    expect(fake.names).toEqual(['find', 'killCursors']);
  });

  it('tells it after an abort between two documents', async () => {
    const controller = new AbortController();
    const { fake, items } = fakeClient([batch(docs(1, 2), 5n), { ok: 1 }]);
    const cursor = items.find({}, { signal: controller.signal });
    await cursor.next();
    controller.abort(new Error('enough'));
    await expect(cursor.next()).rejects.toMatchObject({ code: 'aborted', cause: { message: 'enough' } });
    expect(fake.names).toEqual(['find', 'killCursors']);
  });

  it('sends nothing over a connection that has ended', async () => {
    const { fake, items } = fakeClient([batch(docs(1), 5n), lost()]);
    await expect(items.find().toArray()).rejects.toMatchObject({ code: 'connection_lost' });
    expect(fake.names).toEqual(['find', 'getMore']);
  });

  it('rejects nowhere when the server refuses', async () => {
    const { items } = fakeClient([batch(docs(1), 5n), refusal(13)]);
    const cursor = items.find();
    await cursor.next();
    await expect(cursor.close()).resolves.toBeUndefined();
  });
});

describe('refused', () => {
  it.each([
    ['no cursor', { ok: 1 }],
    ['no batch', { ok: 1, cursor: { id: 0n, ns: 'shop.items' } }],
    ['a batch that is a document', { ok: 1, cursor: { id: 0n, ns: 'shop.items', firstBatch: { 0: {} } } }],
    ['no namespace', { ok: 1, cursor: { id: 0n, firstBatch: [] } }],
    ['a namespace without a collection', batch([], 5n, 'shop')],
    ['an identifier that a double cannot hold', batch([], 2 ** 60)],
    ['an identifier of another type', batch([], 'five')],
  ])('a reply with %s', async (_what, reply) => {
    const { items } = fakeClient([reply]);
    await expect(items.find().next()).rejects.toMatchObject({ code: 'protocol' });
  });

  it('the reply of another cursor, and the first one is ended', async () => {
    const { fake, items } = fakeClient([batch(docs(1), 5n), nextBatch(docs(2), 6n), { ok: 1 }]);
    await expect(items.find().toArray()).rejects.toMatchObject({ code: 'protocol' });
    expect(sent(fake.requests[2])).toEqual({ killCursors: 'items', cursors: [5n] });
  });

  it('empty batches without end, when the time is up', async () => {
    const { fake, items } = fakeClient([batch([], 5n)], {}, async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return nextBatch([], 5n);
    });
    const cursor = items.find({}, { timeoutMs: 40 });
    await expect(cursor.next()).rejects.toMatchObject({ code: 'timeout' });
    expect(fake.requests.length).toBeLessThan(20);
    await cursor.close();
    expect(fake.names.at(-1)).toBe('killCursors');
  });

  it('a cursor that the server has given up, with its code', async () => {
    const { items } = fakeClient([batch(docs(1), 5n), refusal(43)], {}, { ok: 1 });
    const cursor = items.find();
    await cursor.next();
    const error = await cursor.next().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'server', server: { code: '43' } });
    await expect(cursor.next()).rejects.toBe(error);
  });

  it('changes after the command was sent', async () => {
    const { items } = fakeClient([batch(docs(1))]);
    const cursor = items.find();
    await cursor.next();
    expect(() => cursor.limit(3)).toThrow(/begun/);
  });

  it('small identifiers of servers that send int32 are taken', async () => {
    const { fake, items } = fakeClient([batch([], 5), nextBatch([], Long.fromNumber(0).toInt())]);
    await items.find().toArray();
    expect(fake.commands[1]?.getMore).toBe(5n);
  });
});
