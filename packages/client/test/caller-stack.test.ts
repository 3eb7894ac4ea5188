// An error's stack has the frames of whoever awaits the call.
import { FairleadError } from '@fairlead/errors';
import { expect, it } from 'vitest';
import { atCaller, deferred, stackAtCaller } from '../src/index.ts';

async function stackSeenBy(call: () => Promise<unknown>): Promise<string> {
  const theCaller = async (): Promise<unknown> => await call();
  return theCaller().then(
    () => 'it did not reject',
    (error: Error) => error.stack ?? '',
  );
}

it('leads to the caller from a deferred that is settled later, elsewhere', async () => {
  const pending = deferred<void>();
  setTimeout(() => pending.resolve(atCaller(new FairleadError('protocol', 'It broke.'))), 1);
  const stack = await stackSeenBy(() => pending.promise);
  expect(stack).toMatch(/^FairleadError: It broke\./);
  expect(stack).toContain('theCaller');
});

it('leads to the caller through a promise derived from the one that failed', async () => {
  const pending = deferred<void>();
  setTimeout(() => pending.reject(new FairleadError('protocol', 'It broke.')), 1);
  const derived = pending.promise.then(undefined, (error: unknown) => {
    throw stackAtCaller(error);
  });
  expect(await stackSeenBy(() => derived)).toContain('theCaller');
});

it('leaves no unhandled rejection where the deferred had settled before', async () => {
  const pending = deferred<string>();
  pending.resolve('first');
  pending.resolve(atCaller(new FairleadError('protocol', 'Nobody hears of it.')));
  expect(await pending.promise).toBe('first');
  // An unhandled rejection would fail the run.
  await new Promise((resolve) => setTimeout(resolve, 5));
});

it('passes what is no error as it is', () => {
  expect(stackAtCaller('text')).toBe('text');
});
