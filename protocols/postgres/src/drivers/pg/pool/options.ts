// The options of a pool, by `pg`'s names.
import type { Client } from '../client.ts';
import { defaults } from '../defaults.ts';
import type { ClientConfig } from '../options.ts';

/**
 * Options of `Pool`: those of its clients, and its own. `connectionTimeoutMillis` is also the limit of the wait for a client;
 * without it that wait has none, as in `pg`.
 */
export interface PoolConfig extends ClientConfig {
  /** Connections at most. Default 10; a Worker has six connections at a time that are being opened. */
  readonly max?: number | undefined;
  /** How many connections stay open however long they are idle. Default 0. */
  readonly min?: number | undefined;
  /** How long a connection may be idle. Default 10,000; 0 for no limit. */
  readonly idleTimeoutMillis?: number | undefined;
  /** Has no effect: the platform's sockets cannot be told to keep a process. */
  readonly allowExitOnIdle?: boolean | undefined;
  /** How often a connection is lent before it is closed. Default: no limit. */
  readonly maxUses?: number | undefined;
  /** How old a connection may be when it is given back. Default 0: no limit. */
  readonly maxLifetimeSeconds?: number | undefined;
  /** Is called with each new client before it is lent. */
  readonly onConnect?: ((client: Client) => void | Promise<void>) | undefined;
}

/** The options with their defaults. A password does not show when they are printed. */
export function poolOptions(
  options: PoolConfig,
): PoolConfig & { readonly max: number; readonly min: number } {
  const copy = { ...options, max: options.max || defaults.max, min: options.min || 0 };
  for (const name of ['password', 'connectionString'] as const) {
    if (copy[name] !== undefined) Object.defineProperty(copy, name, { value: copy[name], enumerable: false });
  }
  return copy;
}
