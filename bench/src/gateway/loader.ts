// The process that makes the load, as the bench sees it.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { LoadOrder, LoadResult } from './load.ts';

/** Makes load until it is stopped. */
export interface Loader {
  /** @throws Error when an answer was not what it should be. */
  run(order: LoadOrder): Promise<Exclude<LoadResult, { error: string }>>;
  stop(): void;
}

/** Starts the process. */
export function startLoader(): Loader {
  const child = fork(join(import.meta.dirname, 'load.ts'));
  const ended = once(child, 'exit').then((): never => {
    throw new Error('The process that makes the load has ended.');
  });
  // It may end between two orders, as it does when it is stopped.
  ended.catch(() => {});
  return {
    async run(order) {
      const answer = once(child, 'message');
      child.send(order);
      const [result] = (await Promise.race([answer, ended])) as [LoadResult];
      if ('error' in result) throw new Error(result.error);
      return result;
    },
    stop: () => void child.kill('SIGKILL'),
  };
}
