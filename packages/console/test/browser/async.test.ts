// Work that is stopped or taken over gives nothing: a late answer must not stand in the place of a newer one.
import { describe, expect, it } from 'vitest';
import { Work } from '../../src/browser/async.ts';

describe('Work', () => {
  it('gives what the job gave', async () => {
    const work = new Work();
    expect(await work.run(async () => 7)).toBe(7);
    expect(work.state.value).toBe('done');
  });

  it('gives nothing of a job that another one has taken over, however late it ends', async () => {
    const work = new Work();
    const late = Promise.withResolvers<string>();
    const first = work.run(() => late.promise);
    const second = work.run(async () => 'new');
    late.resolve('old');
    expect(await Promise.all([first, second])).toEqual([undefined, 'new']);
    expect(work.state.value).toBe('done');
  });

  it('gives nothing once it was stopped, and no failure', async () => {
    const work = new Work();
    const job = work.run(async () => 'whole');
    work.stop();
    expect(await job).toBeUndefined();
    expect([work.state.value, work.error.value]).toEqual(['stopped', undefined]);
  });

  it('keeps a failure', async () => {
    const work = new Work();
    const failure = new Error('no');
    expect(await work.run(() => Promise.reject(failure))).toBeUndefined();
    expect([work.state.value, work.error.value]).toEqual(['failed', failure]);
  });
});
