// One pool, as a caller sees it: the object that holds it, what the server said at login, and this caller's channels to it.

import { fromPlain } from '../plain-error.ts';
import type { Flight, MooringStub, Piece, PoolName } from '../types.ts';

/** Greetings of pools, for all callers of the isolate: plain values that belong to no request. */
const GREETINGS = new Map<string, unknown>();
const MAX_GREETINGS = 256;

/** A connection of this caller whose statement another one may want ended. */
export interface Cancellable {
  cancelLoan(): Promise<void>;
}

/** A caller's way to one pool. */
export class PoolClient {
  readonly #stub: MooringStub;
  readonly #name: string;
  readonly #pool: PoolName;
  readonly #channels: Map<number, Cancellable>;

  /**
   * @param name The object's name: it stands for all of `pool` but its time.
   * @param channels The caller's channels by their keys, to all objects of the pool.
   */
  constructor(stub: MooringStub, name: string, pool: PoolName, channels = new Map<number, Cancellable>()) {
    this.#stub = stub;
    this.#name = name;
    this.#pool = pool;
    this.#channels = channels;
  }

  /** How long the server may take for an answer, or a part of it. */
  get timeoutMs(): number {
    return this.#pool.timeoutMs;
  }

  /** What the server said at login. @throws FairleadError what opening a connection throws, `overloaded`. */
  async greeting(): Promise<unknown> {
    const known = GREETINGS.get(this.#name);
    if (known !== undefined) return known;
    const { greeting, error } = await this.#stub.greet(this.#pool);
    if (error !== undefined) throw fromPlain(error);
    if (GREETINGS.size >= MAX_GREETINGS) GREETINGS.clear();
    GREETINGS.set(this.#name, greeting);
    return greeting;
  }

  /** Borrows a connection, sends, and answers with the first piece. */
  exchange(flight: Omit<Flight, keyof PoolName>): Promise<Piece> {
    return this.#stub.exchange({ ...this.#pool, ...flight });
  }

  /** Asks the server to end what a flight without a piece is running. */
  cancel(id: string): Promise<void> {
    return this.#stub.cancel(id);
  }

  /** Nobody waits for the flight any more. */
  abandon(id: string): Promise<void> {
    return this.#stub.abandon(id);
  }

  /** Gives a channel the key that cancels it. */
  register(channel: Cancellable): number {
    let key = 0;
    do key = Math.floor(Math.random() * 0x7f_ff_ff_ff) + 1;
    while (this.#channels.has(key));
    this.#channels.set(key, channel);
    return key;
  }

  unregister(key: number): void {
    this.#channels.delete(key);
  }

  channel(key: number): Cancellable | undefined {
    return this.#channels.get(key);
  }
}
