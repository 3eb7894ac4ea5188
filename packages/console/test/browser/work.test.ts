// One piece of work at a time: what a job gives that was stopped, or that another one has replaced, is nobody's answer.
import { expect, it } from 'vitest';
import { Work } from '../../src/browser/async.ts';

it('gives nothing of a job that was stopped and ended all the same', async () => {
  const work = new Work();
  const { promise, resolve } = Promise.withResolvers<string>();
  const given = work.run(() => promise);
  work.stop();
  resolve('late');
  expect(await given).toBeUndefined();
  expect(work.state.value).toBe('stopped');
});

it('takes on what the newest job gives alone, whichever ends last', async () => {
  const work = new Work();
  const taken: string[] = [];
  const slow = Promise.withResolvers<string>();
  const quick = Promise.withResolvers<string>();
  const first = work.take(
    () => slow.promise,
    (text) => taken.push(text),
  );
  const second = work.take(
    () => quick.promise,
    (text) => taken.push(text),
  );
  quick.resolve('new');
  await second;
  slow.resolve('old');
  await first;
  expect(taken).toEqual(['new']);
  expect(work.state.value).toBe('done');
});
