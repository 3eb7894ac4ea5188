// The seats of a mooring's class, some of which are loaded when a call first needs them. It opens nothing.
import type { SessionSeat } from '../sessions/types.ts';
import type { Seat } from '../types.ts';

/**
 * A seat that is loaded at its first use: a Worker of many protocols starts faster where it runs none of their code before.
 * @example
 * ```ts
 * import { type LazySeat, mooring } from '@fairlead/mooring';
 *
 * const postgres: LazySeat = {
 *   protocol: 'pg',
 *   load: async () => (await import('@fairlead/postgres/mooring')).seat,
 * };
 * export const Mooring = mooring([postgres]);
 * ```
 */
export interface LazySeat {
  /** That of the seat. */
  readonly protocol: string;
  /** What it rejects with, the call gets. */
  load(): Promise<Seat | SessionSeat>;
}

/** The seats of all objects of a class. */
export class Seats {
  readonly pools = new Map<string, Seat>();
  readonly sessions = new Map<string, SessionSeat>();
  readonly #lazy = new Map<string, LazySeat>();

  constructor(seats: readonly (Seat | SessionSeat | LazySeat)[]) {
    for (const seat of seats) {
      if ('load' in seat) this.#lazy.set(seat.protocol, seat);
      else this.#add(seat);
    }
  }

  /** Loads the seat of a protocol, where it is not there yet. */
  load(protocol: string): Promise<void> | undefined {
    const seat = this.#lazy.get(protocol);
    return seat && this.#load(seat);
  }

  /** Loads all seats. */
  async loadAll(): Promise<void> {
    await Promise.all(Array.from(this.#lazy.values(), (seat) => this.#load(seat)));
  }

  async #load(lazy: LazySeat): Promise<void> {
    this.#add(await lazy.load());
    this.#lazy.delete(lazy.protocol);
  }

  #add(seat: Seat | SessionSeat): void {
    if ('kind' in seat) this.sessions.set(seat.protocol, seat);
    else this.pools.set(seat.protocol, seat);
  }
}
