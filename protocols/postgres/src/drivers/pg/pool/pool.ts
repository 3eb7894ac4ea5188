// `Pool` of the package `pg`: several clients, handed out one at a time. A pool belongs to the request, or to the Durable Object,
// that made it: sockets of one request cannot be used by another.
import { type Deadline, Deadlines, type Deferred, deferred, Fifo } from '@fairlead/client';
import { type Callback, Client, deliver } from '../client.ts';
import { defaults } from '../defaults.ts';
import { Emitter } from '../emitter.ts';
import { type QueryCallback, type QueryInput, type QueryValues, readCall } from '../query/call.ts';
import type { Result } from '../query/result.ts';
import { isSubmittable } from '../query/submittable.ts';
import { Member, type PoolClient } from './member.ts';
import { type PoolConfig, poolOptions } from './options.ts';

const ENDED = 'Cannot use a pool after calling end on the pool';

/** Takes a client and the function that gives it back. */
export type ConnectCallback = (
  error: Error | undefined,
  client: PoolClient | undefined,
  release: (destroy?: boolean | Error) => void,
) => void;

interface Waiter {
  readonly taken: Deferred<Member>;
  readonly deadline: Deadline | undefined;
}

/**
 * Clients for one request or Durable Object, with the calls and events of `pg`'s `Pool`.
 *
 * Events: `connect`, `acquire`, `release`, `remove`, and `error` (an idle client has lost its connection).
 * @example
 * ```ts
 * import { Pool } from '@fairlead/postgres/pg';
 *
 * const pool = new Pool({ connectionString: env.DATABASE_URL, max: 3 });
 * const { rows } = await pool.query('select id, total from orders where id = $1', [42]);
 * await pool.end();
 * ```
 */
export class Pool extends Emitter {
  readonly options: PoolConfig & { readonly max: number; readonly min: number };
  readonly #members = new Set<Member>();
  readonly #idle: Member[] = [];
  readonly #waiting = new Fifo<Waiter>();
  #waitingCount = 0;
  readonly #deadlines = new Deadlines();
  /** How many connections are being closed. */
  #closing = 0;
  readonly #emptied: Deferred<void> = deferred<void>();
  ending = false;
  ended = false;

  constructor(options: PoolConfig = {}) {
    super();
    this.options = poolOptions(options);
  }

  /** Clients, idle or not. */
  get totalCount(): number {
    return this.#members.size;
  }

  /** Clients that wait to be used. */
  get idleCount(): number {
    return this.#idle.length;
  }

  /** Calls that wait for a client. */
  get waitingCount(): number {
    return this.#waitingCount;
  }

  /**
   * A client, to be given back by `client.release()`; `release(true)` closes it, and so does a release within an open
   * transaction. Where `max` clients are in use the call waits, as in `pg` without a limit, unless `connectionTimeoutMillis`
   * sets one.
   */
  connect(): Promise<PoolClient>;
  connect(callback: ConnectCallback): void;
  connect(callback?: ConnectCallback): Promise<PoolClient> | undefined {
    const taken = this.#take().then(({ client }) => client);
    if (callback === undefined) return taken;
    void taken.then(
      (client) => callback(undefined, client, client.release),
      (error: Error) => callback(error, undefined, () => undefined),
    );
    return undefined;
  }

  /** Runs one query on a client of the pool. See `Client#query`. */
  query<Row = Record<string, unknown>>(
    input: QueryInput,
    values?: readonly unknown[] | null,
  ): Promise<Result<Row>>;
  query<Row = Record<string, unknown>>(input: QueryInput, callback: QueryCallback<Row>): void;
  query<Row = Record<string, unknown>>(
    input: QueryInput,
    values: readonly unknown[] | null | undefined,
    callback?: QueryCallback<Row>,
  ): void;
  query(input: QueryInput, values?: QueryValues, callback?: QueryCallback): Promise<Result> | undefined {
    if (isSubmittable(input)) throw new Error('A cursor needs a client of its own: use pool.connect()');
    const call = readCall(input, values, callback);
    const outcome = this.#query(call.config);
    if (call.callback === undefined) return outcome;
    deliver(outcome, call.callback as Callback<Result>);
    return undefined;
  }

  /** Closes idle clients, and the others when they are given back. Resolves when there is none left. */
  end(): Promise<void>;
  end(callback: Callback): void;
  end(callback?: Callback): Promise<void> | undefined {
    const ended = this.#end();
    if (callback === undefined) return ended;
    deliver(ended, callback);
    return undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.ending) await this.end();
  }

  async #query(input: QueryInput): Promise<Result> {
    const { client } = await this.#take();
    try {
      return await client.query(input);
    } finally {
      // A query whose time was up may still run.
      client.release(client.isBusy);
    }
  }

  #take(): Promise<Member> {
    if (this.ending) return Promise.reject(new Error(ENDED));
    const { connectionTimeoutMillis } = this.options;
    const taken = deferred<Member>();
    const deadline = this.#deadlines.add(connectionTimeoutMillis || Number.POSITIVE_INFINITY, () => {
      this.#waiting.remove(place);
      this.#waitingCount -= 1;
      taken.reject(new Error('timeout exceeded when trying to connect'));
    });
    const place = this.#waiting.push({ taken, deadline });
    this.#waitingCount += 1;
    this.#serve();
    return taken.promise;
  }

  /** Gives clients to the calls that wait, and opens new ones while there may be more. */
  #serve(): void {
    while (this.#waitingCount > 0) {
      const idle = this.#takeIdle();
      if (idle === undefined && this.#members.size >= this.options.max) return;
      const waiter = this.#shift();
      if (waiter === undefined) return;
      if (idle === undefined) void this.#open(waiter);
      else this.#handOver(idle, waiter);
    }
  }

  /** Takes out the call that has waited longest, and ends its limit. */
  #shift(): Waiter | undefined {
    const waiter = this.#waiting.shift();
    if (waiter === undefined) return undefined;
    this.#waitingCount -= 1;
    this.#deadlines.remove(waiter.deadline);
    return waiter;
  }

  /** An idle client whose connection has not been lost unseen. */
  #takeIdle(): Member | undefined {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (idle.client.isUsable) return idle;
      void this.#remove(idle);
    }
    return undefined;
  }

  async #open(waiter: Waiter): Promise<void> {
    let member: Member | undefined;
    try {
      member = new Member(new Client(this.options), (outcome) => this.#release(outcome));
      this.#members.add(member);
      const { client } = member;
      await client.connect();
      await this.options.onConnect?.(client);
      client.on('error', (error: Error) => this.#lost(client, error));
      this.#tell('connect', client);
      this.#handOver(member, waiter);
    } catch (error) {
      if (member !== undefined) await this.#close(member);
      waiter.taken.reject(error);
      this.#serve();
      this.#settle();
    }
  }

  #handOver(member: Member, waiter: Waiter): void {
    this.#deadlines.remove(member.idleDeadline);
    this.#tell('acquire', member.client);
    member.lend();
    waiter.taken.resolve(member);
  }

  #release({ member, destroy }: { member: Member; destroy: boolean | Error | undefined }): void {
    const { client } = member;
    this.#tell('release', destroy || undefined, client);
    // A transaction that was left open would be the next user's.
    const isReusable = client.isUsable && client.getTransactionStatus() === 'I';
    if (destroy || this.ending || !isReusable || member.isWorn(this.options)) {
      void this.#remove(member);
      return;
    }
    const { idleTimeoutMillis = defaults.idleTimeoutMillis, min } = this.options;
    if (this.#members.size > min) {
      member.idleDeadline = this.#deadlines.add(idleTimeoutMillis || Number.POSITIVE_INFINITY, () => {
        if (this.#members.size > min) void this.#remove(member);
      });
    }
    this.#idle.push(member);
    this.#serve();
  }

  /** An idle client has lost its connection; what a used one has lost is told to its user. */
  #lost(client: PoolClient, error: Error): void {
    const member = this.#idle.find((idle) => idle.client === client);
    if (member === undefined) return;
    void this.#remove(member);
    this.emit('error', error, client);
  }

  async #remove(member: Member): Promise<void> {
    const index = this.#idle.indexOf(member);
    if (index >= 0) this.#idle.splice(index, 1);
    this.#deadlines.remove(member.idleDeadline);
    await this.#close(member);
    this.#tell('remove', member.client);
    this.#serve();
    this.#settle();
  }

  async #close(member: Member): Promise<void> {
    this.#members.delete(member);
    this.#closing += 1;
    await member.client.end();
    this.#closing -= 1;
  }

  #end(): Promise<void> {
    if (this.ending) return Promise.reject(new Error('Called end on pool more than once'));
    this.ending = true;
    for (let waiter = this.#shift(); waiter !== undefined; waiter = this.#shift()) {
      waiter.taken.reject(new Error(ENDED));
    }
    for (const member of [...this.#idle]) void this.#remove(member);
    this.#settle();
    return this.#emptied.promise;
  }

  /** Emits an event. What a listener throws is the runtime's to report, and keeps no client from its next user. */
  #tell(event: string, ...args: readonly unknown[]): void {
    try {
      this.emit(event, ...args);
    } catch (error) {
      void Promise.reject(error);
    }
  }

  #settle(): void {
    if (!this.ending || this.#members.size + this.#closing > 0) return;
    this.ended = true;
    this.#deadlines.stop();
    this.#emptied.resolve();
  }
}
