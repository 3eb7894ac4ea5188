// Transactions over a played database: the order of what is sent, the race of work against time, retries, and turns.
import { Deadlines, Gate, limitOf } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import { describe, expect, it } from 'vitest';
import {
  runSavepoint,
  runTransaction,
  StatementTurns,
  type TransactionEnds,
  type TransactionPort,
  TransactionScope,
} from '../src/index.ts';

const CONFLICT = new FairleadError('server', 'deadlock', { server: { code: '40001', message: 'deadlock' } });
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no failure',
    (error: unknown) => error,
  );

/** A database that notes what it is told. */
class Played implements TransactionPort<TransactionScope> {
  readonly deadlines = new Deadlines();
  readonly log: string[] = [];
  readonly refusals: Error[] = [];
  /** What its BEGINs are refused with. */
  readonly unbegun: (Error | undefined)[] = [];
  isBusy = false;

  ends(name: string): TransactionEnds {
    return {
      leftOpen: () => (this.isBusy ? new FairleadError('usage', 'left open') : undefined),
      commit: async () => {
        this.log.push(`commit ${name}`);
        const refusal = this.refusals.shift();
        if (refusal !== undefined) throw refusal;
      },
      undo: async () => {
        this.log.push(`undo ${name}`);
      },
    };
  }

  async begin(): Promise<TransactionEnds> {
    this.log.push('begin');
    const refusal = this.unbegun.shift();
    if (refusal !== undefined) throw refusal;
    return this.ends('all');
  }

  open(scope: TransactionScope): TransactionScope {
    return scope;
  }

  stop({ code }: FairleadError): void {
    this.log.push(`stop ${code}`);
  }

  run<T>(work: (scope: TransactionScope) => Promise<T>, timeoutMs?: number, retries = 0): Promise<T> {
    return runTransaction(this, work, { limit: limitOf({ timeoutMs }), retries });
  }
}

describe('a transaction', () => {
  it('is committed when its work resolves, undone when it rejects or throws', async () => {
    const db = new Played();
    let scope: TransactionScope | undefined;
    const work = async (mine: TransactionScope): Promise<number> => {
      scope = mine;
      mine.assertOpen();
      return 1;
    };
    expect(await db.run(work)).toBe(1);
    expect(() => scope?.assertOpen()).toThrow(expect.objectContaining({ code: 'usage' }));
    expect(await failure(db.run(() => Promise.reject(new RangeError('mine'))))).toMatchObject({
      message: 'mine',
    });
    const thrown = (): Promise<never> => {
      throw new RangeError('at once');
    };
    expect(await failure(db.run(thrown))).toMatchObject({ message: 'at once' });
    expect(db.log).toEqual(['begin', 'commit all', 'begin', 'undo all', 'begin', 'undo all']);
  });

  it('is undone when a stream was left open', async () => {
    const db = new Played();
    db.isBusy = true;
    expect(await failure(db.run(async () => 1))).toMatchObject({ code: 'usage' });
    expect(db.log).toEqual(['begin', 'undo all']);
  });

  it('ends with its time, though its work goes on', async () => {
    const db = new Played();
    const endless = new Promise<never>(() => undefined);
    expect(await failure(db.run(() => endless, 20))).toMatchObject({ code: 'timeout' });
    expect(db.log).toEqual(['begin', 'stop timeout', 'undo all']);
  });

  it('is run again after a conflict, in its work or in its COMMIT, as often as it may', async () => {
    const db = new Played();
    db.refusals.push(CONFLICT);
    let runs = 0;
    const work = async (): Promise<number> => {
      runs += 1;
      if (runs === 1) throw CONFLICT;
      return runs;
    };
    expect(await db.run(work, undefined, 2)).toBe(3);
    expect(db.log).toEqual(['begin', 'undo all', 'begin', 'commit all', 'begin', 'commit all']);
    expect(await failure(db.run(() => Promise.reject(CONFLICT), undefined, 1))).toBe(CONFLICT);
  });

  it('is never safe to retry once it was begun', async () => {
    const db = new Played();
    const safe = new FairleadError('closed', 'not sent', { safeToRetry: true });
    expect(await failure(db.run(() => Promise.reject(safe)))).toMatchObject({
      code: 'closed',
      safeToRetry: false,
    });
    // BEGIN of the second run was not sent, but the first run was.
    db.refusals.push(CONFLICT);
    db.unbegun.push(undefined, safe);
    expect(await failure(db.run(async () => 1, undefined, 1))).toMatchObject({
      code: 'closed',
      safeToRetry: false,
    });
    db.unbegun.push(safe);
    expect(await failure(db.run(async () => 1, undefined, 1))).toBe(safe);
  });
});

describe('a savepoint', () => {
  it('is undone by itself, and over with the transaction around it', async () => {
    const db = new Played();
    const outer = new TransactionScope();
    const begin = async (): Promise<TransactionEnds> => db.ends('part');
    let inner: TransactionScope | undefined;
    const work = async (scope: TransactionScope): Promise<void> => {
      inner = scope;
      outer.end();
      scope.assertOpen();
    };
    const limits = { deadlines: db.deadlines, timeoutMs: 1_000 };
    expect(await failure(runSavepoint(outer, limits, begin, work))).toMatchObject({ code: 'usage' });
    expect(inner?.isOver).toBe(true);
    expect(await failure(runSavepoint(outer, limits, begin, work))).toMatchObject({ code: 'usage' });
    expect(db.log).toEqual(['undo part']);
  });

  it('begins when the one that was called before it has ended, under a name of its own', async () => {
    const db = new Played();
    const whole = new TransactionScope();
    const run = (outer: TransactionScope, work: (scope: TransactionScope) => Promise<unknown>) => {
      const begin = async (name: string): Promise<TransactionEnds> => {
        db.log.push(`begin ${name}`);
        return db.ends(name);
      };
      return runSavepoint(outer, { deadlines: db.deadlines, timeoutMs: 20 }, begin, work);
    };
    const nested = run(whole, (scope) =>
      Promise.all([run(scope, async () => 'a'), failure(run(scope, () => Promise.reject(new Error('b'))))]),
    );
    await Promise.all([nested, run(whole, async () => 'c')]);
    expect(db.log).toEqual([
      'begin fairlead_1',
      'begin fairlead_2',
      'commit fairlead_2',
      'begin fairlead_3',
      'undo fairlead_3',
      'commit fairlead_1',
      'begin fairlead_4',
      'commit fairlead_4',
    ]);
    const waitsForItself = run(whole, () => run(whole, async () => 'never'));
    expect(await failure(waitsForItself)).toMatchObject({ code: 'timeout' });
    expect(db.log.slice(8)).toEqual(['begin fairlead_5', 'undo fairlead_5']);
  });
});

describe('turns', () => {
  it('of a client wait for the transaction, and give up with their time', async () => {
    const gate = new Gate();
    const turns = new StatementTurns(new Deadlines(), { gate });
    const release = await gate.hold();
    const late = failure(turns.take(limitOf({ timeoutMs: 20 }), () => 'sent'));
    const patient = turns.take(limitOf({}), () => 'sent');
    expect(turns.isFree(limitOf({}))).toBe(false);
    expect(await late).toMatchObject({ code: 'timeout', safeToRetry: true });
    release();
    expect(await patient).toBe('sent');
    expect(turns.isFree(limitOf({}))).toBe(true);
  });

  it('send nothing for a call that was aborted before', async () => {
    const turns = new StatementTurns(new Deadlines(), { scope: new TransactionScope() });
    const limit = limitOf({ signal: AbortSignal.abort() });
    expect(turns.isFree(limit)).toBe(false);
    expect(await failure(turns.take(limit, () => 'sent'))).toMatchObject({
      code: 'aborted',
      safeToRetry: true,
    });
    expect(turns.inTransaction).toBe(true);
  });
});
