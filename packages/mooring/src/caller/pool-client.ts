// One pool, as a caller sees it: the object that holds it, what the server said at login, and this caller's channels to it.

import { fromPlain } from '../plain-error.ts';
import type { Flight, MooringStub, Piece, PoolName, Timing } from '../types.ts';

/** Greetings of pools, for all callers of the isolate: plain values that belong to no request. */
const GREETINGS = new Map<string, KnownGreeting>();
const MAX_GREETINGS = 256;

/** What the server said at login, and its terms. */
export interface KnownGreeting {
  readonly greeting: unknown;
  readonly terms: string;
}

/** A connection of this caller whose statement another one may want ended. */
export interface Cancellable {
  cancelLoan(): Promise<void>;
}

/** What all objects of one pool have in common for a caller. */
export interface PoolCaller {
  /** The caller's channels by their keys. */
  readonly channels: Map<number, Cancellable>;
  /** Is told what a call waited for before its bytes were sent. */
  onTiming?: ((timing: Timing) => void) | undefined;
}

/** How a caller asks an object. */
export interface PoolClientOptions {
  /** How long the server may take for an answer, or a part of it. */
  readonly timeoutMs: number;
  /** Whether the object is told the settings with each call, since their secret changes. Default: where it does not know them. */
  readonly tellsAlways?: boolean | undefined;
  /** Default: one of its own. */
  readonly caller?: PoolCaller | undefined;
}

/** A caller's way to one object of a pool. */
export class PoolClient {
  readonly #stub: MooringStub;
  readonly #name: string;
  readonly #pool: PoolName;
  readonly #caller: PoolCaller;

  /** How long the server may take for an answer, or a part of it. */
  readonly timeoutMs: number;
  readonly #tellsAlways: boolean;

  /** @param name The object's name: it stands for all of `pool`. */
  constructor(stub: MooringStub, name: string, pool: PoolName, options: PoolClientOptions) {
    const { timeoutMs, tellsAlways = false, caller = { channels: new Map() } } = options;
    this.#stub = stub;
    this.#name = name;
    this.#pool = pool;
    this.timeoutMs = timeoutMs;
    this.#tellsAlways = tellsAlways;
    this.#caller = caller;
  }

  /** What the server said at login. @throws FairleadError what opening a connection throws, `overloaded`. */
  async greeting(): Promise<KnownGreeting> {
    const known = GREETINGS.get(this.#name);
    if (known !== undefined) return known;
    const { greeting, terms = '', error, ...timing } = await this.#stub.greet(this.#pool);
    this.#caller.onTiming?.(timing);
    if (error !== undefined) throw fromPlain(error);
    if (GREETINGS.size >= MAX_GREETINGS) GREETINGS.clear();
    const told: KnownGreeting = { greeting, terms };
    GREETINGS.set(this.#name, told);
    return told;
  }

  /** Borrows a connection, sends, and answers with the first piece. */
  async exchange(flight: Flight): Promise<Piece> {
    let piece = await this.#stub.exchange(flight, this.#tellsAlways ? this.#pool : undefined);
    // Its settings cross only where the object has just begun.
    if (piece.isUnknown) piece = await this.#stub.exchange(flight, this.#pool);
    // The next client is greeted anew.
    if (piece.isStale) GREETINGS.delete(this.#name);
    this.#caller.onTiming?.(piece);
    return piece;
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
    while (this.#caller.channels.has(key));
    this.#caller.channels.set(key, channel);
    return key;
  }

  unregister(key: number): void {
    this.#caller.channels.delete(key);
  }

  channel(key: number): Cancellable | undefined {
    return this.#caller.channels.get(key);
  }
}
