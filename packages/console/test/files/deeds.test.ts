// What is asked for in a row.
import { expect, it } from 'vitest';
import { Work } from '../../src/browser/async.ts';
import { Deeds } from '../../src/pages/files/deeds.ts';

it('does one after the other, and ends none for the next', async () => {
  const deeds = new Deeds(new Work());
  const seen: string[] = [];
  const gate = Promise.withResolvers<void>();
  const both = Promise.withResolvers<void>();
  deeds.do(async (signal) => {
    await gate.promise;
    seen.push(`first, ${signal.aborted ? 'stopped' : 'whole'}`);
  });
  deeds.do(async () => {
    seen.push('second');
    both.resolve();
  });
  gate.resolve();
  await both.promise;
  expect(seen).toEqual(['first, whole', 'second']);
});

it('goes on behind one that fails or is stopped, and begins none once the page is gone', async () => {
  const work = new Work();
  const deeds = new Deeds(work);
  const seen: string[] = [];
  const second = Promise.withResolvers<void>();
  deeds.do(() => Promise.reject(new Error('no')));
  deeds.do(async () => second.resolve());
  await second.promise;
  deeds.do(async () => seen.push('third'));
  deeds.end();
  await expect.poll(() => work.state.value).toBe('done');
  expect(seen).toEqual([]);
});
