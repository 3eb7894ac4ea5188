// The Durable Object that holds one pool, or one session. It trusts whoever can call it: only Workers with its binding can.

import type { Connector } from '@fairlead/transport';
import { DurableObject } from '#platform';
import { toPlain } from '../plain-error.ts';
import type { PoolStats } from '../pool/metrics.ts';
import type {
  SessionAnswer,
  SessionKeeper,
  SessionRequest,
  SessionSeat,
  SessionStats,
  SessionStorage,
  SessionStub,
} from '../sessions/types.ts';
import type { Flight, Greeting, MooringStub, Piece, PoolName, Seat } from '../types.ts';
import { Dock } from './dock.ts';
import { noSeat } from './no-seat.ts';

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
 * @param seats Each from `@fairlead/<protocol>/mooring`.
 * @example
 * ```ts
 * import { mooring } from '@fairlead/mooring';
 * import { seat as postgres } from '@fairlead/postgres/mooring';
 *
 * export const Mooring = mooring([postgres]);
 * ```
 */
export function mooring(
  seats: readonly (Seat | SessionSeat)[],
  { connector }: MooringOptions = {},
): MooringClass {
  const known = new Map(seats.filter(isPool).map((seat) => [seat.protocol, seat]));
  const sessions = new Map(seats.filter(isSession).map((seat) => [seat.protocol, seat]));
  return class Mooring extends DurableObject implements MooringObject {
    readonly #dock = new Dock(known, connector);
    readonly #session: SessionKeeper | undefined;

    constructor(ctx: unknown, env: unknown) {
      super(ctx, env);
      const { storage } = ctx as { readonly storage: SessionStorage };
      const [seat] = sessions.values();
      this.#session = seat?.keeper(sessions, connector, storage);
    }

    greet(pool: PoolName): Promise<Greeting> {
      return this.#dock.greet(pool);
    }

    exchange(flight: Flight, pool?: PoolName): Promise<Piece> {
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

    async session(request: SessionRequest): Promise<SessionAnswer> {
      return (await this.#session?.session(request)) ?? { error: toPlain(noSeat(request.protocol)) };
    }

    sessionStats(): SessionStats | undefined {
      return this.#session?.stats;
    }

    drain(): number {
      void this.#session?.drain();
      return this.#dock.drain();
    }

    async alarm(): Promise<void> {
      await this.#session?.alarm();
    }
  };
}

function isSession(seat: Seat | SessionSeat): seat is SessionSeat {
  return 'kind' in seat;
}

function isPool(seat: Seat | SessionSeat): seat is Seat {
  return !isSession(seat);
}
