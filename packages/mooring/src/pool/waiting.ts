// The callers that wait for a connection of one pool: first come, first served, each with its own end. It knows no connection.
import { Deadlines, type Deferred, deferred, Fifo, type Place } from '@fairlead/client';
import type { FairleadError } from '@fairlead/errors';

/** What a caller waits for, and the errors that end its wait. */
interface Waiter<T> {
  readonly id: string | undefined;
  readonly result: Deferred<T>;
  readonly since: number;
}

/** A queue of callers. */
export class WaitQueue<T> {
  readonly #waiters = new Fifo<Waiter<T>>();
  readonly #places = new Map<string, Place<Waiter<T>>>();
  readonly #deadlines = new Deadlines();
  #length = 0;

  /** How many wait. */
  get length(): number {
    return this.#length;
  }

  /** How long the first in line has waited, in milliseconds; 0 where nobody waits. */
  get longestWaitMs(): number {
    const first = this.#waiters.first;
    return first === undefined ? 0 : Date.now() - first.since;
  }

  /**
   * Waits in line.
   * @param id Names the caller for `leave`.
   * @param timeoutMs After which the wait ends with what `tooLate` makes.
   */
  wait(id: string | undefined, timeoutMs: number, tooLate: () => FairleadError): Promise<T> {
    const waiter: Waiter<T> = { id, result: deferred<T>(), since: Date.now() };
    const place: Place<Waiter<T>> = this.#waiters.push(waiter);
    if (id !== undefined) this.#places.set(id, place);
    this.#length += 1;
    const deadline = this.#deadlines.add(timeoutMs, () => this.#giveUp(place, tooLate()));
    const forget = (): void => {
      this.#deadlines.remove(deadline);
      if (id !== undefined) this.#places.delete(id);
      if (this.#length === 0) this.#deadlines.rest();
    };
    waiter.result.promise.then(forget, forget);
    return waiter.result.promise;
  }

  /** Ends one caller's wait with the error that `makeError` makes; does nothing if it does not wait. */
  leave(id: string, makeError: () => FairleadError): void {
    const place = this.#places.get(id);
    if (place !== undefined) this.#giveUp(place, makeError());
  }

  #giveUp(place: Place<Waiter<T>>, error: FairleadError): void {
    if (place.left) return;
    this.#waiters.remove(place);
    this.#length -= 1;
    place.item.result.reject(error);
  }

  /** Serves the first in line. @returns Whether somebody waited. */
  serve(value: T): boolean {
    const waiter = this.#waiters.shift();
    if (waiter === undefined) return false;
    this.#length -= 1;
    waiter.result.resolve(value);
    return true;
  }

  /** Ends every wait, each with an error of its own. */
  refuse(makeError: () => FairleadError): void {
    for (let waiter = this.#waiters.shift(); waiter !== undefined; waiter = this.#waiters.shift()) {
      waiter.result.reject(makeError());
    }
    this.#length = 0;
  }
}
