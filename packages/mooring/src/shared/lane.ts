// The connection that many callers share: their commands leave in the order in which they came, and each gets the answers to
// its own. It is for protocols that answer strictly in order, and for commands that leave nothing behind.
import { concat } from '@fairlead/bytes';
import { type Deferred, deferred, Fifo } from '@fairlead/client';
import { errorWith, FairleadError, isFairleadError } from '@fairlead/errors';
import type { Pool } from '../pool/pool.ts';
import type { PooledConnection } from '../pool/pooled-connection.ts';
import type { Flight, Timing } from '../types.ts';

/** The bytes of one caller's answers that a lane keeps until they are complete: RPC takes no more than 32 MiB at once. */
const MAX_ANSWER_BYTES = 33_000_000;

/** How many callers may wait for their answers on one connection, and the bytes of their commands. */
const MAX_CALLERS = 10_000;
const MAX_SENT_BYTES = 16_777_216;

/**
 * How long an answer may take before the connection counts as stalled, whatever its caller's own limit: the time of one caller
 * must not cost the others their connection.
 */
const STALL_MS = 30_000;

/** A connection that has said nothing for so long, and owes answers, gets no more commands: others go to another one. */
const SILENCE_MS = 1_000;

/** One caller's commands on their way. */
interface Waiting {
  /** How many answers are still to come. */
  left: number;
  readonly parts: Uint8Array[];
  bytes: number;
  readonly answer: Deferred<Uint8Array>;
}

/** The answers to one caller's commands, and how long it waited for a connection, if it did. */
export interface SharedAnswer {
  readonly bytes: Uint8Array;
  readonly timing: Timing | undefined;
}

/** What callers of a pool share: one connection, and another one where the first is silent. */
export class Lane {
  readonly #pool: Pool;
  #line: SharedConnection | undefined;
  #opening: Promise<SharedConnection> | undefined;

  constructor(pool: Pool) {
    this.#pool = pool.shared;
  }

  /**
   * Sends commands and answers with the bytes of their answers.
   * @returns `undefined` where the connection has other terms than the caller was greeted in: nothing was sent.
   * @throws FairleadError What `Pool.borrow` throws: nothing was sent then. `connection_lost`, `timeout`, `limit`.
   */
  async exchange({ bytes, owed, terms, timeoutMs }: Flight): Promise<SharedAnswer | undefined> {
    const until = Date.now() + timeoutMs;
    for (;;) {
      const known = this.#usable();
      const line = known ?? (await this.#open(Math.max(1, until - Date.now())));
      if (terms !== undefined && line.terms !== terms) {
        line.leave();
        return undefined;
      }
      // It may have come of age, or another caller has let go of it meanwhile.
      if (!line.isUsable) {
        line.leave();
        if (Date.now() >= until) throw this.#tooLate(timeoutMs);
        continue;
      }
      const timing = known === undefined ? line.timing : undefined;
      return { bytes: await line.exchange(bytes, owed), timing };
    }
  }

  #usable(): SharedConnection | undefined {
    return this.#line?.isUsable ? this.#line : undefined;
  }

  /** One attempt for all that wait; each waits no longer than its own time. */
  async #open(timeoutMs: number): Promise<SharedConnection> {
    this.#opening ??= this.#borrow().finally(() => {
      this.#opening = undefined;
    });
    const opening = this.#opening;
    const outcome = await this.#pool.deadlines.bound(opening, timeoutMs);
    if (outcome.kind === 'done') return outcome.value;
    if (outcome.kind === 'failed') throw outcome.error;
    // Nobody may be left who needs it once it is there.
    opening.then((line) => line.leave(), noop);
    throw this.#tooLate(timeoutMs);
  }

  #tooLate(timeoutMs: number): FairleadError {
    return this.#pool.overloaded(`The pool had no connection in ${timeoutMs} ms.`);
  }

  async #borrow(): Promise<SharedConnection> {
    this.#line = new SharedConnection(this.#pool, await this.#pool.borrow(this.#pool.limits.waitMs));
    return this.#line;
  }
}

/** One connection from its loan until nobody waits for an answer any more. */
class SharedConnection {
  readonly #pool: Pool;
  readonly #connection: PooledConnection;
  readonly #waiting = new Fifo<Waiting>();
  /** How many wait, and the bytes of their commands. */
  #length = 0;
  #sentBytes = 0;
  /** Whether the loan has ended: the connection may be another borrower's by now. */
  #isOver = false;
  /** `Date.now()` when something was heard last, or when the first answer began to be owed. */
  #heardAt = 0;

  constructor(pool: Pool, connection: PooledConnection) {
    this.#pool = pool;
    this.#connection = connection;
  }

  /** The terms of its server. */
  get terms(): string {
    return this.#connection.berth.terms;
  }

  /** How long it took to get the connection. */
  get timing(): Timing {
    return this.#connection.timing;
  }

  /** Whether it takes further commands. One that has come of age gets none, so that it is given back, and closed. */
  get isUsable(): boolean {
    const { state, expiresAt } = this.#connection;
    const now = Date.now();
    if (this.#isOver || state !== 'lent' || expiresAt <= now) return false;
    return this.#waiting.first === undefined || now - this.#heardAt < SILENCE_MS;
  }

  /** Gives the connection back, if nobody waits for an answer. */
  leave(): void {
    if (this.#isOver || this.#waiting.first !== undefined) return;
    this.#isOver = true;
    this.#pool.refuse(this.#connection);
  }

  /** Only while it is usable. @throws FairleadError `overloaded` where too many wait: nothing was sent then. */
  async exchange(bytes: Uint8Array, owed: number): Promise<Uint8Array> {
    const connection = this.#connection;
    if (this.#length >= MAX_CALLERS || this.#isFull(bytes.length))
      throw this.#pool.overloaded('Too many commands wait for their answers on the shared connection.');
    const waiting: Waiting = { left: owed, parts: [], bytes: 0, answer: deferred() };
    const isFirst = this.#waiting.first === undefined;
    this.#waiting.push(waiting);
    this.#length += 1;
    this.#sentBytes += bytes.length;
    void connection.write(bytes, owed);
    // Answers come in order: if one is late, so are all that stand behind it, and the connection is in doubt.
    const { deadlines } = this.#pool;
    const deadline = deadlines.add(STALL_MS, () => connection.end(stalled()));
    if (isFirst) {
      this.#heardAt = Date.now();
      void this.#receive();
    }
    try {
      return await waiting.answer.promise;
    } finally {
      deadlines.remove(deadline);
      this.#length -= 1;
      this.#sentBytes -= bytes.length;
    }
  }

  #isFull(bytes: number): boolean {
    return this.#sentBytes > 0 && this.#sentBytes + bytes > MAX_SENT_BYTES;
  }

  /** Reads while an answer is owed. */
  async #receive(): Promise<void> {
    const connection = this.#connection;
    try {
      while (this.#waiting.first !== undefined) {
        const bytes = await connection.read();
        if (bytes === undefined)
          throw new FairleadError('connection_lost', 'The server ended the connection.');
        this.#heardAt = Date.now();
        this.#share(bytes, connection.berth.tracker.ends ?? []);
      }
      // Until somebody needs it: the pool closes what is idle for long.
      this.#isOver = true;
      this.#pool.giveBack(connection, 'clean');
    } catch (error) {
      this.#isOver = true;
      connection.end();
      this.#fail(
        isFairleadError(error) ? error : new FairleadError('connection_lost', 'The connection has failed.'),
      );
    }
  }

  /** Hands bytes to those that they answer. */
  #share(bytes: Uint8Array, ends: readonly number[]): void {
    let from = 0;
    for (const end of ends) {
      const first = this.#waiting.first;
      if (first === undefined) return;
      first.left -= 1;
      if (first.left > 0) continue;
      keep(first, bytes.subarray(from, end));
      this.#waiting.shift();
      first.answer.resolve(first.parts.length === 1 ? (first.parts[0] as Uint8Array) : concat(first.parts));
      from = end;
    }
    const first = this.#waiting.first;
    if (first !== undefined && from < bytes.length) keep(first, bytes.subarray(from));
  }

  /** The reason is the first one's: answers come in order. The others have lost their connection. */
  #fail(failure: FairleadError): void {
    this.#waiting.shift()?.answer.reject(errorWith(failure, { safeToRetry: false }));
    for (let each = this.#waiting.shift(); each !== undefined; each = this.#waiting.shift()) {
      each.answer.reject(
        new FairleadError('connection_lost', `The shared connection has ended: ${failure.message}`),
      );
    }
  }
}

/** Keeps a part of a caller's answers. Of one whose answers are too large nothing is kept: the others must not pay for it. */
function keep(waiting: Waiting, part: Uint8Array): void {
  waiting.bytes += part.length;
  if (waiting.bytes <= MAX_ANSWER_BYTES) {
    waiting.parts.push(part.slice());
    return;
  }
  waiting.parts.length = 0;
  const message = `The answers are larger than ${MAX_ANSWER_BYTES} bytes.`;
  waiting.answer.reject(new FairleadError('limit', message, { blame: 'peer' }));
}

const noop = (): void => undefined;

function stalled(): FairleadError {
  return new FairleadError('timeout', `The server did not answer in ${STALL_MS} ms.`);
}
