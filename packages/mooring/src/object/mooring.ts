// The Durable Object that holds one pool. It trusts whoever can call it: only Workers with its binding can.

import type { Connector } from '@fairlead/transport';
import { DurableObject } from '#platform';
import type { PoolStats } from '../pool/metrics.ts';
import type { Flight, Greeting, MooringStub, Piece, PoolName, Seat } from '../types.ts';
import { Dock } from './dock.ts';

/** Options of `mooring`. */
export interface MooringOptions {
  /** Dials the servers. Default: the runtime's own. */
  readonly connector?: Connector | undefined;
}

/** An object of this class holds the connections of one pool. */
export type MooringClass = new (ctx: unknown, env: unknown) => MooringObject;

/** What an object of a mooring's class does. */
export interface MooringObject extends MooringStub {
  /** What its pool is doing; `undefined` before its first call. */
  stats(): PoolStats | undefined;
  /** Closes what is idle; what is lent is closed as it is given back. @returns How many connections that are. */
  drain(): number;
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
export function mooring(seats: readonly Seat[], { connector }: MooringOptions = {}): MooringClass {
  const known = new Map(seats.map((seat) => [seat.protocol, seat]));
  return class Mooring extends DurableObject implements MooringObject {
    readonly #dock = new Dock(known, connector);

    greet(name: PoolName): Promise<Greeting> {
      return this.#dock.greet(name);
    }

    exchange(flight: Flight): Promise<Piece> {
      return this.#dock.exchange(flight);
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

    drain(): number {
      return this.#dock.drain();
    }
  };
}
