// The executor: what it adds to commands, which servers it asks for, and what it sends once more.
import { serialize, Timestamp } from 'bson';
import { describe, expect, it } from 'vitest';
import { hasErrorLabel } from '../../src/errors.ts';
import type { Operation } from '../../src/operations/types.ts';
import {
  FakeDeployment,
  type FakeOptions,
  LIMIT,
  lost,
  refusal,
  within,
} from '../support/fake-deployment.ts';

const FIND: Operation = {
  database: 'db',
  command: { find: 'c' },
  kind: 'read',
  isRetryable: true,
  limit: LIMIT,
};
const INSERT: Operation = {
  database: 'db',
  command: { insert: 'c' },
  kind: 'write',
  isRetryable: true,
  limit: LIMIT,
};
const ADMIN: Operation = {
  database: 'admin',
  command: { ping: 1 },
  kind: 'admin',
  isRetryable: false,
  limit: LIMIT,
};

/** Runs one operation against a script: its outcome, or its error. */
async function once(
  operation: Operation,
  answers: ConstructorParameters<typeof FakeDeployment>[0],
  options?: FakeOptions,
) {
  const fake = new FakeDeployment(answers, options);
  const result = await fake.executor.run(operation).then(
    ({ reply }) => ({ reply, error: undefined }),
    (error: unknown) => ({ reply: undefined, error }),
  );
  return { fake, ...result };
}

describe('what every command carries', () => {
  it('a session, where the server has them, and the same one for the next command', async () => {
    const fake = new FakeDeployment();
    await fake.executor.run(FIND);
    await fake.executor.run(FIND);
    expect(fake.commands[0]?.lsid.id.toHexString()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
    expect(fake.commands[1]?.lsid).toBe(fake.commands[0]?.lsid);
  });

  it('another session for a command at the same time', async () => {
    const fake = new FakeDeployment();
    await Promise.all([fake.executor.run(FIND), fake.executor.run(FIND)]);
    expect(fake.commands[1]?.lsid).not.toBe(fake.commands[0]?.lsid);
  });

  it('no session for servers without', async () => {
    const { fake } = await once(INSERT, [], { server: { logicalSessionTimeoutMinutes: undefined } });
    expect(fake.commands[0]).toEqual({ insert: 'c' });
  });

  it('the command first, and the caller’s document unchanged', async () => {
    const command = Object.freeze({ find: 'c' });
    const { fake } = await once({ ...FIND, command }, []);
    expect(fake.names).toEqual(['find']);
  });

  it('the highest cluster time', async () => {
    const time = (t: number) => ({ clusterTime: new Timestamp({ t, i: 1 }), signature: { keyId: 1n } });
    const fake = new FakeDeployment([
      { ok: 1, $clusterTime: time(2) },
      { ok: 1, $clusterTime: time(1) },
      { ...refusal(1), $clusterTime: time(3) },
      { ok: 1, $clusterTime: 'noon' },
    ]);
    for (let i = 0; i < 5; i++) await fake.executor.run(FIND).catch(() => undefined);
    const sent = fake.commands.map(({ $clusterTime }) => $clusterTime?.clusterTime.t);
    expect(sent).toEqual([undefined, 2, 2, 3, 3]);
  });

  it('no cluster time to a standalone server', async () => {
    const reply = { ok: 1, $clusterTime: { clusterTime: new Timestamp({ t: 1, i: 1 }) } };
    const fake = new FakeDeployment([reply], { kind: 'single', server: { kind: 'standalone' } });
    await fake.executor.run(FIND);
    await fake.executor.run(FIND);
    expect(fake.commands[1]).not.toHaveProperty('$clusterTime');
  });

  it('the Stable API, also on getMore', async () => {
    const settings = { serverApi: { version: '1', strict: true, deprecationErrors: false } } as const;
    const { fake } = await once({ ...FIND, command: { getMore: 1n, collection: 'c' } }, [], { settings });
    expect(fake.commands[0]).toMatchObject({ apiVersion: '1', apiStrict: true, apiDeprecationErrors: false });
  });

  it('what is left of the time, less the round trip', async () => {
    const slow = () => new Promise<{ ok: number }>((resolve) => setTimeout(() => resolve({ ok: 1 }), 400));
    const fake = new FakeDeployment([slow, slow]);
    await fake.executor.run({ ...FIND, limit: within(10_000) });
    await fake.executor.run({ ...FIND, limit: within(10_000) });
    expect(fake.commands[0]?.maxTimeMS).toBeGreaterThan(9_650);
    expect(fake.commands[1]?.maxTimeMS).toBeGreaterThan(8_000);
    expect(fake.commands[1]?.maxTimeMS).toBeLessThan(9_650);
    expect(Number.isInteger(fake.commands[1]?.maxTimeMS)).toBe(true);
  });

  it('no time limit where there is none, or where it does not belong', async () => {
    const { fake } = await once(FIND, []);
    expect(fake.commands[0]).not.toHaveProperty('maxTimeMS');
    const other = await once({ ...FIND, limit: within(1_000), hasTimeLimit: false }, []);
    expect(other.fake.commands[0]).not.toHaveProperty('maxTimeMS');
  });

  it('nothing is sent when the time is up', async () => {
    const { fake, error } = await once({ ...FIND, limit: within(-1) }, []);
    expect(error).toMatchObject({ code: 'timeout', safeToRetry: true });
    expect(fake.commands).toEqual([]);
  });
});

describe('concerns and preferences', () => {
  const settings = {
    readConcern: { level: 'majority' },
    writeConcern: { w: 'majority', wtimeoutMS: 100 },
    readPreference: { mode: 'secondary', tags: [{ dc: 'x' }] },
  } as const;

  it('reads have the client’s read concern and read preference', async () => {
    const { fake } = await once(FIND, [], { settings });
    expect(fake.commands[0]).toMatchObject({
      readConcern: { level: 'majority' },
      $readPreference: { mode: 'secondary', tags: [{ dc: 'x' }] },
    });
    expect(fake.selections).toEqual([settings.readPreference]);
  });

  it('writes have the client’s write concern and ask for a writable server', async () => {
    const { fake } = await once(INSERT, [], { settings });
    expect(fake.commands[0]).toMatchObject({ writeConcern: { w: 'majority', wtimeout: 100 } });
    expect(fake.commands[0]).not.toHaveProperty('$readPreference');
    expect(fake.selections).toEqual(['writable']);
  });

  it('the command’s own wins', async () => {
    const command = { find: 'c', readConcern: { level: 'local' } };
    const { fake } = await once({ ...FIND, command, readPreference: { mode: 'nearest' } }, [], { settings });
    expect(fake.commands[0]).toMatchObject({
      readConcern: { level: 'local' },
      $readPreference: { mode: 'nearest' },
    });
  });

  it('getMore and other commands have none', async () => {
    const { fake } = await once({ ...FIND, command: { listCollections: 1 } }, [], { settings });
    expect(fake.commands[0]).not.toHaveProperty('readConcern');
  });

  it('a member dialled alone answers though it is no primary', async () => {
    const options: FakeOptions = { kind: 'single', server: { kind: 'secondary' } };
    expect((await once(FIND, [], options)).fake.commands[0]?.$readPreference).toEqual({
      mode: 'primaryPreferred',
    });
    expect((await once(ADMIN, [], options)).fake.commands[0]?.$readPreference).toEqual({
      mode: 'primaryPreferred',
    });
    expect((await once(INSERT, [], options)).fake.commands[0]).not.toHaveProperty('$readPreference');
  });

  it('neither a standalone server nor a primary is told of the default', async () => {
    expect((await once(FIND, [])).fake.commands[0]).not.toHaveProperty('$readPreference');
    const { fake } = await once({ ...FIND, readPreference: { mode: 'secondary' } }, [], {
      kind: 'single',
      server: { kind: 'standalone' },
    });
    expect(fake.commands[0]).not.toHaveProperty('$readPreference');
  });

  it('a write without acknowledgement has neither session nor number, and is sent once', async () => {
    const { fake, error } = await once(INSERT, [lost()], { settings: { writeConcern: { w: 0 } } });
    expect(fake.requests[0]?.isUnacknowledged).toBe(true);
    expect(fake.commands).toEqual([{ insert: 'c', writeConcern: { w: 0 } }]);
    expect(error).toMatchObject({ code: 'connection_lost' });
  });
});

describe('retryable writes', () => {
  it('count up a 64-bit number', async () => {
    const fake = new FakeDeployment();
    await fake.executor.run(INSERT);
    await fake.executor.run(INSERT);
    expect(fake.commands.map(({ txnNumber }) => txnNumber)).toEqual([1n, 2n]);
    const bytes = serialize({ n: fake.commands[0]?.txnNumber });
    expect(bytes[4]).toBe(0x12);
  });

  it('are sent once more, with the same number, to a server selected anew', async () => {
    const { fake, reply } = await once(INSERT, [lost(), { ok: 1, n: 1 }]);
    expect(reply).toEqual({ ok: 1, n: 1 });
    expect(fake.commands[1]).toMatchObject({ txnNumber: 1n, lsid: fake.commands[0]?.lsid });
    expect(fake.addresses).toEqual(['a:27017', 'b:27017']);
    expect(fake.failures).toHaveLength(1);
  });

  it('go no third time: a primary that steps down at every write', async () => {
    const { fake, error } = await once(INSERT, [
      refusal(10107, 'RetryableWriteError'),
      refusal(189, 'RetryableWriteError'),
    ]);
    expect(fake.commands).toHaveLength(2);
    expect(fake.failures).toHaveLength(2);
    expect(error).toMatchObject({ code: 'server', server: { code: '189' } });
    expect(hasErrorLabel(error, 'RetryableWriteError')).toBe(true);
  });

  it('trust the labels of servers that have them, and the codes of older ones', async () => {
    expect((await once(INSERT, [refusal(10107)])).fake.commands).toHaveLength(1);
    expect(
      (await once(INSERT, [refusal(10107)], { server: { maxWireVersion: 8 } })).fake.commands,
    ).toHaveLength(2);
    expect(
      (await once(INSERT, [refusal(11000)], { server: { maxWireVersion: 8 } })).fake.commands,
    ).toHaveLength(1);
    expect((await once(INSERT, [refusal(262, 'RetryableWriteError')])).fake.commands).toHaveLength(2);
  });

  it('look at the write concern’s error, though not at a router’s without label', async () => {
    const reply = { ok: 1, n: 1, writeConcernError: { code: 91, errmsg: 'going down' } };
    const old = { maxWireVersion: 8 };
    expect((await once(INSERT, [reply], { server: old })).fake.commands).toHaveLength(2);
    const router = await once(INSERT, [reply], { kind: 'sharded', server: { ...old, kind: 'mongos' } });
    expect(router.fake.commands).toHaveLength(1);
    expect(router.reply).toEqual(reply);
    const labelled = { ...reply, errorLabels: ['RetryableWriteError'] };
    const twice = await once(INSERT, [labelled, labelled]);
    expect(twice.fake.commands).toHaveLength(2);
    expect(twice.reply).toEqual(labelled);
  });

  it.each([
    ['standalone servers', { kind: 'single', server: { kind: 'standalone' } }],
    ['servers without sessions', { server: { logicalSessionTimeoutMinutes: undefined } }],
    ['clients that turned them off', { settings: { retryWrites: false } }],
  ] satisfies [string, FakeOptions][])('not on %s', async (_name, options) => {
    const { fake, error } = await once(INSERT, [lost()], options);
    expect(fake.commands).toHaveLength(1);
    expect(fake.commands[0]).not.toHaveProperty('txnNumber');
    expect(error).toMatchObject({ code: 'connection_lost' });
  });

  it('not where the operation is not', async () => {
    const { fake } = await once({ ...INSERT, isRetryable: false }, [lost()]);
    expect(fake.commands).toHaveLength(1);
    expect(fake.commands[0]).not.toHaveProperty('txnNumber');
  });

  it('throw the first failure where no server is found for the second attempt', async () => {
    const fake = new FakeDeployment([refusal(91, 'RetryableWriteError')]);
    fake.selectErrors.push(undefined, lost(true));
    await expect(fake.executor.run(INSERT)).rejects.toMatchObject({ server: { code: '91' } });
  });

  it('throw the failure after which a write may have happened', async () => {
    const none = refusal(91, 'RetryableWriteError', 'NoWritesPerformed');
    const written = await once(INSERT, [refusal(189, 'RetryableWriteError'), none]);
    expect(written.error).toMatchObject({ server: { code: '189' } });
    const first = await once(INSERT, [none, { ...none, code: 11600 }]);
    expect(first.error).toMatchObject({ server: { code: '91' } });
    const last = await once(INSERT, [none, refusal(2)]);
    expect(last.error).toMatchObject({ server: { code: '2' } });
  });

  it('try again after a login that broke off, and not after a dead host', async () => {
    const fake = new FakeDeployment();
    fake.selectErrors.push(lost(true));
    await fake.executor.run(INSERT);
    expect(fake.selections).toHaveLength(2);
  });

  it('say what to do where the storage engine has none', async () => {
    const { error } = await once(INSERT, [
      { ...refusal(20), errmsg: 'Transaction numbers are only allowed on ...' },
    ]);
    expect(error).toHaveProperty('message', expect.stringContaining('retryWrites'));
  });

  it('leave the session of a lost connection unused', async () => {
    const fake = new FakeDeployment([lost()]);
    await fake.executor.run(INSERT);
    await fake.executor.run(INSERT);
    expect(fake.commands[2]?.lsid).not.toBe(fake.commands[0]?.lsid);
  });
});

describe('retryable reads', () => {
  it.each([11600, 11602, 10107, 13435, 13436, 189, 91, 7, 6, 89, 9001, 262, 134])(
    'are sent once more after %i',
    async (code) => {
      const { fake, reply } = await once(FIND, [refusal(code), { ok: 1 }]);
      expect(fake.commands).toHaveLength(2);
      expect(reply).toEqual({ ok: 1 });
    },
  );

  it('are sent once more after a network error, and no third time', async () => {
    const { fake, error } = await once(FIND, [lost(), lost(), { ok: 1 }]);
    expect(fake.commands).toHaveLength(2);
    expect(error).toMatchObject({ code: 'connection_lost' });
    expect(hasErrorLabel(error, 'RetryableWriteError')).toBe(false);
  });

  it('not after other codes, when turned off, or of a cursor', async () => {
    expect((await once(FIND, [refusal(11000)])).fake.commands).toHaveLength(1);
    expect((await once(FIND, [lost()], { settings: { retryReads: false } })).fake.commands).toHaveLength(1);
    const fake = new FakeDeployment([{ ok: 1 }, lost()]);
    const { link } = await fake.executor.run(FIND);
    await expect(fake.executor.run({ ...FIND, command: { getMore: 1n }, link })).rejects.toThrow();
    expect(fake.commands).toHaveLength(2);
  });

  it('not after the caller’s time or signal', async () => {
    const { FairleadError } = await import('@fairlead/errors');
    for (const code of ['timeout', 'aborted', 'protocol'] as const) {
      const { fake, error } = await once(FIND, [new FairleadError(code, 'x')]);
      expect(fake.commands).toHaveLength(1);
      expect(error).toMatchObject({ code });
    }
  });
});

describe('replies of hostile servers', () => {
  it.each([1, 1n, true])('ok may be %s', async (ok) => {
    expect((await once(FIND, [{ ok }])).error).toBeUndefined();
  });

  it.each([
    [{}],
    [{ ok: null }],
    [{ ok: 0 }],
    [{ ok: 'yes' }],
    [{ ok: 0, errmsg: 7, code: {}, codeName: [] }],
  ])('%o is an error without further harm', async (reply) => {
    expect((await once(FIND, [reply])).error).toMatchObject({ code: 'server' });
  });

  it('labels of the wrong type count for nothing', async () => {
    for (const errorLabels of ['RetryableWriteError', { 0: 'RetryableWriteError' }, [1, null, {}], null]) {
      const { fake, error } = await once(INSERT, [{ ...refusal(2), errorLabels }]);
      expect(fake.commands).toHaveLength(1);
      expect(hasErrorLabel(error, 'RetryableWriteError')).toBe(false);
    }
  });
});

describe('the sessions’ end', () => {
  it('is told to the server, at most 10,000 of them', async () => {
    const fake = new FakeDeployment();
    await Promise.all(Array.from({ length: 10_003 }, () => fake.executor.run(FIND)));
    await fake.executor.endSessions(LIMIT);
    const last = fake.commands.at(-1);
    expect(last?.endSessions).toHaveLength(10_000);
    expect(last?.endSessions[0].id.toHexString()).toHaveLength(36);
  });

  it('is nobody’s concern where there were none, or where the connection has ended', async () => {
    const fake = new FakeDeployment([{ ok: 1 }, new Error('gone')]);
    await fake.executor.endSessions(LIMIT);
    expect(fake.commands).toHaveLength(0);
    await fake.executor.run(FIND);
    await fake.executor.endSessions(LIMIT);
    expect(fake.names).toEqual(['find', 'endSessions']);
  });

  it('comes of itself before the server’s timeout', async () => {
    const fake = new FakeDeployment([], { server: { logicalSessionTimeoutMinutes: 1 } });
    await fake.executor.run(FIND);
    await fake.executor.run(FIND);
    expect(fake.commands[1]?.lsid).not.toBe(fake.commands[0]?.lsid);
  });
});

describe('an executor', () => {
  it('shows no password where a database or a collection is logged', () => {
    const credentials = { username: 'app', password: 'pencil', source: 'admin' };
    const { executor } = new FakeDeployment([], { settings: { credentials } as object });
    expect(executor.settings.timeoutMs).toBeGreaterThan(0);
    expect(JSON.stringify(executor.settings)).not.toContain('pencil');
  });
});
