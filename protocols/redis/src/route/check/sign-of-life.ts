// The sign of life of a named connection: PING.
import { remainingMs } from '@fairlead/client';
import type { ConnectionCheck } from '@fairlead/http';
import { connect } from '../../client.ts';
import type { RedisOptions } from '../../types.ts';
import { PROTOCOL } from '../open.ts';

/** @throws FairleadError Where the server cannot be used. */
export async function check({ url, options, limit, dial }: ConnectionCheck): Promise<void> {
  const { deny: _deny, ...own } = options;
  const login: RedisOptions = own;
  const { signal } = limit;
  const dialled = await dial({
    ...login,
    protocol: PROTOCOL,
    signal,
    timeoutMs: remainingMs(limit),
  } as const);
  await using client = await connect(url, dialled);
  await client.send('PING');
}
