// The library use of a mooring with Redis: commands on a shared connection, and what needs one of its own.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorkers, type Workers } from './workers.ts';

let workers: Workers;
beforeAll(async () => {
  workers = await startWorkers();
});
afterAll(() => workers[Symbol.asyncDispose]());

/** The body of a case that resolved. */
async function run(name: string, input: object = {}, worker?: 'library' | 'other') {
  const { status, body } = await workers.run(name, input, worker);
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
}

const command = (...words: string[]) => run('command', { words });

describe('Redis', () => {
  it('runs commands and pipelines', async () => {
    expect(await run('commands')).toEqual({ word: 'Göteborg', last: 500, wrong: 'WRONGTYPE', bytes: 9 });
  });

  it('runs transactions', async () => {
    expect(await run('multi')).toEqual(['OK', 2, expect.stringContaining('WRONGTYPE')]);
  });

  it('watches keys', async () => {
    expect(await run('watch', { interfere: true })).toBeNull();
    expect(await command('GET', 'library:stock')).toBe('100');
    expect(await run('watch', { interfere: false })).toEqual(['OK']);
    expect(await command('GET', 'library:stock')).toBe('6');
  });

  it('blocks one caller and no other', async () => {
    expect(await run('block')).toEqual({ meanwhile: 'meanwhile', job: ['library:jobs', 'a job'] });
  });

  it('subscribes and publishes', async () => {
    expect(await run('publish')).toEqual(['one', 'two']);
  });

  it('goes through keys', async () => {
    expect(await run('scan')).toBe(300);
  });

  it('serves two Workers at once over few connections, each its own answer', async () => {
    const words = (i: number) => ['ECHO', `nonce ${i}`];
    const answers = await Promise.all(
      Array.from({ length: 300 }, (_, i) =>
        run('command', { words: words(i), name: 'both' }, i % 2 === 0 ? 'library' : 'other'),
      ),
    );
    expect(answers).toEqual(answers.map((_, i) => `nonce ${i}`));
    const clients = String(await command('CLIENT', 'LIST')).split('\n');
    // A second one takes the first one's place while that is silent.
    expect(clients.filter((line) => line.includes(' name=both ')).length).toBeLessThanOrEqual(2);
  });
});
