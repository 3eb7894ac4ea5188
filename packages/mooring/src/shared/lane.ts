// The connection that many callers share: their commands leave in the order in which they came, and each gets the answers to
// its own. It is for protocols that answer strictly in order, and for commands that leave nothing behind.
import { concat } from '@fairlead/bytes';
import { Deadlines, type Deferred, deferred, Fifo } from '@fairlead/client';
import { FairleadError, isFairleadError } from '@fairlead/errors';
import type { Pool } from '../pool/pool.ts';
import type { PooledConnection } from '../pool/pooled-connection.ts';
import type { Timing } from '../types.ts';

/** The bytes of one caller's answers that a lane keeps until they are complete: RPC takes no more than 32 MiB at once. */
const MAX_ANSWER_BYTES = 33_000_000;

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
   * @param owed How many answers they will have, above 0.
   * @param timeoutMs How long the caller waits for a connection.
   * @returns The bytes, and how long the caller waited for a connection, if it did.
   * @throws FairleadError What `Pool.borrow` throws: nothing was sent then. `connection_lost`, `timeout`, `limit`.
   */
  async exchange(
    bytes: Uint8Array,
    owed: number,
    timeoutMs: number,
  ): Promise<{ readonly bytes: Uint8Array; readonly timing: Timing | undefined }> {
    if (this.#line?.isUsable) return { bytes: await this.#line.exchange(bytes, owed), timing: undefined };
    const line = await this.#open(timeoutMs);
    return { bytes: await line.exchange(bytes, owed), timing: line.timing };
  }

  /** One attempt for all that wait. */
  #open(timeoutMs: number): Promise<SharedConnection> {
    this.#opening ??= this.#borrow(timeoutMs).finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #borrow(timeoutMs: number): Promise<SharedConnection> {
    this.#line = new SharedConnection(this.#pool, await this.#pool.borrow(timeoutMs));
    return this.#line;
  }
}

/** One connection from its loan until nobody waits for an answer any more. */
class SharedConnection {
  readonly #pool: Pool;
  readonly #connection: PooledConnection;
  readonly #waiting = new Fifo<Waiting>();
  readonly #deadlines = new Deadlines();
  /** `Date.now()` when something was heard last, or when the first answer began to be owed. */
  #heardAt = 0;

  constructor(pool: Pool, connection: PooledConnection) {
    this.#pool = pool;
    this.#connection = connection;
  }

  /** How long it took to get the connection. */
  get timing(): Timing {
    return this.#connection.timing;
  }

  /** Whether it takes further commands. One that has come of age gets none, so that it is given back, and closed. */
  get isUsable(): boolean {
    const { state, expiresAt } = this.#connection;
    const now = Date.now();
    if (state !== 'lent' || expiresAt <= now) return false;
    return this.#waiting.first === undefined || now - this.#heardAt < SILENCE_MS;
  }

  async exchange(bytes: Uint8Array, owed: number): Promise<Uint8Array> {
    const connection = this.#connection;
    const waiting: Waiting = { left: owed, parts: [], bytes: 0, answer: deferred() };
    const isFirst = this.#waiting.first === undefined;
    this.#waiting.push(waiting);
    void connection.write(bytes, owed);
    // Answers come in order: if one is late, so are all that stand behind it, and the connection is in doubt.
    const deadline = this.#deadlines.add(STALL_MS, () => connection.end(stalled()));
    if (isFirst) {
      this.#heardAt = Date.now();
      void this.#receive();
    }
    try {
      return await waiting.answer.promise;
    } finally {
      this.#deadlines.remove(deadline);
    }
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
      this.#pool.giveBack(connection, 'clean');
    } catch (error) {
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
      this.#keep(first, bytes.slice(from, end));
      this.#waiting.shift();
      first.answer.resolve(first.parts.length === 1 ? (first.parts[0] as Uint8Array) : concat(first.parts));
      from = end;
    }
    const first = this.#waiting.first;
    if (first !== undefined && from < bytes.length) this.#keep(first, bytes.slice(from));
  }

  #keep(waiting: Waiting, part: Uint8Array): void {
    waiting.bytes += part.length;
    if (waiting.bytes > MAX_ANSWER_BYTES)
      throw new FairleadError('limit', `The answers are larger than ${MAX_ANSWER_BYTES} bytes.`);
    waiting.parts.push(part);
  }

  /** The reason is the first one's: answers come in order. The others have lost their connection. */
  #fail({ code, message, blame, server }: FairleadError): void {
    this.#waiting.shift()?.answer.reject(new FairleadError(code, message, { blame, server }));
    for (let each = this.#waiting.shift(); each !== undefined; each = this.#waiting.shift()) {
      each.answer.reject(new FairleadError('connection_lost', `The shared connection has ended: ${message}`));
    }
  }
}

function stalled(): FairleadError {
  return new FairleadError('timeout', `The server did not answer in ${STALL_MS} ms.`);
}
