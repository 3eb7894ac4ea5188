// A promise whose ends are at hand.
import { expect, it } from 'vitest';
import { deferred } from '../src/index.ts';

it('is settled by whoever holds it, once', async () => {
  const kept = deferred<number>();
  kept.resolve(1);
  kept.reject(new Error('late'));
  expect(await kept.promise).toBe(1);
  const broken = deferred<number>();
  broken.reject(new Error('why'));
  await expect(broken.promise).rejects.toThrow('why');
});
