// Many writes at once: how they are split, in which order they leave, and what their replies add up to.
import type { ObjectId } from 'bson';
import { describe, expect, it } from 'vitest';
import type { CommandRequest } from '../../src/connection/types.ts';
import { writeFailureOf } from '../../src/writes/outcome.ts';
import { fakeClient, sent } from '../support/fake-client.ts';
import { lost } from '../support/fake-deployment.ts';

const numbered = (count: number, more: object = {}): { _id: ObjectId }[] =>
  Array.from({ length: count }, (_, _id) => ({ _id: _id as unknown as ObjectId, ...more }));
const sizes = (requests: readonly CommandRequest[]): number[] =>
  requests.map(({ sequence }) => sequence?.documents.length ?? 0);

/** Seven operations of all kinds, mixed. */
const MIXED = [
  { insertOne: { document: { _id: 1 as unknown as ObjectId } } },
  { insertOne: { document: {} } },
  { updateOne: { filter: { a: 1 }, update: { $set: { a: 2 } }, upsert: true } },
  { deleteMany: { filter: { a: 3 } } },
  { insertOne: { document: { _id: 5 as unknown as ObjectId } } },
  { replaceOne: { filter: { a: 4 }, replacement: { b: 1 } } },
  { updateMany: { filter: {}, update: [{ $unset: 'c' }], hint: 'a_1' } },
];

describe('insertMany', () => {
  it('sends what fits in one command', async () => {
    const { fake, items } = fakeClient();
    const { insertedIds, insertedCount } = await items.insertMany([{ a: 1 }, { a: 2 }]);
    expect(insertedCount).toBe(2);
    expect(sent(fake.requests[0])).toEqual({
      insert: 'items',
      ordered: true,
      documents: [
        { _id: insertedIds[0], a: 1 },
        { _id: insertedIds[1], a: 2 },
      ],
    });
  });

  it('splits by the number of documents', async () => {
    const { fake, items } = fakeClient([], { server: { maxWriteBatchSize: 3 } });
    const { insertedIds } = await items.insertMany(numbered(7));
    expect(sizes(fake.requests)).toEqual([3, 3, 1]);
    expect(insertedIds).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('splits by the size of a message', async () => {
    const { fake, items } = fakeClient([], { server: { maxMessageSizeBytes: 17_000 + 2_300 } });
    await items.insertMany(numbered(5, { text: 'x'.repeat(1_000) }));
    expect(sizes(fake.requests)).toEqual([2, 2, 1]);
  });

  it('sends a document alone that is larger than a batch', async () => {
    const { fake, items } = fakeClient([], { server: { maxMessageSizeBytes: 17_000 } });
    await items.insertMany(numbered(2, { text: 'x'.repeat(1_000) }));
    expect(sizes(fake.requests)).toEqual([1, 1]);
  });

  it('refuses a document over the server’s limit, and tells what was inserted before', async () => {
    const { fake, items } = fakeClient([], { server: { maxBsonObjectSize: 100, maxWriteBatchSize: 1 } });
    const error = await items
      .insertMany([...numbered(2), { text: 'x'.repeat(200) }])
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'limit' });
    expect(fake.requests).toHaveLength(1);
    expect(writeFailureOf(error)?.result).toMatchObject({ insertedCount: 1, insertedIds: { 0: 0 } });
  });

  it('stops at the first error in order, and tells which were inserted', async () => {
    const { fake, items } = fakeClient(
      [
        { ok: 1, n: 2 },
        { ok: 1, n: 1, writeErrors: [{ index: 1, code: 11000, errmsg: 'twice' }] },
      ],
      { server: { maxWriteBatchSize: 2 } },
    );
    const error = await items.insertMany(numbered(6)).catch((thrown: unknown) => thrown);
    expect(sizes(fake.requests)).toEqual([2, 2]);
    expect(writeFailureOf(error)).toMatchObject({
      result: { insertedCount: 3, insertedIds: { 0: 0, 1: 1, 2: 2 } },
      writeErrors: [{ index: 3, code: 11000, message: 'twice' }],
    });
  });

  it('goes on without order, and gathers the errors of all commands', async () => {
    const { fake, items } = fakeClient(
      [
        { ok: 1, n: 1, writeErrors: [{ index: 0, code: 11000, errmsg: 'twice' }] },
        {
          ok: 1,
          n: 0,
          writeErrors: [
            { index: 0, code: 1, errmsg: 'a' },
            { index: 1, code: 2, errmsg: 'b' },
          ],
        },
        { ok: 1, n: 1 },
      ],
      { server: { maxWriteBatchSize: 2 } },
    );
    const error = await items.insertMany(numbered(5), { ordered: false }).catch((thrown: unknown) => thrown);
    expect(sizes(fake.requests)).toEqual([2, 2, 1]);
    expect(error).toMatchObject({ server: { code: '11000', fields: { index: '0', insertedCount: '2' } } });
    expect(writeFailureOf(error)).toMatchObject({
      result: { insertedIds: { 1: 1, 4: 4 } },
      writeErrors: [{ index: 0 }, { index: 2 }, { index: 3 }],
    });
  });

  it('tries once more to find a server', async () => {
    const { fake, items } = fakeClient();
    fake.selectErrors.push(lost(true));
    expect(await items.insertMany(numbered(2))).toMatchObject({ insertedCount: 2 });
  });

  it('tells what was written before the connection ended', async () => {
    const { items } = fakeClient([{ ok: 1, n: 1 }, lost(), lost()], { server: { maxWriteBatchSize: 1 } });
    const error = await items.insertMany(numbered(2)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'connection_lost' });
    expect(writeFailureOf(error)?.result.insertedCount).toBe(1);
  });

  it.each([[[]], [{}], [null], [[1]], [[null]]])('refuses %j', async (documents) => {
    const { fake, items } = fakeClient();
    await expect(items.insertMany(documents as never)).rejects.toMatchObject({ code: 'usage' });
    expect(fake.requests).toHaveLength(0);
  });

  it('w: 0 in order waits for all replies but the last', async () => {
    const { fake, items } = fakeClient([], { server: { maxWriteBatchSize: 2 } });
    await items.insertMany(numbered(4), { writeConcern: { w: 0 } });
    await items.insertMany(numbered(4), { writeConcern: { w: 0 }, ordered: false });
    expect(fake.requests.map(({ isUnacknowledged }) => isUnacknowledged)).toEqual([false, true, true, true]);
  });
});

describe('bulkWrite', () => {
  it('in order, groups only neighbours of one kind', async () => {
    const { fake, items } = fakeClient([
      { ok: 1, n: 2 },
      { ok: 1, n: 1, nModified: 0, upserted: [{ index: 0, _id: 'new' }] },
      { ok: 1, n: 4 },
      { ok: 1, n: 1 },
      { ok: 1, n: 5, nModified: 4 },
    ]);
    const result = await items.bulkWrite(MIXED, {
      comment: 'why',
      let: { v: 1 },
      bypassDocumentValidation: true,
    });
    expect(fake.names).toEqual(['insert', 'update', 'delete', 'insert', 'update']);
    expect(sent(fake.requests[4])).toEqual({
      update: 'items',
      ordered: true,
      comment: 'why',
      let: { v: 1 },
      bypassDocumentValidation: true,
      updates: [
        { q: { a: 4 }, u: { b: 1 } },
        { q: {}, u: [{ $unset: 'c' }], multi: true, hint: 'a_1' },
      ],
    });
    expect(sent(fake.requests[2])).toEqual({
      delete: 'items',
      ordered: true,
      comment: 'why',
      let: { v: 1 },
      deletes: [{ q: { a: 3 }, limit: 0 }],
    });
    expect(result).toEqual({
      acknowledged: true,
      insertedCount: 3,
      matchedCount: 5,
      modifiedCount: 4,
      deletedCount: 4,
      upsertedCount: 1,
      insertedIds: { 0: 1, 1: expect.anything(), 4: 5 },
      upsertedIds: { 2: 'new' },
    });
  });

  it('without order, one command of each kind, with the indexes of the operations', async () => {
    const { fake, items } = fakeClient([
      { ok: 1, n: 2, writeErrors: [{ index: 2, code: 11000, errmsg: 'twice' }] },
      { ok: 1, n: 3, nModified: 3, writeErrors: [{ index: 1, code: 9, errmsg: 'no' }] },
      { ok: 1, n: 1 },
    ]);
    const error = await items.bulkWrite(MIXED, { ordered: false }).catch((thrown: unknown) => thrown);
    expect(fake.names).toEqual(['insert', 'update', 'delete']);
    expect(fake.commands.map(({ ordered }) => ordered)).toEqual([false, false, false]);
    expect(writeFailureOf(error)).toMatchObject({
      writeErrors: [{ index: 4 }, { index: 5 }],
      result: { insertedCount: 2, modifiedCount: 3, deletedCount: 1 },
    });
  });

  it('sends a second time only commands that change one document each', async () => {
    const { fake, items } = fakeClient([lost()]);
    const operations = [{ deleteOne: { filter: {} } }, { deleteMany: { filter: { a: 1 } } }];
    await expect(items.bulkWrite(operations)).rejects.toMatchObject({ code: 'connection_lost' });
    expect(fake.requests).toHaveLength(1);
    await items.bulkWrite(operations.slice(0, 1));
    expect(fake.commands[1]?.txnNumber).toBeTypeOf('bigint');
  });

  it.each([
    ['no operations', []],
    ['an operation of another name', [{ drop: {} }]],
    ['one of a name that objects have', [{ toString: {} }]],
    ['no object', [5]],
    ['no model', [{ insertOne: null }]],
    ['no document', [{ insertOne: {} }]],
    ['no filter', [{ deleteOne: {} }]],
    [
      'the last of two wrong',
      [{ insertOne: { document: {} } }, { updateOne: { filter: {}, update: { a: 1 } } }],
    ],
  ])('refuses %s before anything is sent', async (_what, operations) => {
    const { fake, items } = fakeClient();
    await expect(items.bulkWrite(operations as never)).rejects.toMatchObject({
      code: 'usage',
      safeToRetry: true,
    });
    expect(fake.requests).toHaveLength(0);
  });

  it('refuses an option that it has not', async () => {
    const { items } = fakeClient();
    await expect(items.bulkWrite(MIXED, { upsert: true } as never)).rejects.toMatchObject({ code: 'usage' });
  });
});
