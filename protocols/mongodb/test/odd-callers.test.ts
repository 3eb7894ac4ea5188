// Arguments that would mean something else to the server than to whoever wrote them, and what changes during a call.
import { type Document, Long } from 'bson';
import { describe, expect, it } from 'vitest';
import { GridFSBucket } from '../src/gridfs/index.ts';
import { writeFailureOf } from '../src/index.ts';
import { encodeDocument } from '../src/wire/bson/encode.ts';
import { fakeClient, sent } from './support/fake-client.ts';
import { lost } from './support/fake-deployment.ts';

const USAGE = { code: 'usage', safeToRetry: true };

describe('values that BSON would leave out or write as an empty document', () => {
  it.each<[string, unknown]>([
    ['a function', () => 1],
    ['a symbol', Symbol('x')],
    ['a Promise that was not awaited', Promise.resolve('me')],
    ['a Set', new Set(['me'])],
    ['an ArrayBuffer', new ArrayBuffer(3)],
    ['another typed array', new Float64Array(1)],
    ['a boxed number', Object(5)],
    ['a boxed text', Object('me')],
    ['an Error', new Error('me')],
    ['what toBSON gives, beyond int64', { toBSON: () => 2n ** 70n }],
    ['what toBSON gives, as an invalid date', { toBSON: () => new Date(Number.NaN) }],
  ])('refuses %s, in a filter and in a list', async (_name, value) => {
    const { items, fake } = fakeClient();
    await expect(items.deleteMany({ owner: value })).rejects.toMatchObject(USAGE);
    await expect(items.insertOne({ owners: [value] })).rejects.toMatchObject(USAGE);
    expect(fake.names).toEqual([]);
    expect(() => encodeDocument({ owner: value })).toThrow();
  });

  it('refuses a Promise as the filter itself', async () => {
    const { items, fake } = fakeClient();
    const filter = Promise.resolve({ owner: 'me' });
    await expect(items.deleteMany(filter as Document)).rejects.toMatchObject(USAGE);
    await expect(items.insertOne(filter as never)).rejects.toMatchObject(USAGE);
    await expect(items.insertMany([new Set()] as never)).rejects.toMatchObject(USAGE);
    expect(fake.names).toEqual([]);
  });

  it('takes classes with and without fields, with methods, and what has no prototype', () => {
    class Empty {
      name(): string {
        return '';
      }
    }
    class Order {
      count = 1;
      total(): number {
        return this.count;
      }
    }
    function Old(this: Document) {
      this.count = 1;
    }
    Old.prototype.total = () => 1;
    const old: unknown = Reflect.construct(Old, []);
    const document = { a: new Empty(), b: new Order(), c: old, d: Object.create(null), e: /x/, f: Long.ONE };
    expect(encodeDocument(document).length).toBeGreaterThan(5);
  });
});

describe('commands as they are', () => {
  it('write a filter that is undefined as null, so that it is not left out', async () => {
    const { client, fake } = fakeClient();
    await client.db().command({ count: 'items', query: undefined });
    expect(sent(fake.requests[0])).toMatchObject({ count: 'items', query: null });
  });

  it('may be Maps, and begin with a name', async () => {
    const { client, fake } = fakeClient();
    await client.db().command(new Map<string, unknown>([['ping', 1]]) as unknown as Document);
    expect(fake.names).toEqual(['ping']);
    await expect(client.db().command({})).rejects.toMatchObject(USAGE);
    const lsid = new Map<string, unknown>([['ping', 1]]).set('lsid', {});
    await expect(client.db().command(lsid as unknown as Document)).rejects.toMatchObject(USAGE);
  });
});

describe('arguments of calls', () => {
  it('take no null for a session, which would write outside of it', async () => {
    const { items, fake } = fakeClient();
    const options = { session: null as never };
    await expect(items.insertOne({ a: 1 }, options)).rejects.toMatchObject({ code: 'usage' });
    await expect(items.find({}, options).toArray()).rejects.toMatchObject({ code: 'usage' });
    expect(fake.names).toEqual([]);
  });

  it.each([[[null]], [['$match']], [[undefined]], [[[]]]])('refuse %j as stages', async (stages) => {
    const { items } = fakeClient();
    await expect(items.aggregate(stages as never).toArray()).rejects.toMatchObject(USAGE);
  });

  it('know a Map with $out for a write', async () => {
    const { items, fake } = fakeClient([lost(), { ok: 1 }]);
    const stage = new Map([['$out', 'copy']]) as unknown as Document;
    await expect(items.aggregate([stage]).toArray()).rejects.toMatchObject({ code: 'connection_lost' });
    expect(fake.names).toEqual(['aggregate']);
  });

  it.each([null, Number.NaN, 1.5, '5', 5n])('refuse %s as a limit', async (limit) => {
    const { items } = fakeClient();
    await expect(items.find({}, { limit: limit as never }).toArray()).rejects.toMatchObject(USAGE);
  });

  it('refuse lists of sort and of keys that hold no pairs', async () => {
    const { items } = fakeClient();
    for (const sort of [['a1'], [null], [['a', null]]]) {
      await expect(items.findOne({}, { sort: sort as never })).rejects.toMatchObject(USAGE);
    }
    await expect(items.createIndex(['a', 'b'] as never)).rejects.toMatchObject(USAGE);
    await expect(items.createIndexes([null as never])).rejects.toMatchObject(USAGE);
  });

  it('give a Map one _id', async () => {
    const { items, fake } = fakeClient();
    const document = new Map<string, unknown>([['_id', undefined]]).set('a', 1);
    const { insertedId } = await items.insertOne(document as never);
    expect(sent(fake.requests[0]).documents).toEqual([{ _id: insertedId, a: 1 }]);
  });

  it.each<[string, unknown]>([
    ['operators', { $ne: null }],
    ['a Map of operators', new Map([['$gt', '']])],
    ['a regular expression', /./],
    ['a list', [1]],
    ['nothing', undefined],
  ])('of GridFS take no %s for an id', async (_name, id) => {
    const { client, fake } = fakeClient();
    const bucket = new GridFSBucket(client.db());
    await expect(bucket.delete(id)).rejects.toMatchObject(USAGE);
    await expect(bucket.download(id)).rejects.toMatchObject(USAGE);
    await expect(bucket.rename(id, 'x')).rejects.toMatchObject(USAGE);
    expect(fake.names).toEqual([]);
  });
});

describe('bulk writes', () => {
  const OPTIONS = { server: { maxWriteBatchSize: 1 } };

  it.each([true, false])('do not call safe what was done in part (retries: %s)', async (retryWrites) => {
    const options = { ...OPTIONS, settings: { retryWrites } };
    const { items } = fakeClient([{ ok: 1, n: 1 }, lost(true), lost(true)], options);
    const error = await items.insertMany([{ a: 1 }, { a: 2 }]).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'connection_lost', safeToRetry: false });
    expect(writeFailureOf(error)?.result.insertedCount).toBe(1);
  });

  it('check each operation when it is sent', async () => {
    const operation: Document = { updateOne: { filter: { a: 1 }, update: { $set: { b: 1 } } } };
    const { items, fake } = fakeClient(
      [
        () => {
          operation.updateOne.update = { b: 1 };
          return { ok: 1, n: 1 };
        },
      ],
      OPTIONS,
    );
    const operations = [{ deleteOne: { filter: { a: 2 } } }, operation] as never;
    // A later operation's object is read when its turn has come.
    const later = [
      { deleteOne: { filter: { a: 2 } } },
      { deleteOne: { filter: { a: 3 } } },
      operation,
    ] as never;
    await expect(items.bulkWrite(later)).rejects.toMatchObject({ code: 'usage', safeToRetry: false });
    expect(fake.names).toEqual(['delete']);
    await expect(items.bulkWrite(operations)).rejects.toMatchObject(USAGE);
  });
});
