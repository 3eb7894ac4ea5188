// The Durable Object that holds one pool, or one session. It trusts its callers: only Workers with its binding can call it.

import type { Connector } from '@fairlead/transport';
import { DurableObject } from '#platform';
import type { PoolStats } from '../pool/metrics.ts';
import type {
  SessionAnswer,
  SessionRequest,
  SessionSeat,
  SessionStats,
  SessionStorage,
  SessionStub,
} from '../sessions/types.ts';
import type { Flight, Greeting, MooringStub, Piece, PoolName, Seat } from '../types.ts';
import { Dock } from './dock.ts';
import { KeptSession } from './kept-session.ts';
import { type LazySeat, Seats } from './seats.ts';

/** Options of `mooring`. */
export interface MooringOptions {
  /** Dials the servers. Default: the runtime's own. */
  readonly connector?: Connector | undefined;
}

/** An object of this class holds the connections of one pool, or one session. */
export type MooringClass = new (ctx: unknown, env: unknown) => MooringObject;

/** What an object of a mooring's class does. */
export interface MooringObject extends MooringStub, SessionStub {
  /** What its pool is doing; `undefined` before its first call. */
  stats(): PoolStats | undefined;
  /** What its session is doing; `undefined` before its first call. */
  sessionStats(): SessionStats | undefined;
  /**
   * Closes what is idle; what is lent is closed as it is given back. A session is closed, and opened when it is needed.
   * @returns How many connections of a pool that are.
   */
  drain(): number;
  /** The storage's alarm has rung: a session is kept for longer than the object is. */
  alarm(): Promise<void>;
}

/**
 * Makes the class of a mooring's objects, for the protocols that it shall hold connections of.
 * @param seats Each from `@fairlead/<protocol>/mooring`, or a `LazySeat`, which is loaded at its first use.
 * @example
 * ```ts
 * import { mooring } from '@fairlead/mooring';
 * import { seat as postgres } from '@fairlead/postgres/mooring';
 *
 * export const Mooring = mooring([postgres]);
 * ```
 */
export function mooring(
  seats: readonly (Seat | SessionSeat | LazySeat)[],
  { connector }: MooringOptions = {},
): MooringClass {
  const known = new Seats(seats);
  return class Mooring extends DurableObject implements MooringObject {
    readonly #dock = new Dock(known.pools, connector);
    readonly #kept: KeptSession;

    constructor(ctx: unknown, env: unknown) {
      super(ctx, env);
      this.#kept = new KeptSession(known, connector, (ctx as { readonly storage: SessionStorage }).storage);
    }

    async greet(pool: PoolName): Promise<Greeting> {
      await known.load(pool.protocol);
      return this.#dock.greet(pool);
    }

    async exchange(flight: Flight, pool?: PoolName): Promise<Piece> {
      if (pool !== undefined) await known.load(pool.protocol);
      return this.#dock.exchange(flight, pool);
    }

    cancel(id: string): Promise<void> {
      return this.#dock.cancel(id);
    }

    abandon(id: string): Promise<void> {
      return this.#dock.abandon(id);
    }

    stats(): PoolStats | undefined {
      return this.#dock.stats;
    }

    session(request: SessionRequest): Promise<SessionAnswer> {
      return this.#kept.session(request);
    }

    sessionStats(): SessionStats | undefined {
      return this.#kept.stats;
    }

    drain(): number {
      this.#kept.drain();
      return this.#dock.drain();
    }

    alarm(): Promise<void> {
      return this.#kept.alarm();
    }
  };
}
