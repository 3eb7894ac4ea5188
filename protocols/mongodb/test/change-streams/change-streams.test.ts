// Change streams against a script: where they begin, what they keep, after what they go on.
import { expectNoUnhandledRejection } from '@fairlead/testkit/unhandled';
import { type Document, Timestamp } from 'bson';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { watch } from '../../src/change-streams/index.ts';
import { MongoClient } from '../../src/client.ts';
import { type Answer, FakeDeployment, type FakeOptions, lost, refusal } from '../support/fake-deployment.ts';

expectNoUnhandledRejection();

const NS = 'shop.orders';
const token = (n: number | string) => ({ _data: `t${n}` });
const change = (n: number): Document => ({ _id: token(n), operationType: 'insert', fullDocument: { n } });

/** The first reply, with an open cursor. */
function opened(firstBatch: Document[] = [], extra: Document = {}, id: unknown = 7n): Document {
  const { operationTime, ...cursor } = extra;
  return {
    ok: 1,
    cursor: { id, ns: NS, firstBatch, ...cursor },
    ...(operationTime !== undefined && { operationTime }),
  };
}

function more(nextBatch: Document[] = [], cursor: Document = {}, id: unknown = 7n): Document {
  return { ok: 1, cursor: { id, ns: NS, nextBatch, ...cursor } };
}

function deployment(answers: Answer[], options?: FakeOptions, always?: Answer) {
  const fake = new FakeDeployment(answers, options, always);
  const client = new MongoClient(fake.executor, 'shop');
  return { fake, client, orders: client.db().collection('orders') };
}

const stageOf = (command: Document | undefined) => command?.pipeline[0].$changeStream;

afterEach(() => {
  vi.useRealTimers();
});

describe('what is watched', () => {
  it('a collection, a database, a deployment', async () => {
    const { fake, client, orders } = deployment([opened(), opened(), opened()]);
    await watch(orders, [{ $match: { a: 1 } }]);
    await watch(client.db('other'));
    await watch(client);
    expect(fake.commands[0]).toMatchObject({
      aggregate: 'orders',
      pipeline: [{ $changeStream: {} }, { $match: { a: 1 } }],
    });
    expect(fake.requests[1]).toMatchObject({ database: 'other', command: { aggregate: 1 } });
    expect(fake.requests[2]?.database).toBe('admin');
    expect(fake.commands[2]).toMatchObject({
      aggregate: 1,
      pipeline: [{ $changeStream: { allChangesForCluster: true } }],
    });
  });

  it('with its options where they belong', async () => {
    const { fake, orders } = deployment([opened()]);
    const startAtOperationTime = new Timestamp({ t: 1, i: 1 });
    await watch(orders, [], {
      fullDocument: 'updateLookup',
      fullDocumentBeforeChange: 'off',
      showExpandedEvents: true,
      startAtOperationTime,
      batchSize: 5,
      comment: 'c',
      collation: { locale: 'en' },
      readConcern: { level: 'majority' },
      readPreference: 'nearest',
    });
    expect(fake.commands[0]).toMatchObject({
      pipeline: [
        {
          $changeStream: {
            fullDocument: 'updateLookup',
            fullDocumentBeforeChange: 'off',
            showExpandedEvents: true,
            startAtOperationTime,
          },
        },
      ],
      cursor: { batchSize: 5 },
      comment: 'c',
      collation: { locale: 'en' },
      readConcern: { level: 'majority' },
      $readPreference: { mode: 'nearest' },
    });
  });

  it.each([
    [{ maxAwaitTimeMS: 5_000, timeoutMs: 5_000 }, 'less than timeoutMs'],
    [{ maxAwaitTimeMS: 0 }, 'above 0'],
    [{ maxDurationMs: '1' }, 'above 0'],
    [{ fulldocument: 'default' }, 'unknown option'],
    [null, 'object'],
  ])('%o is refused', async (options, message) => {
    const { fake, orders } = deployment([]);
    await expect(watch(orders, [], options as never)).rejects.toThrow(message);
    await expect(watch(orders, {} as never)).rejects.toThrow('array');
    expect(fake.commands).toEqual([]);
  });

  it('what the server refuses at first is thrown, and not tried again', async () => {
    const { fake, orders } = deployment([refusal(40573)]);
    await expect(watch(orders)).rejects.toMatchObject({ server: { code: '40573' } });
    expect(fake.commands).toHaveLength(1);
  });
});

describe('iteration', () => {
  it('gives changes in order, and asks when they are used up', async () => {
    const { fake, orders } = deployment([
      opened([change(1)]),
      more(),
      more([change(2), change(3)]),
      { ok: 1 },
    ]);
    const stream = await watch(orders, [], { maxAwaitTimeMS: 50, batchSize: 9 });
    const seen: unknown[] = [];
    for await (const event of stream) {
      seen.push(event.fullDocument?.n);
      if (seen.length === 3) break;
    }
    expect(seen).toEqual([1, 2, 3]);
    expect(fake.names).toEqual(['aggregate', 'getMore', 'getMore', 'killCursors']);
    expect(fake.commands[1]).toMatchObject({
      getMore: 7n,
      collection: 'orders',
      batchSize: 9,
      maxTimeMS: 50,
    });
    expect(fake.commands[3]).toMatchObject({
      killCursors: 'orders',
      cursors: [7n],
      lsid: fake.commands[0]?.lsid,
    });
    expect(stream.closed).toBe(true);
    expect(await stream.next()).toBeNull();
  });

  it('tryNext asks once', async () => {
    const { fake, orders } = deployment([opened(), more(), more([change(1)])]);
    const stream = await watch(orders);
    expect(await stream.tryNext()).toBeNull();
    expect(stream.closed).toBe(false);
    expect(await stream.tryNext()).toMatchObject({ fullDocument: { n: 1 } });
    expect(fake.names).toHaveLength(3);
  });

  it('reads nothing ahead', async () => {
    const { fake, orders } = deployment([opened([change(1)])]);
    const stream = await watch(orders);
    await stream.next();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(fake.names).toEqual(['aggregate']);
  });

  it('one call at a time', async () => {
    const { orders } = deployment([opened(), more([change(1), change(2)])]);
    const stream = await watch(orders);
    const first = stream.next();
    await expect(stream.next()).rejects.toMatchObject({ code: 'usage' });
    expect(await first).toMatchObject({ fullDocument: { n: 1 } });
    expect(await stream.next()).toMatchObject({ fullDocument: { n: 2 } });
  });

  it('ends with the server’s cursor: an invalidate', async () => {
    const { fake, orders } = deployment([
      opened(),
      more([{ _id: token(1), operationType: 'invalidate' }], {}, 0n),
    ]);
    const stream = await watch(orders);
    const types: string[] = [];
    for await (const { operationType } of stream) types.push(operationType);
    expect(types).toEqual(['invalidate']);
    expect(fake.names).toEqual(['aggregate', 'getMore']);
    expect(stream.resumeToken).toEqual(token(1));
  });

  it('ends after its duration, and keeps the token', async () => {
    const wait = () =>
      new Promise<Document>((resolve) =>
        setTimeout(() => resolve(more([], { postBatchResumeToken: token('p') })), 20),
      );
    const { fake, orders } = deployment([opened()], {}, wait);
    const stream = await watch(orders, [], { maxDurationMs: 100 });
    for await (const _ of stream) throw new Error('there is none');
    expect(stream.resumeToken).toEqual(token('p'));
    expect(fake.names.at(-1)).toBe('killCursors');
    expect(fake.commands[1]?.maxTimeMS).toBeLessThanOrEqual(100);
  });

  it('endless empty batches are not asked for without end', async () => {
    const { fake, orders } = deployment([opened()], {}, more());
    const stream = await watch(orders, [], { maxDurationMs: 300 });
    expect(await stream.next()).toBeNull();
    expect(fake.names.length).toBeLessThan(20);
  });

  it('ends by its signal during a pause', async () => {
    const { orders } = deployment([opened()], {}, more());
    const stream = await watch(orders, [], { signal: AbortSignal.timeout(50) });
    await expect(stream.next()).rejects.toMatchObject({ code: 'aborted' });
    expect(stream.closed).toBe(true);
  });

  it.each([
    ['no token', [{ operationType: 'insert' }]],
    ['a token that is none', [{ _id: 5, operationType: 'insert' }]],
    ['no document', [7]],
  ])('a change with %s ends it', async (_name, batch) => {
    const { orders } = deployment([opened(), more(batch as Document[])]);
    const stream = await watch(orders);
    await expect(stream.next()).rejects.toMatchObject({ code: 'protocol' });
    expect(await stream.next()).toBeNull();
  });

  it.each([[{ ok: 1 }], [more([], {}, 8n)], [{ ok: 1, cursor: { id: 7n, ns: NS, nextBatch: {} } }]])(
    '%o ends it',
    async (reply) => {
      const { orders } = deployment([opened(), reply]);
      const stream = await watch(orders);
      await expect(stream.next()).rejects.toMatchObject({ code: 'protocol' });
    },
  );
});

describe('the resume token', () => {
  it('is the batch’s behind its last change, else the change’s', async () => {
    const { orders } = deployment([
      opened([change(1), change(2)], { postBatchResumeToken: token('a') }),
      more([], { postBatchResumeToken: token('b') }),
      more([change(3)]),
      more([], { postBatchResumeToken: 'not a document' }),
    ]);
    const stream = await watch(orders);
    expect(stream.resumeToken).toBeUndefined();
    await stream.next();
    expect(stream.resumeToken).toEqual(token(1));
    await stream.next();
    expect(stream.resumeToken).toEqual(token('a'));
    await stream.tryNext();
    await stream.tryNext();
    expect(stream.resumeToken).toEqual(token(3));
    await stream.tryNext();
    expect(stream.resumeToken).toEqual(token(3));
  });

  it('is known before anything came', async () => {
    const { orders } = deployment([
      opened([], { postBatchResumeToken: token('a') }),
      opened(),
      opened(),
      opened([change(1)], { postBatchResumeToken: token('z') }),
    ]);
    expect((await watch(orders)).resumeToken).toEqual(token('a'));
    expect((await watch(orders, [], { resumeAfter: token('r') })).resumeToken).toEqual(token('r'));
    expect((await watch(orders, [], { startAfter: token('s') })).resumeToken).toEqual(token('s'));
    expect((await watch(orders, [], { resumeAfter: token('r') })).resumeToken).toEqual(token('r'));
  });
});

describe('going on after errors', () => {
  it('behind the last change, on a server selected anew, with the same session', async () => {
    const { fake, orders } = deployment([opened([change(1)]), lost(), opened([change(2)])]);
    const stream = await watch(orders, [], { fullDocument: 'updateLookup' });
    await stream.next();
    expect(await stream.next()).toMatchObject({ fullDocument: { n: 2 } });
    expect(fake.names).toEqual(['aggregate', 'getMore', 'aggregate']);
    expect(stageOf(fake.commands[2])).toEqual({ fullDocument: 'updateLookup', resumeAfter: token(1) });
    expect(fake.commands[2]?.lsid).toBe(fake.commands[0]?.lsid);
    expect(fake.addresses[2]).toBe('b:27017');
  });

  it('tells the old server, where it can be told', async () => {
    const { fake, orders } = deployment([
      opened(),
      refusal(280, 'ResumableChangeStreamError'),
      { ok: 1 },
      opened([change(1)]),
    ]);
    const stream = await watch(orders);
    await stream.next();
    expect(fake.names).toEqual(['aggregate', 'getMore', 'killCursors', 'aggregate']);
  });

  it('once for each error, as often as there are errors', async () => {
    const { fake, orders } = deployment([
      opened(),
      lost(),
      opened(),
      lost(),
      opened(),
      lost(),
      opened([change(1)]),
    ]);
    const stream = await watch(orders);
    expect(await stream.next()).toMatchObject({ fullDocument: { n: 1 } });
    expect(fake.names.filter((name) => name === 'aggregate')).toHaveLength(4);
  });

  it('not where the second aggregate fails', async () => {
    const { fake, orders } = deployment([opened(), refusal(43), refusal(280)]);
    const stream = await watch(orders);
    await expect(stream.next()).rejects.toMatchObject({ server: { code: '280' } });
    expect(fake.names).toEqual(['aggregate', 'getMore', 'aggregate']);
    expect(stream.closed).toBe(true);
  });

  it.each([
    ['startAfter', { startAfter: token('s') }, opened(), { startAfter: token('s') }],
    [
      'a batch’s token behind startAfter',
      { startAfter: token('s') },
      opened([], { postBatchResumeToken: token('p') }),
      { startAfter: token('p') },
    ],
    ['resumeAfter', { resumeAfter: token('r') }, opened(), { resumeAfter: token('r') }],
    [
      'the time it was to begin',
      { startAtOperationTime: new Timestamp({ t: 3, i: 1 }) },
      opened(),
      { startAtOperationTime: new Timestamp({ t: 3, i: 1 }) },
    ],
    [
      'the time of the first reply',
      {},
      opened([], { operationTime: new Timestamp({ t: 4, i: 1 }) }),
      { startAtOperationTime: new Timestamp({ t: 4, i: 1 }) },
    ],
    ['nothing', {}, opened(), {}],
  ])('from %s where nothing was given', async (_name, options, first, expected) => {
    const { fake, orders } = deployment([first, lost(), opened()]);
    const stream = await watch(orders, [], options);
    await stream.tryNext();
    expect(stageOf(fake.commands[2])).toEqual(expected);
  });

  it('from the change itself behind startAfter', async () => {
    const { fake, orders } = deployment([opened([change(1)]), lost(), opened()]);
    const stream = await watch(orders, [], { startAfter: token('s') });
    await stream.next();
    await stream.tryNext();
    expect(stageOf(fake.commands[2])).toEqual({ resumeAfter: token(1) });
  });

  it.each([
    ['a code of newer servers without label', refusal(189), {}, false],
    ['the label', refusal(5, 'ResumableChangeStreamError'), {}, true],
    ['a code of older servers', refusal(234), { server: { maxWireVersion: 8 } }, true],
    ['another code of older servers', refusal(1), { server: { maxWireVersion: 8 } }, false],
    [
      'the label of older servers',
      refusal(1, 'ResumableChangeStreamError'),
      { server: { maxWireVersion: 8 } },
      false,
    ],
  ] satisfies [string, Document, FakeOptions, boolean][])('%s', async (_name, reply, options, goesOn) => {
    const { fake, orders } = deployment([opened(), reply, { ok: 1 }, opened()], options);
    const stream = await watch(orders);
    const error = await stream.tryNext().catch((thrown: unknown) => thrown);
    if (goesOn) expect(error).toBeNull();
    else expect(error).toMatchObject({ code: 'server' });
    expect(fake.names.filter((name) => name === 'aggregate')).toHaveLength(goesOn ? 2 : 1);
  });

  it('a server that does not answer: the next call goes on', async () => {
    const { FairleadError } = await import('@fairlead/errors');
    const { fake, orders } = deployment([
      opened([change(1)]),
      new FairleadError('timeout', 'late'),
      opened([change(2)]),
    ]);
    const stream = await watch(orders);
    await stream.next();
    await expect(stream.next()).rejects.toMatchObject({ code: 'timeout' });
    expect(await stream.next()).toMatchObject({ fullDocument: { n: 2 } });
    expect(stageOf(fake.commands[2])).toEqual({ resumeAfter: token(1) });
  });
});

describe('closing', () => {
  it('while the server is waited for, tells it when it has answered', async () => {
    let answer: (reply: Document) => void = () => undefined;
    const { fake, orders } = deployment([
      opened(),
      () => new Promise<Document>((resolve) => (answer = resolve)),
      { ok: 1 },
    ]);
    const stream = await watch(orders);
    const next = stream.next();
    const closed = stream.close();
    await Promise.resolve();
    answer(more([change(1)]));
    expect(await next).toBeNull();
    await closed;
    expect(fake.names).toEqual(['aggregate', 'getMore', 'killCursors']);
  });

  it('never rejects, and gives the session back', async () => {
    const { fake, orders } = deployment([opened(), lost()]);
    const stream = await watch(orders);
    await stream.close();
    await stream.close();
    expect(fake.names).toEqual(['aggregate', 'killCursors']);
    const other = deployment([opened(), { ok: 1 }]);
    await (await watch(other.orders)).close();
    await other.fake.executor.run({
      database: 'a',
      command: { ping: 1 },
      kind: 'admin',
      isRetryable: false,
      limit: { signal: undefined, timeoutMs: 1, at: Infinity },
    });
    expect(other.fake.commands[2]?.lsid).toBe(other.fake.commands[0]?.lsid);
  });
});
