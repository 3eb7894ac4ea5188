// Which Redis `npm start` brings: the machine's own where there is one, else the embedded one, which needs nothing.
import type { RunningServer } from '../local-server.ts';
import { startRedis } from './server.ts';
import { findSystemRedis, startSystemRedis } from './system.ts';

/** A running Redis, and how to tell a person about it. */
export interface ChosenRedis extends RunningServer {
  readonly url: string;
  /** One line. */
  readonly description: string;
}

/**
 * Starts it.
 * @param choice `embedded`, `system`, or undefined for the machine's where it has one.
 * @param path Where the machine's is looked for, as in `PATH`.
 * @throws Error for another choice, and for `system` where the machine has none.
 */
export async function startChosenRedis(choice: string | undefined, path?: string): Promise<ChosenRedis> {
  if (choice !== undefined && choice !== 'embedded' && choice !== 'system')
    throw new Error(`FAIRLEAD_START_REDIS must be "embedded" or "system", and it is "${choice}"`);
  const program = choice === 'embedded' ? undefined : findSystemRedis(path);
  if (program !== undefined) {
    const server = await startSystemRedis(program);
    const url = `redis://:${server.password}@127.0.0.1:${server.port}`;
    const description = `this machine's ${server.name}, nothing is kept; FAIRLEAD_START_REDIS=embedded for ours`;
    return { port: server.port, stop: server.stop, url, description };
  }
  if (choice === 'system')
    throw new Error(
      'FAIRLEAD_START_REDIS is "system", and neither redis-server nor valkey-server is in PATH',
    );
  const server = await startRedis();
  const description = "in memory, most of Redis' commands but scripts; redis-server in PATH would be used";
  return { ...server, url: `redis://127.0.0.1:${server.port}`, description };
}
