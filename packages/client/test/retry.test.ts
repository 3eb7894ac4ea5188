// What is tried again, what is not, and how long that takes.
import { FairleadError } from '@fairlead/errors';
import { describe, expect, it } from 'vitest';
import { retry } from '../src/index.ts';

const safe = (code: 'connect_failed' | 'usage' | 'aborted' = 'connect_failed') =>
  new FairleadError(code, 'nothing was sent', { safeToRetry: true });

function failing(...errors: unknown[]) {
  const calls: number[] = [];
  return {
    calls,
    work: async (attempt: number) => {
      calls.push(attempt);
      const error = errors.shift();
      if (error !== undefined) throw error;
      return 'done';
    },
  };
}

describe('retry', () => {
  it('calls again while nothing can have been seen of it', async () => {
    const { calls, work } = failing(safe(), safe());
    expect(await retry(work, { delayMs: 1 })).toBe('done');
    expect(calls).toEqual([1, 2, 3]);
  });

  it.each([
    [
      'an error of which the server may have seen something',
      new FairleadError('connection_lost', 'in doubt'),
    ],
    ['wrong arguments, which stay wrong', safe('usage')],
    ['what its caller has aborted', safe('aborted')],
    ['an error of another kind', new TypeError('x')],
  ])('does not repeat %s', async (_name, error) => {
    const { calls, work } = failing(error);
    await expect(retry(work, { delayMs: 1 })).rejects.toBe(error);
    expect(calls).toEqual([1]);
  });

  it('gives the last error when it has tried as often as it may', async () => {
    const last = safe();
    const { calls, work } = failing(safe(), last, safe());
    await expect(retry(work, { attempts: 2, delayMs: 0 })).rejects.toBe(last);
    expect(calls).toEqual([1, 2]);
  });

  it('gives up where its time leaves no room for the next pause', async () => {
    const { calls, work } = failing(safe(), safe(), safe());
    await expect(
      retry(work, { delayMs: 10_000, maxDelayMs: 10_000, timeoutMs: 1_000 }),
    ).rejects.toMatchObject({
      code: 'connect_failed',
    });
    expect(calls).toEqual([1]);
  });

  it('ends with its signal, also during a pause', async () => {
    const abort = new AbortController();
    const { calls, work } = failing(safe(), safe());
    const call = retry(work, { delayMs: 60_000, maxDelayMs: 60_000, signal: abort.signal });
    await new Promise((resolve) => setTimeout(resolve, 5));
    abort.abort('why');
    await expect(call).rejects.toMatchObject({ code: 'aborted', cause: 'why', safeToRetry: true });
    expect(calls).toEqual([1]);
  });

  it.each([[undefined], [Promise.resolve()]])('refuses %s in place of a function', async (work) => {
    await expect(retry(work as never)).rejects.toMatchObject({ code: 'usage', safeToRetry: true });
  });

  it('does not begin under a signal that has fired', async () => {
    const { calls, work } = failing();
    const call = retry(work, { signal: AbortSignal.abort('why') });
    await expect(call).rejects.toMatchObject({ code: 'aborted', cause: 'why', safeToRetry: true });
    expect(calls).toEqual([]);
  });

  it('heeds its time also between attempts without a pause', async () => {
    const failure = safe();
    let calls = 0;
    const work = async () => {
      calls += 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
      throw failure;
    };
    await expect(retry(work, { attempts: 100, delayMs: 0, timeoutMs: 20 })).rejects.toBe(failure);
    expect(calls).toBeLessThan(10);
  });

  it.each([
    { attempts: 0 },
    { attempts: 101 },
    { attempts: 1.5 },
    { delayMs: -1 },
    { maxDelayMs: Number.NaN },
    { timeoutMs: 0 },
  ])('refuses %j before it begins', async (options) => {
    const { calls, work } = failing();
    await expect(retry(work, options)).rejects.toMatchObject({ code: 'usage' });
    expect(calls).toEqual([]);
  });
});
