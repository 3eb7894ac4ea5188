// What one object does: it owns one pool, and answers callers' flights. It knows no platform.
import type { Connector } from '@fairlead/transport';
import { toPlain } from '../plain-error.ts';
import type { PoolStats } from '../pool/metrics.ts';
import { Pool } from '../pool/pool.ts';
import { Lane } from '../shared/lane.ts';
import type { Flight, Greeting, MooringStub, Piece, PlainError, PoolName, Seat, Timing } from '../types.ts';
import { Loan } from './loan.ts';
import { noSeat } from './no-seat.ts';

const UNKNOWN: Piece = { isOver: true, isUnknown: true };
/** How often a flight is sent again that a server has turned away. */
const MAX_AGAIN = 3;

/** One pool, and the flights that are under way. */
export class Dock implements MooringStub {
  readonly #seats: ReadonlyMap<string, Seat>;
  readonly #connector: Connector | undefined;
  #pool: Pool | undefined;
  #lane: Lane | undefined;
  /** Flights whose first piece has not come. */
  readonly #flights = new Map<string, Loan>();

  constructor(seats: ReadonlyMap<string, Seat>, connector: Connector | undefined) {
    this.#seats = seats;
    this.#connector = connector;
  }

  /** What the pool is doing; `undefined` before its first call. */
  get stats(): PoolStats | undefined {
    return this.#pool?.stats;
  }

  /** Closes what is idle, and what is lent as it is given back. @returns How many connections that are. */
  drain(): number {
    return this.#pool?.drain() ?? 0;
  }

  /** One object is one pool: its name is made of all that the first call says. */
  #open({ protocol, settings, limits }: PoolName): Pool {
    const seat = this.#seats.get(protocol);
    if (seat === undefined) throw noSeat(protocol);
    this.#pool = new Pool({ seat, settings, limits, connector: this.#connector });
    return this.#pool;
  }

  async greet(name: PoolName): Promise<Greeting> {
    try {
      const pool = this.#pool ?? this.#open(name);
      return await pool.greet();
    } catch (error) {
      return { error: this.#failed(error) };
    }
  }

  #failed(error: unknown): PlainError {
    const plain = toPlain(error);
    this.#pool?.metrics.noteError(plain.code);
    return plain;
  }

  async exchange(flight: Flight, name?: PoolName): Promise<Piece> {
    try {
      const pool = this.#pool ?? (name && this.#open(name));
      if (pool === undefined) return UNKNOWN;
      if (!pool.isShared || flight.trace !== 'clean') return await this.#lendUntilTaken(pool, flight);
      this.#lane ??= new Lane(pool);
      const { bytes, timing } = await this.#lane.exchange(flight.bytes, flight.owed, flight.timeoutMs);
      return { bytes, isOver: true, ...(timing && waited(timing)) };
    } catch (error) {
      return { isOver: true, error: this.#failed(error) };
    }
  }

  /** What a server has turned away as it ended a connection is sent over another one. */
  async #lendUntilTaken(pool: Pool, flight: Flight): Promise<Piece> {
    const until = Date.now() + flight.timeoutMs;
    let piece = await this.#lend(pool, flight, until);
    for (let left = MAX_AGAIN; piece.isTurnedAway && left > 0; left -= 1)
      piece = await this.#lend(pool, flight, until);
    return piece;
  }

  async #lend(pool: Pool, { id, bytes, trace, owed }: Flight, until: number): Promise<Piece> {
    const connection = await pool.borrow(Math.max(1, until - Date.now()), id);
    const loan = new Loan(pool, connection);
    const timing = waited(connection.timing);
    this.#flights.set(id, loan);
    try {
      const piece = await loan.exchange(bytes, trace, Math.max(1, until - Date.now()), owed);
      if (piece.isOver) return timing === undefined ? piece : { ...piece, ...timing };
      return { ...piece, ...timing, loan };
    } finally {
      this.#flights.delete(id);
    }
  }

  async cancel(id: string): Promise<void> {
    await this.#flights.get(id)?.cancel();
  }

  async abandon(id: string): Promise<void> {
    this.#pool?.leave(id);
    await this.#flights.get(id)?.abandon();
  }
}

/** The timing of a loan; `undefined` where there was no wait, so that nothing travels. */
function waited(timing: Timing): Timing | undefined {
  return timing.waitMs || timing.connectMs ? timing : undefined;
}
