// What one object does: it owns one pool, and answers callers' flights. It knows no platform.
import { FairleadError } from '@fairlead/errors';
import type { Connector } from '@fairlead/transport';
import { toPlain } from '../plain-error.ts';
import type { PoolStats } from '../pool/metrics.ts';
import { Pool } from '../pool/pool.ts';
import type { PooledConnection } from '../pool/pooled-connection.ts';
import { Lane } from '../shared/lane.ts';
import type {
  Flight,
  Greeting,
  MooringStub,
  Piece,
  PlainError,
  PoolName,
  Seat,
  Settings,
  Timing,
} from '../types.ts';
import { Loan } from './loan.ts';
import { noSeat } from './no-seat.ts';

const UNKNOWN: Piece = { isOver: true, isUnknown: true };
/** The bytes of callers that wait for a connection: an object has 128 MB for everything. */
const MAX_WAITING_BYTES = 16_777_216;
/** How often a flight is sent again that a server has turned away. */
const MAX_AGAIN = 3;

/** One pool, and the flights that are under way. */
export class Dock implements MooringStub {
  readonly #seats: ReadonlyMap<string, Seat>;
  readonly #connector: Connector | undefined;
  #pool: Pool | undefined;
  /** The latest: the next login is done with them. */
  #settings: Settings | undefined;
  #lane: Lane | undefined;
  /** Flights that wait for a connection, and their bytes. */
  readonly #borrowing = new Set<string>();
  #waitingBytes = 0;
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

  /** One object is one pool: its name is made of all that the first call says, but for a secret that changes. */
  #poolOf(name: PoolName): Pool {
    const { protocol, settings, limits } = name;
    const seat = this.#seats.get(protocol);
    if (seat === undefined) throw noSeat(protocol);
    this.#settings = settings;
    this.#pool ??= new Pool({
      seat: { ...seat, open: (_, options) => seat.open(this.#settings ?? settings, options) },
      settings,
      limits,
      connector: this.#connector,
    });
    return this.#pool;
  }

  async greet(name: PoolName): Promise<Greeting> {
    try {
      return await this.#poolOf(name).greet();
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
      const pool = name === undefined ? this.#pool : this.#poolOf(name);
      if (pool === undefined) return UNKNOWN;
      if (!pool.isShared || flight.trace !== 'clean') return await this.#lendUntilTaken(pool, flight);
      this.#lane ??= new Lane(pool);
      const answer = await this.#lane.exchange(flight);
      if (answer === undefined) return this.#stale();
      return { bytes: answer.bytes, isOver: true, ...(answer.timing && waited(answer.timing)) };
    } catch (error) {
      return { isOver: true, error: this.#failed(error) };
    }
  }

  /** The connection has other terms than the caller was greeted in. */
  #stale(): Piece {
    const message = 'Another server answers than the one of the login: connect again.';
    const error = new FairleadError('connection_lost', message, { safeToRetry: true });
    return { isOver: true, isStale: true, error: this.#failed(error) };
  }

  /** What a server has turned away as it ended a connection is sent over another one. */
  async #lendUntilTaken(pool: Pool, flight: Flight): Promise<Piece> {
    const until = Date.now() + flight.timeoutMs;
    let piece = await this.#lend(pool, flight, until);
    for (let left = MAX_AGAIN; piece.isTurnedAway && left > 0; left -= 1)
      piece = await this.#lend(pool, flight, until);
    return piece;
  }

  async #lend(pool: Pool, flight: Flight, until: number): Promise<Piece> {
    const connection = await this.#borrow(pool, flight, until);
    if (flight.terms !== undefined && flight.terms !== connection.berth.terms) {
      pool.refuse(connection);
      return this.#stale();
    }
    const { id, bytes, trace, owed } = flight;
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

  /** @throws FairleadError What `Pool.borrow` throws; `aborted` where the caller has gone meanwhile. */
  async #borrow(pool: Pool, { id, bytes }: Flight, until: number): Promise<PooledConnection> {
    if (this.#waitingBytes > 0 && this.#waitingBytes + bytes.length > MAX_WAITING_BYTES)
      throw pool.overloaded(`More than ${MAX_WAITING_BYTES} bytes wait for a connection of the pool.`);
    this.#waitingBytes += bytes.length;
    this.#borrowing.add(id);
    try {
      const connection = await pool.borrow(Math.max(1, until - Date.now()), id);
      if (this.#borrowing.has(id)) return connection;
      pool.giveBack(connection, 'clean');
      throw new FairleadError('aborted', 'The caller has gone.', { safeToRetry: true });
    } finally {
      this.#waitingBytes -= bytes.length;
      this.#borrowing.delete(id);
    }
  }

  async cancel(id: string): Promise<void> {
    this.#leave(id);
    await this.#flights.get(id)?.cancel();
  }

  async abandon(id: string): Promise<void> {
    this.#leave(id);
    await this.#flights.get(id)?.abandon();
  }

  /** What was not sent is not sent any more. */
  #leave(id: string): void {
    this.#borrowing.delete(id);
    this.#pool?.leave(id);
  }
}

/** The timing of a loan; `undefined` where there was no wait, so that nothing travels. */
function waited(timing: Timing): Timing | undefined {
  return timing.waitMs || timing.connectMs ? timing : undefined;
}
