// The answer for several things that were asked for at once.
import { FairleadError } from '@fairlead/errors';
import { expect, it } from 'vitest';
import { batchAnswer, explainAbort, type RouteContext } from '../src/index.ts';

const c = {
  get: (name: string) => (name === 'requestId' ? 'id' : undefined),
} as unknown as RouteContext;
const none = (count: number) => `None of the ${count} was sent`;
const open = new AbortController().signal;
const ok = <T>(value: T): PromiseSettledResult<T> => ({ status: 'fulfilled', value });
const failed = (
  safeToRetry: boolean,
  code: 'timeout' | 'aborted' = 'timeout',
): PromiseSettledResult<never> => ({
  status: 'rejected',
  reason: new FairleadError(code, 'first words', { safeToRetry }),
});

it('has each outcome in its place', () => {
  const answer = batchAnswer(c, open, [ok(1), failed(true), ok(3)], none);
  expect(answer).toMatchObject({ failed: 1, results: [1, { error: { code: 'timeout' } }, 3] });
  expect(batchAnswer(c, open, [], none)).toEqual({ failed: 0, results: [] });
});

it('throws the first failure where all failed, safe to retry only where each of them is', () => {
  expect(() => batchAnswer(c, open, [failed(true), failed(true)], none)).toThrow(
    expect.objectContaining({
      code: 'timeout',
      safeToRetry: true,
      message: 'None of the 2 was sent; the first one: first words',
    }),
  );
  expect(() => batchAnswer(c, open, [failed(true), failed(false)], none)).toThrow(
    expect.objectContaining({ safeToRetry: false }),
  );
  expect(() => batchAnswer(c, open, [failed(true)], none)).toThrow(
    expect.objectContaining({ message: 'first words' }),
  );
});

it('tells what the signal ended as the signal does', () => {
  const over = AbortSignal.abort(new FairleadError('timeout', 'The time is over.'));
  const { results } = batchAnswer(c, over, [ok(1), failed(true, 'aborted')], none);
  expect(results[1]).toMatchObject({ error: { code: 'timeout', safeToRetry: true } });
  const other = new FairleadError('server', 'x');
  expect(explainAbort(other, over)).toBe(other);
  const aborted = new FairleadError('aborted', 'x');
  expect(explainAbort(aborted, AbortSignal.abort('no FairleadError'))).toBe(aborted);
});
