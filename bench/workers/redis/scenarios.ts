// What a Redis client is asked in each scenario. Each client has a Worker of its own, so that none slows another's isolate.
import { burst, type Subject, type Timed, timed } from '../round.ts';

export const CONNECTS = 200;
export const SEQUENTIAL = 2000;
export const IN_FLIGHT = 100;
export const BATCHES = 1500;
export const MANY_IN_FLIGHT = 1000;
export const MANY_BATCHES = 150;
export const BIG_READS = 120;
export const SMALL = 'x'.repeat(16);

/** What a scenario asks of a client. */
export interface Client {
  get(key: string): Promise<unknown>;
  set(key: string, value: string): Promise<unknown>;
  close(): unknown;
}

/** Connects to this machine. */
export type Open = (port: number) => Promise<Client>;

/**
 * @param share Of the batches, to run: node-redis sets a timer for each command, and workerd stops it at 10,000;
 *   redis-on-workers would take many seconds.
 */
export function subject(open: Open, share = 1): Subject {
  const withClient = (run: (client: Client) => Promise<Timed>) => async (port: number) => {
    const client = await open(port);
    try {
      await client.get('small');
      return await run(client);
    } finally {
      await client.close();
    }
  };
  const batches = (count: number, size: number, call: (client: Client) => Promise<unknown>) =>
    withClient((client) =>
      timed(count * share * size, async () => {
        for (let i = 0; i < count * share; i++) await Promise.all(burst(size, () => call(client)));
      }),
    );
  const sequential = (count: number, key: string) =>
    withClient((client) =>
      timed(count, async () => {
        for (let i = 0; i < count; i++) await client.get(key);
      }),
    );
  return {
    connect: (port) =>
      timed(CONNECTS, async () => {
        for (let i = 0; i < CONNECTS; i++) {
          const client = await open(port);
          await client.get('small');
          await client.close();
        }
      }),
    get: sequential(SEQUENTIAL, 'small'),
    get100: batches(BATCHES, IN_FLIGHT, (client) => client.get('small')),
    get1000: batches(MANY_BATCHES, MANY_IN_FLIGHT, (client) => client.get('small')),
    set100: batches(BATCHES, IN_FLIGHT, (client) => client.set('other', SMALL)),
    get1mb: sequential(BIG_READS, 'big'),
  };
}
