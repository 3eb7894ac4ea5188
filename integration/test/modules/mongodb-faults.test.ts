// MongoDB behind a faulty link, and behind a server that fails as it is told: round trips, slow and cut links, silence, retries.
import { connect, serverCodeOf } from '@fairlead/mongodb';
import { startSession, withTransaction } from '@fairlead/mongodb/transactions';
import { faultProxyControl } from '@fairlead/testkit';
import type { Document } from 'bson';
import { beforeEach, describe, expect, inject, it } from 'vitest';
import { failure } from './support.ts';

const { faults, failing, plain } = inject('servers').mongodb;
const control = faultProxyControl(faults.controlUrl);
const LOGIN = 'mongodb://app:app-password@localhost';
const url = `${LOGIN}:${faults.port}/`;
const SLOW = { toServer: { delayMs: 20 }, toClient: { delayMs: 20 } };
const WITHOUT_TLS = { tls: false } as const;

describe('a link', () => {
  beforeEach(() => control.setPlan({}));

  it('the first document comes after three round trips, two of them the login', async () => {
    await control.setPlan(SLOW);
    await control.clearStats();
    await using client = await connect(url, WITHOUT_TLS);
    expect(await control.stats()).toMatchObject({ connections: 1, roundTrips: 2 });
    await client.db('faults').collection('none').findOne({});
    expect(await control.stats()).toMatchObject({ connections: 1, roundTrips: 3 });
  });

  it('a cursor of 400 documents in two batches costs two round trips', async () => {
    await using writer = await connect(`${LOGIN}:${plain}/`, WITHOUT_TLS);
    const written = writer.db('faults').collection<{ _id: number }>('batches');
    await written.drop();
    await written.insertMany(Array.from({ length: 400 }, (_, _id) => ({ _id })));
    await control.setPlan(SLOW);
    await using client = await connect(url, WITHOUT_TLS);
    await control.clearStats();
    expect(await client.db('faults').collection('batches').find({}).batchSize(300).toArray()).toHaveLength(
      400,
    );
    expect(await control.stats()).toMatchObject({ roundTrips: 2 });
  });

  it('in one-byte segments: the same documents', async () => {
    await control.setPlan({ toClient: { segmentBytes: 1 }, toServer: { segmentBytes: 1 } });
    await using client = await connect(url, WITHOUT_TLS);
    const things = client.db('faults').collection<{ _id: number }>('bytewise');
    await things.deleteMany({});
    await things.insertMany([{ _id: 1 }, { _id: 2 }]);
    expect(await things.find({}).sort({ _id: 1 }).toArray()).toEqual([{ _id: 1 }, { _id: 2 }]);
  });

  it.each([1, 20, 300])('a login that is cut at byte %i', async (atByte) => {
    for (const how of ['reset', 'end'] as const) {
      await control.setPlan({ toClient: { cut: { atByte, how } } });
      const error = await failure(connect(url, { ...WITHOUT_TLS, connectTimeoutMs: 1_000 }));
      expect(error).toMatchObject({ code: 'connection_lost', safeToRetry: true });
    }
  });

  it('a login that stalls ends at the time limit', async () => {
    await control.setPlan({ toClient: { cut: { atByte: 20, how: 'stall' } } });
    const error = await failure(connect(url, { ...WITHOUT_TLS, connectTimeoutMs: 300 }));
    expect(['timeout', 'connect_timeout']).toContain(error.code);
  });

  it('a large reply that is cut is an error, and one that stalls ends at the time limit', async () => {
    await using writer = await connect(`${LOGIN}:${plain}/`, WITHOUT_TLS);
    const large = writer.db('faults').collection<{ _id: number; text: string }>('large');
    await large.deleteMany({});
    await large.insertOne({ _id: 1, text: 'x'.repeat(1_000_000) });
    for (const [how, code] of [
      ['reset', 'connection_lost'],
      ['end', 'connection_lost'],
      ['stall', 'timeout'],
    ] as const) {
      await control.setPlan({ toClient: { cut: { atByte: 100_000, how } } });
      await using client = await connect(url, { ...WITHOUT_TLS, retryReads: false });
      const reading = client.db('faults').collection('large').findOne({}, { timeoutMs: 500 });
      expect((await failure(reading)).code).toBe(code);
    }
  });

  it('what is aborted in the middle ends its connection; the client goes on with another one', async () => {
    await control.setPlan({ toClient: { delayMs: 300 } });
    await using client = await connect(url, WITHOUT_TLS);
    await control.setPlan({});
    await control.clearStats();
    const aborter = new AbortController();
    const asked = client.db('faults').collection('none').findOne({}, { signal: aborter.signal });
    setTimeout(() => aborter.abort(), 50);
    expect((await failure(asked)).code).toBe('aborted');
    expect(await client.db('faults').collection('none').findOne({})).toBeNull();
    expect(await control.stats()).toMatchObject({ connections: 1 });
  });
});

describe('a server that fails as it is told', () => {
  const setUrl = `${LOGIN}:${failing}/?replicaSet=fairlead`;

  async function fail(times: number, data: Document): Promise<void> {
    await using client = await connect(setUrl, WITHOUT_TLS);
    const mode = times === 0 ? 'off' : { times };
    await client.db('admin').command({ configureFailPoint: 'failCommand', mode, data });
  }

  it.each([
    ['a cut connection', { closeConnection: true }],
    ['a primary that steps down', { errorCode: 10_107, errorLabels: ['RetryableWriteError'] }],
  ])('a write that meets %s once is done once', async (_name, what) => {
    await using client = await connect(setUrl, WITHOUT_TLS);
    const things = client.db('failing').collection('once');
    await things.drop();
    await things.insertOne({ n: 1 });
    await fail(1, { failCommands: ['insert'], ...what });
    await things.insertOne({ n: 2 });
    expect(await things.countDocuments({})).toBe(2);
  });

  it('a write that meets it again and again fails, and no third attempt is made', async () => {
    await using client = await connect(setUrl, WITHOUT_TLS);
    const things = client.db('failing').collection('never');
    await things.drop();
    await fail(2, { failCommands: ['insert'], errorCode: 10_107, errorLabels: ['RetryableWriteError'] });
    expect(serverCodeOf(await failure(things.insertOne({ n: 1 })))).toBe(10_107);
    await things.insertOne({ n: 2 });
  });

  it('a read that meets a cut connection once is answered', async () => {
    await using client = await connect(setUrl, WITHOUT_TLS);
    await fail(1, { failCommands: ['find'], closeConnection: true });
    expect(await client.db('failing').collection('nothing').findOne({})).toBeNull();
  });

  it('a transaction is done again from its start, and its commit alone', async () => {
    await using client = await connect(setUrl, WITHOUT_TLS);
    const things = client.db('failing').collection('transacted');
    await things.drop();
    await things.insertOne({ n: 0 });
    let attempts = 0;
    const work = () =>
      withTransaction(client, async (session) => {
        attempts += 1;
        await things.insertOne({ n: attempts }, { session });
      });
    await fail(1, { failCommands: ['insert'], errorCode: 112, errorLabels: ['TransientTransactionError'] });
    await work();
    expect(attempts).toBe(2);
    await fail(1, {
      failCommands: ['commitTransaction'],
      errorCode: 91,
      errorLabels: ['RetryableWriteError'],
    });
    await work();
    expect(attempts).toBe(3);
    expect(await things.countDocuments({})).toBe(3);
  });

  it('what a transaction wrote is not seen before its end, and never where the connection is cut', async () => {
    await using client = await connect(setUrl, WITHOUT_TLS);
    const things = client.db('failing').collection('unseen');
    await things.drop();
    await things.insertOne({ n: 0 });
    await using session = startSession(client);
    session.startTransaction();
    await things.insertOne({ n: 1 }, { session });
    expect(await things.countDocuments({})).toBe(1);
    await fail(1, { failCommands: ['insert'], closeConnection: true });
    expect((await failure(things.insertOne({ n: 2 }, { session }))).code).toBe('connection_lost');
    await session.abortTransaction();
    expect(await things.countDocuments({})).toBe(1);
  });

  it('a server that takes too long ends at the time limit', async () => {
    await using client = await connect(setUrl, WITHOUT_TLS);
    await fail(1, { failCommands: ['find'], blockConnection: true, blockTimeMS: 1_000 });
    const late = client.db('failing').collection('nothing').findOne({}, { timeoutMs: 200 });
    expect((await failure(late)).code).toBe('timeout');
  });
});
