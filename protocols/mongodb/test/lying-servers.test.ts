// Replies that no honest server sends, servers that answer late or never, and callers that leave: what the client says then.
import { FairleadError } from '@fairlead/errors';
import type { Document } from 'bson';
import { describe, expect, it } from 'vitest';
import { watch } from '../src/change-streams/index.ts';
import { hasErrorLabel } from '../src/errors.ts';
import { GridFSBucket } from '../src/gridfs/index.ts';
import { writeFailureOf } from '../src/index.ts';
import { Elections } from '../src/topology/elections.ts';
import { type ClientSession, startSession, withTransaction } from '../src/transactions/index.ts';
import { batch, fakeClient, nextBatch } from './support/fake-client.ts';
import { type Answer, PRIMARY } from './support/fake-deployment.ts';

/** A document that JavaScript cannot make a text or a number of. */
const ODD = { toString: 1, valueOf: 1 };
const UNKNOWN = 'UnknownTransactionCommitResult';

const aborted = (safeToRetry: boolean) =>
  new FairleadError('aborted', 'The command was aborted.', { safeToRetry });
const never: Answer = () => new Promise<Document>(() => undefined);
const caught = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error) => error,
  );

describe('write concern errors', () => {
  const concern = { ok: 1, n: 1, writeConcernError: { code: 10_107, errmsg: 'not primary' } };

  it('are errors of writes that were done: not safe to do again', async () => {
    const { items } = fakeClient([], {}, { ...concern, value: { a: 1 } });
    for (const work of [items.insertOne({}), items.findOneAndDelete({}), items.dropIndexes()]) {
      expect(await caught(work)).toMatchObject({ code: 'server', safeToRetry: false });
    }
  });

  it('keep the labels of their reply', async () => {
    const { items } = fakeClient([], {}, { ...concern, errorLabels: ['RetryableWriteError', ODD] });
    const error = await caught(items.insertOne({}));
    expect(hasErrorLabel(error, 'RetryableWriteError')).toBe(true);
    expect(writeFailureOf(error)?.result.insertedCount).toBe(1);
  });
});

describe('replies of odd shapes', () => {
  it.each<[string, Document]>([
    ['an error without texts', { ok: 0, code: ODD, codeName: ODD, errmsg: ODD, errorLabels: [ODD, null] }],
    ['write errors', { ok: 1, n: ODD, writeErrors: [null, 5, { index: ODD, code: ODD, errmsg: ODD }] }],
    ['a write concern error', { ok: 1, writeConcernError: { code: ODD, errmsg: ODD, codeName: ODD } }],
  ])('are FairleadErrors: %s', async (_name, reply) => {
    const { items } = fakeClient([], {}, reply);
    for (const work of [items.insertOne({}), items.updateOne({}, { $set: { a: 1 } }), items.deleteOne({})]) {
      expect(await caught(work)).toBeInstanceOf(FairleadError);
    }
  });

  it.each<[string, Document]>([
    ['upserted', { ok: 1, n: 1, nModified: ODD, upserted: [null, ODD] }],
    ['a write concern error that is none', { ok: 1, n: 1, writeConcernError: null }],
  ])('are no TypeErrors: %s', async (_name, reply) => {
    const { items } = fakeClient([], {}, reply);
    await expect(items.updateOne({}, { $set: { a: 1 } })).resolves.toMatchObject({ acknowledged: true });
  });

  it('count as nothing where they should be a number', async () => {
    const { items } = fakeClient(
      [],
      {},
      { ok: 1, n: ODD, cursor: { id: 0n, ns: 'a.b', firstBatch: [{ n: ODD }] } },
    );
    expect(await items.countDocuments()).toBe(0);
    expect(await items.estimatedDocumentCount()).toBe(0);
  });

  it.each([[[null]], [[1]], [[{}, 'x']]])('are no documents: %j', async (documents) => {
    const { items } = fakeClient([batch(documents)]);
    await expect(items.find().toArray()).rejects.toMatchObject({ code: 'protocol' });
  });

  it('name no election', () => {
    const elections = new Elections();
    expect(elections.isCurrent({ ...PRIMARY, electionId: ODD })).toBe(true);
  });
});

describe('cursors', () => {
  it('tell the server of their time only where it covers everything', async () => {
    const { items, fake } = fakeClient([batch([{}], 9n), nextBatch([]), batch([{}], 9n), nextBatch([])]);
    for await (const _ of items.find({}, { timeoutMs: 1_000 }));
    await items.find({}, { timeoutMs: 1_000 }).toArray();
    const [iterated, , whole] = fake.commands;
    expect(iterated?.maxTimeMS).toBeUndefined();
    expect(whole?.maxTimeMS).toBeLessThanOrEqual(1_000);
  });

  it('close within a second while a fetch does not end, and are ended by the fetch', async () => {
    let answer = (_reply: Document): void => undefined;
    const late: Answer = () => new Promise<Document>((resolve) => (answer = resolve));
    const { items, fake } = fakeClient([batch([{ a: 1 }], 9n), late]);
    const cursor = items.find();
    await cursor.next();
    const next = cursor.next();
    const startedAt = Date.now();
    await cursor.close();
    expect(Date.now() - startedAt).toBeLessThan(3_000);
    expect(fake.names).toEqual(['find', 'getMore']);
    answer(nextBatch([{ a: 2 }], 9n));
    expect(await next).toBeNull();
    await expect.poll(() => fake.names).toEqual(['find', 'getMore', 'killCursors']);
  });
});

describe('change streams', () => {
  const opened = batch([], 9n, 'admin.$cmd.aggregate');

  it('close within a second while nothing comes', async () => {
    const { client } = fakeClient([opened, never]);
    const stream = await watch(client);
    void caught(stream.next());
    const startedAt = Date.now();
    await stream.close();
    expect(Date.now() - startedAt).toBeLessThan(3_000);
  });

  it('ask a server that refuses each getMore more and more rarely', async () => {
    const refused = { ok: 0, code: 43, errmsg: 'no such cursor' };
    const { client, fake } = fakeClient([], {}, ({ command }) => (command.getMore ? refused : opened));
    const stream = await watch(client);
    const next = caught(stream.next());
    await new Promise((resolve) => setTimeout(resolve, 300));
    await stream.close();
    expect(await next).toBeUndefined();
    expect(fake.names.length).toBeLessThan(30);
  });

  it('wait less than the time of a call', async () => {
    const { client, fake } = fakeClient([opened, nextBatch([{ _id: { t: 1 } }], 9n)]);
    const stream = await watch(client, [], { timeoutMs: 100 });
    await stream.next();
    await stream.close();
    expect(fake.commands[1]?.maxTimeMS).toBe(50);
  });
});

describe('a commit', () => {
  async function begun(...answers: Answer[]) {
    const { client, fake, items } = fakeClient([{ ok: 1, n: 1 }, ...answers]);
    const session = startSession(client);
    session.startTransaction();
    await items.insertOne({}, { session });
    return { fake, session, commit: () => caught(session.commitTransaction()) };
  }

  it('that was aborted on its way is in doubt, and stays so', async () => {
    const { commit, session, fake } = await begun(aborted(false), aborted(true), { ok: 1 });
    const first = await commit();
    expect(first).toMatchObject({ code: 'aborted', safeToRetry: false });
    expect(hasErrorLabel(first, UNKNOWN)).toBe(true);
    const second = await commit();
    expect(second).toMatchObject({ code: 'aborted', safeToRetry: false });
    expect(hasErrorLabel(second, UNKNOWN)).toBe(true);
    expect(await commit()).toBeUndefined();
    await session.end();
    expect(fake.names).not.toContain('abortTransaction');
  });

  it('that never left is not in doubt: the transaction is there, and ends with the session', async () => {
    const { commit, session, fake } = await begun(aborted(true));
    const error = await commit();
    expect(error).toMatchObject({ code: 'aborted', safeToRetry: true });
    expect(hasErrorLabel(error, UNKNOWN)).toBe(false);
    expect(session.inTransaction).toBe(true);
    await session.end();
    expect(fake.names).toEqual(['insert', 'commitTransaction', 'abortTransaction']);
  });

  it('of a primary that stepped down meanwhile is not safe', async () => {
    const concern = { ok: 1, writeConcernError: { code: 10_107, errmsg: 'not primary' } };
    const { commit } = await begun(concern, concern);
    expect(await commit()).toMatchObject({ safeToRetry: false });
  });
});

describe('withTransaction', () => {
  const insert =
    (items: ReturnType<typeof fakeClient>['items'], signal?: AbortSignal) => (session: ClientSession) =>
      items.insertOne({}, { session, signal });

  it('tells the server of an abort by the signal', async () => {
    const { client, fake, items } = fakeClient([{ ok: 1, n: 1 }, aborted(false)]);
    const controller = new AbortController();
    const work = async (session: ClientSession) => {
      await insert(items)(session);
      controller.abort();
      await insert(items, controller.signal)(session);
    };
    const error = await caught(withTransaction(client, work, { signal: controller.signal }));
    expect(error).toMatchObject({ code: 'aborted' });
    expect(fake.names).toContain('abortTransaction');
  });

  it('says what is unknown where it is aborted in mid-commit', async () => {
    const { client, items } = fakeClient([{ ok: 1, n: 1 }, aborted(false)]);
    const error = await caught(withTransaction(client, insert(items)));
    expect(error).toMatchObject({ code: 'aborted', safeToRetry: false });
    expect(hasErrorLabel(error, UNKNOWN)).toBe(true);
  });

  it.each(['closed', 'policy', 'protocol'] as const)('does not repeat %s', async (code) => {
    const { client, fake, items } = fakeClient();
    const failure = new FairleadError(code, 'No.', { safeToRetry: true });
    fake.selectErrors.push(failure, failure, failure);
    await expect(withTransaction(client, insert(items))).rejects.toMatchObject({ code });
    expect(fake.selections).toHaveLength(1);
  });
});

describe('uploads', () => {
  it.each([
    ['left, keep the chunks: the file may be there', false, false],
    ['never left, delete the chunks', true, true],
  ])('that are aborted when the document of the file has %s', async (_name, isSafe, isDeleted) => {
    const { client, fake } = fakeClient([], {}, ({ command }) => {
      if (command.find) return batch([{ _id: 1 }]);
      return command.insert === 'fs.files' ? aborted(isSafe) : { ok: 1, n: 1 };
    });
    const error = await caught(new GridFSBucket(client.db()).upload('f', 'text'));
    expect(error).toMatchObject({ code: 'aborted', safeToRetry: false });
    expect(fake.names.includes('delete')).toBe(isDeleted);
  });

  it('end in time while the indexes are looked at', async () => {
    const { client } = fakeClient([never]);
    const bucket = new GridFSBucket(client.db());
    await expect(bucket.upload('f', 'text', { timeoutMs: 50 })).rejects.toMatchObject({
      code: 'timeout',
      safeToRetry: true,
    });
    const signal = AbortSignal.abort();
    await expect(bucket.upload('f', 'text', { signal })).rejects.toMatchObject({ code: 'aborted' });
  });
});
