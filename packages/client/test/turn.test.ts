// Turns that are waited for within limits, and signals of attempts.
import { FairleadError } from '@fairlead/errors';
import { describe, expect, it } from 'vitest';
import { Gate, takeTurn, withAttemptSignal } from '../src/index.ts';

describe('takeTurn', () => {
  it('waits for the gate, and ends the watch', async () => {
    const gate = new Gate();
    const release = await gate.hold();
    let watching = true;
    const turn = takeTurn(gate, () => () => {
      watching = false;
    });
    expect(watching).toBe(true);
    release();
    (await turn)();
    expect([watching, gate.shut]).toEqual([false, false]);
  });

  it('gives up with the reason of the watch, and the gate with it', async () => {
    const gate = new Gate();
    const release = await gate.hold();
    let stop: (reason: FairleadError) => void = () => undefined;
    const turn = takeTurn(gate, (given) => {
      stop = given;
      return () => undefined;
    });
    stop(new FairleadError('timeout', 'Too long.'));
    await expect(turn).rejects.toMatchObject({
      code: 'timeout',
      safeToRetry: true,
      message: expect.stringContaining('was not sent'),
    });
    release();
    await Promise.resolve();
    await Promise.resolve();
    expect(gate.shut).toBe(false);
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
