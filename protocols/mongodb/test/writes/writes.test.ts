// The commands of writes on one document, what they refuse, and the results and errors of their replies.
import { deserialize, Long, ObjectId, serialize } from 'bson';
import { describe, expect, it } from 'vitest';
import { writeFailureOf } from '../../src/writes/outcome.ts';
import { fakeClient, sent } from '../support/fake-client.ts';
import { lost } from '../support/fake-deployment.ts';

describe('insertOne', () => {
  it('makes an ObjectId where there is no _id, first in the document, and leaves the object as it is', async () => {
    const { fake, items } = fakeClient();
    const document = Object.freeze({ name: 'rope', count: 5n });
    const { insertedId, acknowledged } = await items.insertOne(document);
    expect(acknowledged).toBe(true);
    expect(insertedId).toBeInstanceOf(ObjectId);
    const bytes = fake.requests[0]?.sequence?.documents[0];
    expect([...(bytes ?? [])]).toEqual([...serialize({ _id: insertedId, ...document })]);
    expect(sent(fake.requests[0])).toEqual({
      insert: 'items',
      ordered: true,
      documents: [{ _id: insertedId, ...document }],
    });
  });

  it.each([[null], [0], [''], ['x'], [5n], [{ a: 1 }]])('keeps the _id %s', async (_id) => {
    const { fake, items } = fakeClient();
    expect((await items.insertOne({ a: 1, _id } as never)).insertedId).toEqual(_id);
    expect(Object.keys(sent(fake.requests[0]).documents[0])).toEqual(['a', '_id']);
  });

  it('takes a Map, an object with toBSON, and _id: undefined', async () => {
    const { fake, items } = fakeClient();
    await items.insertOne(new Map([['a', 1]]) as never);
    await items.insertOne({ secret: 1, toBSON: () => ({ _id: 7, a: 1 }) } as never);
    await items.insertOne({ _id: undefined, a: 1 } as never);
    const documents = fake.requests.map((request) => sent(request).documents[0]);
    expect(documents[0]).toEqual({ _id: expect.any(ObjectId), a: 1 });
    expect(documents[1]).toEqual({ _id: 7, a: 1 });
    expect(documents[2]).toEqual({ _id: expect.any(ObjectId), a: 1 });
  });

  it('writes undefined as null, int64 as int64', async () => {
    const { fake, items } = fakeClient();
    await items.insertOne({ _id: 1 as never, a: undefined, b: 2n ** 53n + 1n, c: 1.5, d: 2 });
    const bytes = fake.requests[0]?.sequence?.documents[0] ?? new Uint8Array();
    expect(deserialize(bytes, { promoteLongs: false })).toMatchObject({
      a: null,
      b: Long.fromBigInt(2n ** 53n + 1n),
      c: 1.5,
      d: 2,
    });
  });

  it.each([[[]], [null], ['text'], [new ObjectId()], [new Date()], [new Uint8Array(5)], [/x/]])(
    'refuses %j',
    async (document) => {
      const { fake, items } = fakeClient();
      await expect(items.insertOne(document as never)).rejects.toMatchObject({
        code: 'usage',
        safeToRetry: true,
      });
      expect(fake.requests).toHaveLength(0);
    },
  );

  it('refuses what BSON cannot hold', async () => {
    const { items } = fakeClient();
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    await expect(items.insertOne(loop)).rejects.toMatchObject({ code: 'usage' });
    await expect(items.insertOne({ a: 2n ** 70n })).rejects.toMatchObject({ code: 'usage' });
  });

  it('refuses a document above 16 MiB', async () => {
    const { fake, items } = fakeClient();
    await expect(items.insertOne({ a: 'x'.repeat(16_777_216) })).rejects.toMatchObject({ code: 'limit' });
    expect(fake.requests).toHaveLength(0);
  });
});

describe('updates', () => {
  it('sends one statement', async () => {
    const { fake, items } = fakeClient([{ ok: 1, n: 1, nModified: 0, upserted: [{ index: 0, _id: 9 }] }]);
    const result = await items.updateOne(
      { a: 1 },
      { $set: { b: 2 } },
      {
        upsert: true,
        arrayFilters: [{ x: 1 }],
        collation: { locale: 'de' },
        hint: 'a_1',
        sort: { a: 1 },
        let: { v: 1 },
      },
    );
    expect(result).toEqual({
      acknowledged: true,
      matchedCount: 0,
      modifiedCount: 0,
      upsertedCount: 1,
      upsertedId: 9,
    });
    expect(sent(fake.requests[0])).toEqual({
      update: 'items',
      ordered: true,
      let: { v: 1 },
      updates: [
        {
          q: { a: 1 },
          u: { $set: { b: 2 } },
          upsert: true,
          arrayFilters: [{ x: 1 }],
          collation: { locale: 'de' },
          hint: 'a_1',
          sort: { a: 1 },
        },
      ],
    });
  });

  it('updateMany says multi, and is not sent twice', async () => {
    const { fake, items } = fakeClient([lost()]);
    await expect(items.updateMany({}, { $set: { a: 1 } })).rejects.toMatchObject({ code: 'connection_lost' });
    expect(sent(fake.requests[0]).updates).toEqual([{ q: {}, u: { $set: { a: 1 } }, multi: true }]);
    expect(fake.requests).toHaveLength(1);
  });

  it('updateOne is sent twice, under the same number', async () => {
    const { fake, items } = fakeClient([lost()]);
    await items.updateOne({}, { $set: { a: 1 } });
    expect(fake.commands.map(({ txnNumber }) => txnNumber)).toEqual([1n, 1n]);
  });

  it.each([[{}], [{ a: 1 }], [{ a: 1, $set: { b: 1 } }], [[]], [null], ['$set'], [new Map([['a', 1]])]])(
    'refuses the update %j',
    async (update) => {
      const { fake, items } = fakeClient();
      for (const call of [
        items.updateOne({}, update as never),
        items.updateMany({}, update as never),
        items.findOneAndUpdate({}, update as never),
        items.bulkWrite([{ updateOne: { filter: {}, update: update as never } }]),
      ]) {
        await expect(call).rejects.toMatchObject({ code: 'usage', safeToRetry: true });
      }
      expect(fake.requests).toHaveLength(0);
    },
  );

  it.each([[{ $set: { a: 1 } }], [[{ $set: {} }]], [null]])(
    'refuses the replacement %j',
    async (replacement) => {
      const { items } = fakeClient();
      for (const call of [
        items.replaceOne({}, replacement as never),
        items.findOneAndReplace({}, replacement as never),
        items.bulkWrite([{ replaceOne: { filter: {}, replacement: replacement as never } }]),
      ]) {
        await expect(call).rejects.toMatchObject({ code: 'usage' });
      }
    },
  );

  it('takes pipelines, and empty replacements', async () => {
    const { fake, items } = fakeClient();
    await items.updateOne({}, [{ $set: { a: 1 } }]);
    await items.replaceOne({}, {});
    expect(fake.requests.map((request) => sent(request).updates[0].u)).toEqual([[{ $set: { a: 1 } }], {}]);
  });
});

describe('deletes', () => {
  it('one or all', async () => {
    const { fake, items } = fakeClient([
      { ok: 1, n: 1 },
      { ok: 1, n: 3 },
    ]);
    expect(await items.deleteOne({ a: 1 }, { hint: 'a_1' })).toEqual({ acknowledged: true, deletedCount: 1 });
    expect(await items.deleteMany({})).toEqual({ acknowledged: true, deletedCount: 3 });
    expect(fake.requests.map((request) => sent(request).deletes)).toEqual([
      [{ q: { a: 1 }, limit: 1, hint: 'a_1' }],
      [{ q: {}, limit: 0 }],
    ]);
  });
});

describe('find and modify', () => {
  it('update', async () => {
    const { fake, items } = fakeClient([{ ok: 1, value: { _id: 1 } }]);
    const found = await items.findOneAndUpdate(
      { a: 1 },
      { $inc: { b: 1 } },
      {
        returnDocument: 'after',
        sort: { a: -1 },
        projection: { a: 1 },
        upsert: true,
        arrayFilters: [{ x: 1 }],
      },
    );
    expect(found).toEqual({ _id: 1 });
    expect(sent(fake.requests[0])).toEqual({
      findAndModify: 'items',
      query: { a: 1 },
      update: { $inc: { b: 1 } },
      new: true,
      sort: new Map([['a', -1]]),
      fields: { a: 1 },
      upsert: true,
      arrayFilters: [{ x: 1 }],
    });
  });

  it('replace and delete', async () => {
    const { fake, items } = fakeClient();
    expect(await items.findOneAndReplace({}, { a: 1 }, { returnDocument: 'before' })).toBeNull();
    expect(await items.findOneAndDelete({ a: 1 }, { hint: { a: 1 } })).toBeNull();
    expect(fake.requests.map(sent)).toEqual([
      { findAndModify: 'items', query: {}, update: { a: 1 } },
      { findAndModify: 'items', query: { a: 1 }, remove: true, hint: { a: 1 } },
    ]);
  });

  it('rejects where the write concern was not met', async () => {
    const concern = { code: 64, codeName: 'WriteConcernTimeout', errmsg: 'waiting' };
    const { items } = fakeClient([{ ok: 1, value: { _id: 1 }, writeConcernError: concern }]);
    await expect(items.findOneAndDelete({})).rejects.toMatchObject({
      code: 'server',
      server: { code: '64' },
    });
  });
});

describe('errors', () => {
  it('a refused write is the server’s, with its code, its index and what was written', async () => {
    const writeErrors = [{ index: 0, code: 11000, errmsg: 'E11000 duplicate key', errInfo: { why: 1 } }];
    const { items } = fakeClient([{ ok: 1, n: 0, writeErrors }]);
    const error = await items.insertOne({ _id: 1 as never }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'server',
      blame: 'peer',
      safeToRetry: false,
      peer: { port: 27017 },
      server: {
        code: '11000',
        message: 'E11000 duplicate key',
        fields: { index: '0', insertedCount: '0', upsertedCount: '0' },
      },
    });
    expect(writeFailureOf(error)).toMatchObject({
      result: { insertedCount: 0, insertedIds: {} },
      writeErrors: [{ index: 0, code: 11000, message: 'E11000 duplicate key', info: { why: 1 } }],
      writeConcernErrors: [],
    });
    expect(writeFailureOf(new Error('other'))).toBeUndefined();
    expect(writeFailureOf('text')).toBeUndefined();
  });

  it('a write concern that was not met, with what was written', async () => {
    const writeConcernError = {
      code: 64,
      codeName: 'WriteConcernTimeout',
      errmsg: 'waiting',
      errInfo: { wtimeout: true },
    };
    const { items } = fakeClient([{ ok: 1, n: 1, writeConcernError }]);
    const error = await items.insertOne({ a: 1 }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'server',
      server: { code: '64', fields: { codeName: 'WriteConcernTimeout', insertedCount: '1' } },
    });
    expect(writeFailureOf(error)?.writeConcernErrors).toEqual([
      { code: 64, codeName: 'WriteConcernTimeout', message: 'waiting', info: { wtimeout: true } },
    ]);
  });
});

describe('write concern', () => {
  it('is the call’s, else the collection’s', async () => {
    const { fake, client } = fakeClient();
    const items = client.db().collection('items', { writeConcern: { w: 2, j: true } });
    await items.insertOne({});
    await items.deleteOne({}, { writeConcern: { w: 'majority', wtimeoutMS: 5 } });
    expect(fake.commands.map(({ writeConcern }) => writeConcern)).toEqual([
      { w: 2, j: true },
      { w: 'majority', wtimeout: 5 },
    ]);
  });

  it('w: 0 waits for no reply', async () => {
    const { fake, items } = fakeClient();
    const writeConcern = { w: 0 };
    expect(await items.insertOne({ a: 1 }, { writeConcern })).toMatchObject({ acknowledged: false });
    expect(await items.updateOne({}, { $set: { a: 1 } }, { writeConcern })).toEqual({
      acknowledged: false,
      matchedCount: 0,
      modifiedCount: 0,
      upsertedCount: 0,
      upsertedId: null,
    });
    expect(fake.requests.map(({ isUnacknowledged }) => isUnacknowledged)).toEqual([true, true]);
    expect(fake.commands[0]).not.toHaveProperty('lsid');
  });

  it.each([[{ w: -1 }], [{ w: 0, j: true }], [{ w: '' }], ['majority']])(
    'refuses %j',
    async (writeConcern) => {
      const { items } = fakeClient();
      await expect(items.insertOne({}, { writeConcern: writeConcern as never })).rejects.toMatchObject({
        code: 'usage',
      });
    },
  );
});
