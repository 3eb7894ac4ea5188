// Turns that are waited for within limits, and signals of attempts.
import { FairleadError } from '@fairlead/errors';
import { describe, expect, it } from 'vitest';
import { Deadlines, Gate, inTurn, watchCall, withAttemptSignal } from '../src/index.ts';

describe('inTurn', () => {
  const watching =
    (signal: AbortSignal) =>
    (stop: (reason: FairleadError) => void): (() => void) =>
      watchCall(new Deadlines(), 'query', { signal, timeoutMs: Number.POSITIVE_INFINITY }, stop);

  it('runs one after the other, at once where the gate is free', async () => {
    const gate = new Gate();
    const order: string[] = [];
    const work = (name: string) => async (): Promise<string> => {
      order.push(`${name} in`);
      await Promise.resolve();
      order.push(`${name} out`);
      return name;
    };
    const { signal } = new AbortController();
    const first = inTurn(gate, watching(signal), work('a'));
    expect(order).toEqual(['a in']);
    const all = [first, ...['b', 'c'].map((name) => inTurn(gate, watching(signal), work(name)))];
    expect(await Promise.all(all)).toEqual(['a', 'b', 'c']);
    expect(order).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
    expect(gate.shut).toBe(false);
  });

  it('gives the turn back when the work throws', async () => {
    const gate = new Gate();
    const { signal } = new AbortController();
    const failed = inTurn(gate, watching(signal), () => Promise.reject(new Error('work')));
    await expect(failed).rejects.toThrow('work');
    expect(gate.shut).toBe(false);
  });

  it('ends the watch however the wait ends, at once where it never begins', async () => {
    const reason = new FairleadError('aborted', 'Gone.');
    for (const [when, stopsAt] of [
      ['at once', 0],
      ['later', 1],
    ] as const) {
      const gate = new Gate();
      const release = await gate.hold();
      let ended = 0;
      let stop: (reason: FairleadError) => void = () => undefined;
      const call = inTurn(
        gate,
        (given) => {
          stop = given;
          if (stopsAt === 0) given(reason);
          return () => {
            ended += 1;
          };
        },
        () => Promise.resolve('ran'),
      );
      if (stopsAt === 1) stop(reason);
      await expect(call, when).rejects.toMatchObject({ code: 'aborted', safeToRetry: true });
      expect(ended, when).toBe(1);
      release();
      expect(gate.shut, when).toBe(false);
    }
  });

  it('leaves no turn behind, in whichever microtask the caller gives up', async () => {
    for (let step = 0; step < 12; step += 1) {
      const gate = new Gate();
      const caller = new AbortController();
      const release = await gate.hold();
      let ran = 0;
      const call = inTurn(gate, watching(caller.signal), async () => {
        ran += 1;
      }).then(
        () => 'done',
        ({ code }: FairleadError) => code,
      );
      const abort = (async (): Promise<void> => {
        for (let k = 0; k < step; k += 1) await Promise.resolve();
        caller.abort();
      })();
      await Promise.resolve();
      await Promise.resolve();
      await Promise.resolve();
      release();
      const outcome = await call;
      await abort;
      expect([outcome, ran], `microtask ${step}`).toEqual(ran === 1 ? ['done', 1] : ['aborted', 0]);
      expect(gate.shut, `microtask ${step}`).toBe(false);
    }
  });
});

describe('withAttemptSignal', () => {
  it('fires with the caller’s during the attempt, and not behind it', async () => {
    const caller = new AbortController();
    let attempt: AbortSignal | undefined;
    await withAttemptSignal(caller.signal, async (signal) => {
      attempt = signal;
    });
    caller.abort('later');
    expect(attempt?.aborted).toBe(false);
    const other = new AbortController();
    const opening = withAttemptSignal(other.signal, (signal) => {
      other.abort('now');
      return Promise.reject(signal?.reason);
    });
    await expect(opening).rejects.toBe('now');
  });

  it('hands on a signal that has fired, and none where there is none', async () => {
    const seen = await withAttemptSignal(AbortSignal.abort('before'), async (signal) => signal?.reason);
    expect(seen).toBe('before');
    expect(await withAttemptSignal(undefined, async (signal) => signal)).toBeUndefined();
  });
});
