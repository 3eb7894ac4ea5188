// Explicit sessions and transactions, against a script.
import { expectNoUnhandledRejection } from '@fairlead/testkit/unhandled';
import { Timestamp } from 'bson';
import { describe, expect, it } from 'vitest';
import { MongoClient } from '../../src/client.ts';
import { hasErrorLabel } from '../../src/errors.ts';
import type { Operation } from '../../src/operations/types.ts';
import { type ClientSession, startSession, withTransaction } from '../../src/transactions/index.ts';
import {
  type Answer,
  FakeDeployment,
  type FakeOptions,
  LIMIT,
  lost,
  refusal,
} from '../support/fake-deployment.ts';

expectNoUnhandledRejection();

const FIND: Operation = {
  database: 'db',
  command: { find: 'c' },
  kind: 'read',
  isRetryable: true,
  limit: LIMIT,
};
const INSERT: Operation = {
  database: 'db',
  command: { insert: 'c', writeConcern: { w: 0 } },
  kind: 'write',
  isRetryable: true,
  isUnacknowledged: true,
  limit: LIMIT,
};
const SHARDED: FakeOptions = { kind: 'sharded', server: { kind: 'mongos' } };
const at = (t: number) => new Timestamp({ t, i: 1 });

function deployment(answers: Answer[] = [], options?: FakeOptions, always?: Answer) {
  const fake = new FakeDeployment(answers, options, always);
  const client = new MongoClient(fake.executor, 'db');
  const run = (session: ClientSession, operation: Operation) => fake.executor.run({ ...operation, session });
  return { fake, client, run };
}

describe('sessions of the caller', () => {
  it('keep their identifier, and give it back when they end', async () => {
    const { fake, client, run } = deployment();
    const session = startSession(client);
    expect(session.id).toBeUndefined();
    await run(session, FIND);
    await fake.executor.run(FIND);
    await run(session, FIND);
    const [first, other, second] = fake.commands;
    expect(second?.lsid).toBe(first?.lsid);
    expect(session.id).toBe(first?.lsid);
    expect(other?.lsid).not.toBe(first?.lsid);
    await session.end();
    await session.end();
    await expect(run(session, FIND)).rejects.toMatchObject({ code: 'usage' });
    await fake.executor.run(FIND);
    expect(fake.commands[3]?.lsid).toBe(first?.lsid);
  });

  it('are causally consistent: reads wait for what was seen', async () => {
    const { fake, client, run } = deployment([
      { ok: 1, operationTime: at(5) },
      { ...refusal(1), operationTime: at(7) },
      { ok: 1, operationTime: at(6) },
    ]);
    const session = startSession(client);
    await run(session, { ...INSERT, command: { insert: 'c' }, isUnacknowledged: false });
    await run(session, { ...FIND, command: { find: 'c', readConcern: { level: 'majority' } } }).catch(
      () => undefined,
    );
    await run(session, { ...FIND, command: { getMore: 1n } });
    await run(session, FIND);
    expect(fake.commands.map(({ readConcern }) => readConcern)).toEqual([
      undefined,
      { level: 'majority', afterClusterTime: at(5) },
      undefined,
      { afterClusterTime: at(7) },
    ]);
    const other = startSession(client, { causalConsistency: false });
    other.advanceOperationTime(at(9));
    await run(other, FIND);
    expect(fake.commands[4]).not.toHaveProperty('readConcern');
  });

  it('make writes wait, too', async () => {
    const { fake, client, run } = deployment([{ ok: 1, operationTime: at(5) }]);
    const session = startSession(client);
    await run(session, FIND);
    const write: Operation = { ...INSERT, isUnacknowledged: false };
    for (const name of ['insert', 'findAndModify', 'dropDatabase', 'renameCollection']) {
      await run(session, { ...write, command: { [name]: 1 } });
    }
    expect(fake.commands.slice(1).map(({ readConcern }) => readConcern?.afterClusterTime)).toEqual([
      at(5),
      at(5),
      at(5),
      undefined,
    ]);
  });

  it('take over the times of others', async () => {
    const { fake, client, run } = deployment([{ ok: 1, $clusterTime: { clusterTime: at(1) } }]);
    const session = startSession(client);
    session.advanceOperationTime(at(4));
    session.advanceClusterTime({ clusterTime: at(8) });
    await run(session, FIND);
    await run(session, FIND);
    expect(fake.commands[1]).toMatchObject({
      readConcern: { afterClusterTime: at(4) },
      $clusterTime: { clusterTime: at(8) },
    });
    expect(() => session.advanceOperationTime(5 as never)).toThrow('Timestamp');
    expect(() => session.advanceClusterTime({})).toThrow('Timestamp');
  });

  it('read one snapshot', async () => {
    const { fake, client, run } = deployment([
      { ok: 1, cursor: { atClusterTime: at(3) } },
      { ok: 1, atClusterTime: at(4) },
    ]);
    const session = startSession(client, { snapshot: true });
    await run(session, FIND);
    await run(session, FIND);
    expect(fake.commands[0]?.readConcern).toEqual({ level: 'snapshot' });
    expect(fake.commands[1]?.readConcern).toEqual({ level: 'snapshot', atClusterTime: at(3) });
    expect(session.snapshotTime).toEqual(at(3));
    await run(session, { ...INSERT, command: { insert: 'c' }, isUnacknowledged: false });
    await run(session, { ...FIND, command: { getMore: 1n } });
    expect(fake.commands[2]?.readConcern).toEqual({ level: 'snapshot', atClusterTime: at(3) });
    expect(fake.commands[3]).not.toHaveProperty('readConcern');
    expect(() => session.startTransaction()).toThrow('snapshot');
    expect(() => startSession(client, { snapshot: true, causalConsistency: true })).toThrow('not both');
    expect(() => startSession(client, { snapshotTime: at(1) })).toThrow('snapshot');
  });

  it('are refused by other clients, by servers without sessions, and with w: 0', async () => {
    const { client, run, fake } = deployment();
    const stranger = deployment();
    await expect(stranger.run(startSession(client), FIND)).rejects.toThrow('another client');
    await expect(run(startSession(client), INSERT)).rejects.toThrow('acknowledgement');
    expect(fake.commands).toEqual([]);
    const without = deployment([], { server: { logicalSessionTimeoutMinutes: undefined } });
    await expect(without.run(startSession(without.client), FIND)).rejects.toThrow('no sessions');
    expect(() => startSession({} as MongoClient)).toThrow('no client');
  });
});

describe('commands in a transaction', () => {
  it('carry its number; the first begins it, with its read concern', async () => {
    const { fake, client, run } = deployment([{ ok: 1, operationTime: at(1) }]);
    const session = startSession(client);
    await run(session, FIND);
    session.startTransaction({ readConcern: { level: 'snapshot' }, writeConcern: { w: 'majority' } });
    await run(session, {
      ...INSERT,
      command: { insert: 'c', readConcern: { level: 'local' }, writeConcern: { w: 0 } },
    });
    await run(session, { ...FIND, command: { find: 'c', readConcern: { level: 'local' } } });
    await session.commitTransaction();
    const { lsid } = fake.commands[0] ?? {};
    expect(fake.commands.slice(1)).toEqual([
      {
        insert: 'c',
        lsid,
        txnNumber: 1n,
        autocommit: false,
        startTransaction: true,
        readConcern: { level: 'snapshot', afterClusterTime: at(1) },
      },
      { find: 'c', lsid, txnNumber: 1n, autocommit: false },
      {
        commitTransaction: 1,
        lsid,
        txnNumber: 1n,
        autocommit: false,
        writeConcern: { w: 'majority' },
        maxTimeMS: expect.any(Number),
      },
    ]);
    expect(fake.requests[3]?.database).toBe('admin');
    expect(fake.requests[1]?.isUnacknowledged).toBe(false);
  });

  it('count the number up, together with retryable writes', async () => {
    const { fake, client, run } = deployment();
    const session = startSession(client);
    const write = { ...INSERT, command: { insert: 'c' }, isUnacknowledged: false };
    await run(session, write);
    session.startTransaction();
    await run(session, write);
    await session.abortTransaction();
    await run(session, write);
    expect(fake.commands.map(({ txnNumber }) => txnNumber)).toEqual([1n, 2n, 2n, 3n]);
    expect(fake.commands[3]).not.toHaveProperty('autocommit');
    expect(session.transactionState).toBe('none');
  });

  it('are sent once, and a network error lets all be done again', async () => {
    const { fake, client, run } = deployment([lost()]);
    const session = startSession(client);
    session.startTransaction();
    const error = await run(session, FIND).catch((thrown: unknown) => thrown);
    expect(fake.commands).toHaveLength(1);
    expect(hasErrorLabel(error, 'TransientTransactionError')).toBe(true);
    expect(hasErrorLabel(error, 'RetryableWriteError')).toBe(false);
    expect(session.transactionState).toBe('inProgress');
  });

  it('read from the primary alone', async () => {
    const { fake, client, run } = deployment([], { settings: { readPreference: { mode: 'nearest' } } });
    const session = startSession(client);
    session.startTransaction();
    await run(session, { ...INSERT, command: { insert: 'c' } });
    await expect(run(session, FIND)).rejects.toThrow('must be primary');
    expect(fake.commands).toHaveLength(1);
  });

  it('name no other read preference', async () => {
    const { fake, client, run } = deployment();
    const session = startSession(client);
    session.startTransaction();
    const ping: Operation = { ...FIND, command: { ping: 1 }, kind: 'admin', isRetryable: false };
    await run(session, { ...ping, readPreference: { mode: 'primary' } });
    const secondary = run(session, { ...ping, readPreference: { mode: 'secondary' } });
    await expect(secondary).rejects.toThrow('must be primary');
    expect(fake.names).toEqual(['ping']);
  });

  it('have a number of their own behind transactions of which the server never heard', async () => {
    const { fake, client, run } = deployment();
    const session = startSession(client);
    for (let i = 0; i < 3; i++) {
      session.startTransaction();
      if (i < 2) await session.commitTransaction();
    }
    await run(session, FIND);
    expect(fake.commands[0]?.txnNumber).toBe(3n);
  });

  it('begin again where the first was never sent', async () => {
    const { FairleadError } = await import('@fairlead/errors');
    const tooLarge = new FairleadError('limit', 'too large', { safeToRetry: true });
    const { fake, client, run } = deployment([tooLarge, { ok: 1 }]);
    const session = startSession(client);
    session.startTransaction();
    await expect(run(session, FIND)).rejects.toThrow('too large');
    await run(session, FIND);
    expect(fake.commands[1]).toMatchObject({ startTransaction: true });
  });

  it('stay with one router; the end goes elsewhere with the recovery token', async () => {
    const token = { shardId: 's1' };
    const { fake, client, run } = deployment([{ ok: 1, recoveryToken: token }, { ok: 1 }, lost()], SHARDED);
    const session = startSession(client);
    session.startTransaction();
    await run(session, FIND);
    await run(session, FIND);
    expect(fake.selections).toHaveLength(1);
    await session.commitTransaction();
    expect(fake.addresses).toEqual(['a:27017', 'a:27017', 'a:27017', 'b:27017']);
    expect(fake.commands[3]).toMatchObject({ commitTransaction: 1, recoveryToken: token });
  });

  it('end where their router has gone', async () => {
    const { fake, client, run } = deployment([{ ok: 1 }], SHARDED);
    const session = startSession(client);
    session.startTransaction();
    const { link } = await run(session, FIND);
    await link.close();
    const error = await run(session, FIND).catch((thrown: unknown) => thrown);
    expect(hasErrorLabel(error, 'TransientTransactionError')).toBe(true);
    await session.abortTransaction();
    expect(fake.addresses).toEqual(['a:27017', 'b:27017']);
  });

  it('have no recovery token of another transaction', async () => {
    const { fake, client, run } = deployment([{ ok: 1, recoveryToken: { a: 1 } }], SHARDED);
    const session = startSession(client);
    session.startTransaction();
    await run(session, FIND);
    await session.commitTransaction();
    session.startTransaction();
    await run(session, FIND);
    await session.abortTransaction();
    expect(fake.commands[3]).not.toHaveProperty('recoveryToken');
  });
});

describe('the order of calls', () => {
  it.each([
    ['commit', 'No transaction started', []],
    ['abort', 'No transaction started', []],
    ['start', 'already in progress', ['start']],
    ['start', 'already in progress', ['start', 'run']],
    ['commit', 'after calling abortTransaction', ['start', 'abort']],
    ['abort', 'twice', ['start', 'abort']],
    ['abort', 'after calling commitTransaction', ['start', 'run', 'commit']],
    ['abort', 'after calling commitTransaction', ['start', 'commit']],
  ] as const)('%s is refused with "%s" behind %j', async (last, message, before) => {
    const { fake, client, run } = deployment();
    const session = startSession(client);
    const calls = {
      start: async () => session.startTransaction(),
      run: async () => void (await run(session, FIND)),
      commit: () => session.commitTransaction(),
      abort: () => session.abortTransaction(),
    };
    for (const call of before) await calls[call]();
    const sent = fake.commands.length;
    await expect(calls[last]()).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(message),
    });
    expect(fake.commands).toHaveLength(sent);
  });

  it('an empty transaction tells the server nothing', async () => {
    const { fake, client } = deployment();
    const session = startSession(client);
    session.startTransaction();
    await session.commitTransaction();
    await session.commitTransaction();
    session.startTransaction();
    await session.abortTransaction();
    expect(fake.commands).toEqual([]);
    expect(() => session.startTransaction({ writeConcern: { w: 0 } })).toThrow('unacknowledged');
  });

  it('the end of the session aborts', async () => {
    const { fake, client, run } = deployment([{ ok: 1 }, refusal(251)]);
    const session = startSession(client);
    session.startTransaction();
    await run(session, FIND);
    await session.end();
    expect(fake.names).toEqual(['find', 'abortTransaction']);
    expect(() => session.startTransaction()).toThrow('ended');
  });
});

describe('the commit', () => {
  async function committed(answers: Answer[], options?: FakeOptions) {
    const { fake, client, run } = deployment([{ ok: 1 }, ...answers], options);
    const session = startSession(client);
    session.startTransaction({ writeConcern: { w: 1, wtimeoutMS: 7 } });
    await run(session, FIND);
    const error: unknown = await session.commitTransaction().catch((thrown: unknown) => thrown);
    return { fake, session, error, isUnknown: hasErrorLabel(error, 'UnknownTransactionCommitResult') };
  }

  it('is sent once more, with the majority, also where retryable writes are off', async () => {
    const { fake, error } = await committed([lost()], { settings: { retryWrites: false } });
    expect(error).toBeUndefined();
    expect(fake.commands[1]?.writeConcern).toEqual({ w: 1, wtimeout: 7 });
    expect(fake.commands[2]?.writeConcern).toEqual({ w: 'majority', wtimeout: 7 });
    expect(fake.commands[2]?.txnNumber).toBe(1n);
  });

  it('may be called again, with the majority', async () => {
    const { fake, session, error, isUnknown } = await committed([lost(), lost()]);
    expect(error).toMatchObject({ code: 'connection_lost' });
    expect(isUnknown).toBe(true);
    expect(hasErrorLabel(error, 'TransientTransactionError')).toBe(false);
    await session.commitTransaction();
    expect(fake.commands[3]).toMatchObject({
      commitTransaction: 1,
      writeConcern: { w: 'majority', wtimeout: 7 },
    });
  });

  it.each([
    ['a failed write concern', [{ ok: 1, writeConcernError: { code: 64, errmsg: 'timed out' } }], true],
    ['a write concern that cannot be', [{ ok: 1, writeConcernError: { code: 100, errmsg: 'no' } }], false],
    ['an unknown write concern', [{ ok: 1, writeConcernError: { code: 79, errmsg: 'no' } }], false],
    ['an expired time limit', [refusal(50)], true],
    ['another refusal', [refusal(251, 'TransientTransactionError')], false],
    [
      'a retryable refusal, twice',
      [refusal(91, 'RetryableWriteError'), refusal(91, 'RetryableWriteError')],
      true,
    ],
    ['a server that is not found', [lost(), lost()], true],
  ])('%s', async (_name, answers, expected) => {
    const { error, isUnknown } = await committed(answers);
    expect(error).toBeInstanceOf(Error);
    expect(isUnknown).toBe(expected);
  });

  it('waits ten seconds for the majority where nothing was said', async () => {
    const { fake, client, run } = deployment([{ ok: 1 }, lost()]);
    const session = startSession(client);
    session.startTransaction();
    await run(session, FIND);
    await session.commitTransaction();
    expect(fake.commands[2]?.writeConcern).toEqual({ w: 'majority', wtimeout: 10_000 });
  });

  it('of an abort keeps its write concern, and its errors to itself', async () => {
    const { fake, client, run } = deployment([{ ok: 1 }, lost(), lost()]);
    const session = startSession(client);
    session.startTransaction({ writeConcern: { w: 1 } });
    await run(session, FIND);
    await session.abortTransaction();
    expect(fake.names).toEqual(['find', 'abortTransaction', 'abortTransaction']);
    expect(fake.commands[2]?.writeConcern).toEqual({ w: 1 });
  });
});

describe('withTransaction', () => {
  it('commits what the work has done, and gives its result', async () => {
    const { fake, client, run } = deployment();
    const result = await withTransaction(client, async (session) => {
      await run(session, FIND);
      return 42;
    });
    expect(result).toBe(42);
    expect(fake.names).toEqual(['find', 'commitTransaction']);
  });

  it('does all again after a transient error, of the work or of the commit', async () => {
    const transient = refusal(112, 'TransientTransactionError');
    const { fake, client, run } = deployment([transient, { ok: 1 }, { ok: 1 }, transient]);
    await withTransaction(client, async (session) => void (await run(session, FIND)));
    expect(fake.names).toEqual([
      'find',
      'abortTransaction',
      'find',
      'commitTransaction',
      'find',
      'commitTransaction',
    ]);
    expect(fake.commands.map(({ txnNumber }) => txnNumber)).toEqual([1n, 1n, 2n, 2n, 3n, 3n]);
  });

  it('does the commit alone again where its result is unknown', async () => {
    const unknown = refusal(64, 'UnknownTransactionCommitResult');
    const { fake, client, run } = deployment([{ ok: 1 }, unknown, unknown]);
    await withTransaction(client, async (session) => void (await run(session, FIND)));
    expect(fake.names).toEqual(['find', 'commitTransaction', 'commitTransaction', 'commitTransaction']);
    expect(fake.commands[3]?.writeConcern).toMatchObject({ w: 'majority' });
  });

  it('aborts where the work throws, and throws that', async () => {
    const { fake, client, run } = deployment();
    const work = async (session: ClientSession) => {
      await run(session, FIND);
      throw new Error('not enough rope');
    };
    await expect(withTransaction(client, work)).rejects.toThrow('not enough rope');
    expect(fake.names).toEqual(['find', 'abortTransaction']);
  });

  it('leaves alone what the work has ended itself', async () => {
    const { fake, client, run } = deployment();
    await withTransaction(client, async (session) => {
      await run(session, FIND);
      await session.abortTransaction();
    });
    await withTransaction(client, async () => 1);
    expect(fake.names).toEqual(['find', 'abortTransaction']);
  });

  it('ends: a server that is never content', async () => {
    const { client, run } = deployment([], {}, refusal(112, 'TransientTransactionError'));
    const started = Date.now();
    const error: unknown = await withTransaction(client, (session) => run(session, FIND), {
      timeoutMs: 150,
    }).catch((thrown: unknown) => thrown);
    expect(Date.now() - started).toBeLessThan(1_000);
    expect(error).toMatchObject({ code: 'timeout', cause: { code: 'server' } });
    expect(hasErrorLabel(error, 'TransientTransactionError')).toBe(true);
  });

  it('ends by its signal', async () => {
    const { client, run } = deployment([], {}, refusal(112, 'TransientTransactionError'));
    const { signal } = new AbortController();
    const soon = AbortSignal.any([signal, AbortSignal.timeout(50)]);
    await expect(
      withTransaction(client, (session) => run(session, FIND), { signal: soon }),
    ).rejects.toMatchObject({
      code: 'aborted',
    });
  });

  it('does not commit again after MaxTimeMSExpired', async () => {
    const { fake, client, run } = deployment([{ ok: 1 }, refusal(50, 'UnknownTransactionCommitResult')]);
    await expect(withTransaction(client, (session) => run(session, FIND))).rejects.toMatchObject({
      server: { code: '50' },
    });
    expect(fake.names).toEqual(['find', 'commitTransaction']);
  });
});
