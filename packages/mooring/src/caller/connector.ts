// The caller's side of a mooring: a connector that dials a pool in place of a server. Every client of the protocol runs over it.
import { toBase64 } from '@fairlead/bytes';
import { type Connector, createTransport } from '@fairlead/transport';
import type { MooringNamespace, MooringStub, PoolLimits, Settings } from '../types.ts';
import type { Front } from './front.ts';
import { LentChannel } from './lent-channel.ts';
import { PoolClient } from './pool-client.ts';

/** What a pool is named by and held to. */
export interface PoolTarget {
  readonly protocol: string;
  readonly settings: Settings;
  readonly limits: PoolLimits;
  /** How long the server may take for an answer, in milliseconds: beyond it the connection is cut, on the server too. */
  readonly timeoutMs: number;
  /** Where the object is made, at its first use: `weur`, `enam`, ... */
  readonly locationHint?: string | undefined;
}

/**
 * A connector whose transports borrow from a pool.
 * @param front Makes the protocol's front, one for each connection.
 */
export function pooledConnector(
  namespace: MooringNamespace,
  { locationHint, ...pool }: PoolTarget,
  front: () => Front,
): Connector {
  let client: Promise<PoolClient> | undefined;
  return async (address, options) => {
    client ??= open(namespace, pool, locationHint);
    return createTransport(new LentChannel(front(), await client), address, options);
  };
}

async function open(
  namespace: MooringNamespace,
  pool: Omit<PoolTarget, 'locationHint'>,
  locationHint: string | undefined,
): Promise<PoolClient> {
  const name = await digest(pool);
  const hint = locationHint === undefined ? undefined : { locationHint };
  const stub = namespace.get(namespace.idFromName(name) as never, hint) as MooringStub;
  return new PoolClient(stub, name, pool);
}

/** One name for equal pools. It holds no secret. */
async function digest({ protocol, settings, limits }: Omit<PoolTarget, 'locationHint'>): Promise<string> {
  const text = JSON.stringify([protocol, settings, limits]);
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return `${protocol}:${toBase64(new Uint8Array(hash))}`;
}
