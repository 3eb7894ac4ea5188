// The commands of a collection's reads, and the replies that they make of them.
import { ObjectId } from 'bson';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { Collection } from '../../src/collection/collection.ts';
import type { WithId } from '../../src/types/documents.ts';
import { batch, fakeClient, sent } from '../support/fake-client.ts';

interface Item {
  _id: ObjectId;
  name: string;
  count: number;
  tags?: string[];
  size: { width: number };
  seen: bigint;
}

describe('find', () => {
  it('sends what its methods and options say', async () => {
    const { fake, items } = fakeClient();
    const cursor = items
      .find({ count: { $gt: 2 } }, { allowDiskUse: true, let: { a: 1 } })
      .sort('name', 'desc')
      .skip(1)
      .limit(10)
      .project({ name: 1 })
      .hint('name_1')
      .collation({ locale: 'de' })
      .comment('why');
    await cursor.toArray();
    expect(sent(fake.requests[0])).toEqual({
      find: 'items',
      filter: { count: { $gt: 2 } },
      sort: new Map([['name', -1]]),
      allowDiskUse: true,
      let: { a: 1 },
      skip: 1,
      limit: 10,
      projection: { name: 1 },
      hint: 'name_1',
      collation: { locale: 'de' },
      comment: 'why',
    });
  });

  it.each([
    ['name', [['name', 1]]],
    [
      { b: -1, a: 'asc' },
      [
        ['b', -1],
        ['a', 1],
      ],
    ],
    [
      [
        ['2', 'desc'],
        ['1', 1],
      ],
      [
        ['2', -1],
        ['1', 1],
      ],
    ],
    [new Map([['a', 'desc']]), [['a', -1]]],
    [{ score: { $meta: 'textScore' } }, [['score', { $meta: 'textScore' }]]],
  ] as const)('sorts by %j', async (sort, expected) => {
    const { fake, items } = fakeClient();
    await items.find({}, { sort: sort as never }).toArray();
    expect([...sent(fake.requests[0]).sort]).toEqual(expected);
  });

  it.each([
    ['an option that it has not', { maxTimeMS: 5 }],
    ['an option of writes', { writeConcern: { w: 1 } }],
    ['a negative skip', { skip: -1 }],
    ['a limit that is no number', { limit: 'all' }],
    ['a negative batch', { batchSize: -1 }],
    ['another direction', { sort: { a: 2 } }],
    ['a sort that is none', { sort: 5 }],
    ['a sort that is null', { sort: null }],
    ['another read preference', { readPreference: 'fastest' }],
    ['time that is none', { timeoutMs: 0 }],
  ])('refuses %s', async (_what, options) => {
    const { fake, items } = fakeClient();
    await expect(items.find({}, options as never).next()).rejects.toMatchObject({
      code: 'usage',
      safeToRetry: true,
    });
    await expect(items.findOne({}, options as never)).rejects.toMatchObject({ code: 'usage' });
    expect(fake.requests).toHaveLength(0);
  });

  it.each([['text'], [5], [[{ a: 1 }]], [new ObjectId()], [null]])(
    'refuses the filter %j',
    async (filter) => {
      const { items } = fakeClient();
      await expect(items.find(filter as never).next()).rejects.toMatchObject({ code: 'usage' });
      await expect(items.deleteMany(filter as never)).rejects.toMatchObject({ code: 'usage' });
      await expect(items.countDocuments(filter as never)).rejects.toMatchObject({ code: 'usage' });
    },
  );

  it('has the types of its documents', () => {
    const check = (items: Collection<Item>): unknown[] => {
      expectTypeOf(items.find().next()).resolves.toEqualTypeOf<WithId<Item> | null>();
      expectTypeOf(items.find({}, { raw: true }).next()).resolves.toEqualTypeOf<Uint8Array | null>();
      expectTypeOf(items.distinct('tags')).resolves.toEqualTypeOf<(string | undefined)[]>();
      return [
        items.find({ name: /rope/, 'size.width': 3, seen: { $gt: 5n }, tags: 'new' }),
        // @ts-expect-error: the field is a number.
        items.find({ count: 'two' }),
        // @ts-expect-error: there is no such field.
        items.find({ colour: 'red' }),
        items.updateOne(
          {},
          { $set: { name: 'x', 'size.width': 2 }, $inc: { seen: 1n }, $push: { tags: 'a' } },
        ),
        // @ts-expect-error: the field is text.
        items.updateOne({}, { $inc: { name: 1 } }),
        // @ts-expect-error: an update has operators.
        items.updateOne({}, { name: 'x' }),
        items.insertOne({ name: 'rope', count: 1, size: { width: 1 }, seen: 1n }),
        // @ts-expect-error: fields are missing.
        items.insertOne({ name: 'rope' }),
      ];
    };
    expect(check).toBeTypeOf('function');
  });
});

describe('findOne', () => {
  it('asks for one document in a single batch', async () => {
    const { fake, items } = fakeClient([batch([{ _id: 1 }])]);
    expect(await items.findOne({ a: 1 }, { projection: { _id: 1 }, sort: { a: 1 } })).toEqual({ _id: 1 });
    expect(sent(fake.requests[0])).toEqual({
      find: 'items',
      filter: { a: 1 },
      projection: { _id: 1 },
      sort: new Map([['a', 1]]),
      limit: 1,
      singleBatch: true,
    });
  });

  it('gives null where there is none, and bytes where asked', async () => {
    const bytes = new Uint8Array([5, 0, 0, 0, 0]);
    const { fake, items } = fakeClient([batch([]), batch([bytes])]);
    expect(await items.findOne()).toBeNull();
    expect(await items.findOne({}, { raw: true })).toBe(bytes);
    expect(fake.requests[1]?.rawFields).toEqual({ cursor: { firstBatch: true } });
  });

  it('refuses a reply without a cursor', async () => {
    const { items } = fakeClient([{ ok: 1 }]);
    await expect(items.findOne()).rejects.toMatchObject({ code: 'protocol' });
  });
});

describe('aggregate', () => {
  it('sends the pipeline and its options', async () => {
    const { fake, items } = fakeClient();
    await items
      .aggregate([{ $match: {} }], { batchSize: 5, allowDiskUse: true, hint: 'x', raw: false })
      .toArray();
    expect(sent(fake.requests[0])).toEqual({
      aggregate: 'items',
      pipeline: [{ $match: {} }],
      cursor: { batchSize: 5 },
      allowDiskUse: true,
      hint: 'x',
    });
  });

  it('is a write where it ends with $out or $merge: not sent twice, with the write concern', async () => {
    const { fake, items } = fakeClient([], { settings: { writeConcern: { w: 'majority', wtimeoutMS: 9 } } });
    await items.aggregate([{ $out: 'x' }], { batchSize: 5 }).toArray();
    await items.aggregate([{ $merge: 'x' }], { writeConcern: { w: 1 } }).toArray();
    expect(fake.commands.map(({ cursor, writeConcern }) => [cursor, writeConcern])).toEqual([
      [{}, { w: 'majority', wtimeout: 9 }],
      [{}, { w: 1 }],
    ]);
    expect(fake.commands[0]).not.toHaveProperty('txnNumber');
  });

  it('refuses what is no pipeline', async () => {
    const { items } = fakeClient();
    await expect(items.aggregate({} as never).next()).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('distinct and counts', () => {
  it('distinct', async () => {
    const { fake, items } = fakeClient([{ ok: 1, values: [1, 2] }]);
    expect(await items.distinct('a.b', { c: 1 }, { collation: { locale: 'de' } })).toEqual([1, 2]);
    expect(sent(fake.requests[0])).toEqual({
      distinct: 'items',
      key: 'a.b',
      query: { c: 1 },
      collation: { locale: 'de' },
    });
  });

  it('countDocuments counts by a pipeline', async () => {
    const { fake, items } = fakeClient([batch([{ _id: 1, n: 3n }]), batch([])]);
    expect(await items.countDocuments({ a: 1 }, { skip: 1, limit: 5, hint: 'a_1' })).toBe(3);
    expect(await items.countDocuments()).toBe(0);
    expect(sent(fake.requests[0])).toEqual({
      aggregate: 'items',
      pipeline: [{ $match: { a: 1 } }, { $skip: 1 }, { $limit: 5 }, { $group: { _id: 1, n: { $sum: 1 } } }],
      cursor: {},
      hint: 'a_1',
    });
  });

  it('estimatedDocumentCount asks the collection', async () => {
    const { fake, items } = fakeClient([{ ok: 1, n: 7 }]);
    expect(await items.estimatedDocumentCount({ comment: 'why' })).toBe(7);
    expect(sent(fake.requests[0])).toEqual({ count: 'items', comment: 'why' });
  });
});

describe('concerns', () => {
  it('are the call’s, else the collection’s, else the database’s, else the client’s', async () => {
    const { fake, client } = fakeClient([], { settings: { readConcern: { level: 'available' } } });
    const db = client.db('shop', { readConcern: { level: 'local' }, readPreference: 'nearest' });
    await client.db().collection('a').findOne();
    await db.collection('a').findOne();
    await db.collection('a', { readConcern: { level: 'majority' } }).findOne();
    await db.collection('a').findOne({}, { readConcern: { level: 'snapshot' }, readPreference: 'secondary' });
    expect(fake.commands.map(({ readConcern }) => readConcern.level)).toEqual([
      'available',
      'local',
      'majority',
      'snapshot',
    ]);
    expect(fake.selections).toMatchObject([
      { mode: 'primary' },
      { mode: 'nearest' },
      { mode: 'nearest' },
      { mode: 'secondary' },
    ]);
  });
});
