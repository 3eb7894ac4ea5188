// The statements of one connection that were not sent: which of them may be sent now, and which one has exclusive use of the
// connection. It writes them, and sends nothing.
import type { Writer } from '@fairlead/bytes';
import { Fifo } from '@fairlead/client';
import type { FairleadError } from '@fairlead/errors';
import { forCaller, gaveWay, usage } from '../errors.ts';
import type { Session } from '../session/session.ts';
import { type StatementWriter, writeStatement } from '../session/statement-writer.ts';
import { MAX_IN_FLIGHT, MAY_BE_SENT, type PipelineState } from '../session/states.ts';
import { PendingStatement, type StatementOwner } from '../statements/pending-statement.ts';
import { type Prepared, StatementCache } from '../statements/prepared.ts';
import { DISCARD, type Request, type Sink, simpleRequest } from '../statements/request.ts';
import { isDefining, isPlain, mayDefine } from '../statements/statement-kind.ts';

const ROLLBACK: Request = simpleRequest('ROLLBACK');

/** What the queue has to know of a session: the statements that were sent. */
type Sent = Pick<Session, 'inFlight' | 'status' | 'add'>;

/** Whether none of the request's statements begins or ends a transaction, changes a setting or defines anything. */
function arePlain({ simple, text, more }: Request): boolean {
  return !simple && isPlain(text) && more.every((part) => isPlain(part.text));
}

/** Statements in the order in which they were called. */
export class StatementQueue {
  readonly cache: StatementCache = new StatementCache();
  readonly #owner: StatementOwner;
  readonly #queued = new Fifo<PendingStatement>();
  /** The stream or COPY that has exclusive use of the connection. */
  #exclusive: PendingStatement | undefined;
  /** The stream whose rows are still being iterated, though the server may have sent the last of them. */
  #iterated: PendingStatement | undefined;
  /** The COPY in flight. */
  #copy: PendingStatement | undefined;
  /** Statements in flight that may begin or end a transaction, or change a setting. */
  readonly #uncertain = new Set<PendingStatement>();
  /** The `statement_timeout` that the server was last told; 0 for the session's own. */
  #serverTimeoutMs = 0;
  /** The ROLLBACK of the last READ ONLY transaction: no transaction is open behind it. */
  #rollback: PendingStatement | undefined;

  constructor(owner: StatementOwner) {
    this.#owner = owner;
  }

  /** The statements that were not sent. */
  get queued(): Pick<Fifo<PendingStatement>, 'first' | 'last' | 'all'> {
    return this.#queued;
  }

  /** Whether a stream or COPY has exclusive use of the connection. */
  get busy(): boolean {
    return this.#exclusive !== undefined;
  }

  /** @throws FairleadError `usage` when a stream or COPY is open: nothing was sent then. */
  join(request: Request, sink: Sink): PendingStatement {
    if (this.#exclusive?.givesWay) this.dismiss(gaveWay());
    // Behind a stream that was stopped, statements wait until the server has ended it.
    else if (this.#exclusive?.wanted) {
      throw usage('a stream or COPY is open on this connection: end it, or use another connection', {
        peer: this.#owner.peer,
      });
    }
    const statement = new PendingStatement(this.#owner, request, sink);
    if (request.exclusive) this.#exclusive = statement;
    statement.place = this.#queued.push(statement);
    return statement;
  }

  /** What is in flight, for the rules of pipelining. */
  pipeline({ inFlight }: Pick<Sent, 'inFlight'>, isCancelling: boolean): PipelineState {
    if (isCancelling) return 'cancelling';
    if (this.#copy !== undefined) return 'copying';
    if (inFlight.length >= MAX_IN_FLIGHT) return 'full';
    if (this.#uncertain.size > 0) return 'uncertain';
    return inFlight.length > 0 ? 'busy' : 'idle';
  }

  /** Writes the statements that may be sent now. */
  fill(writer: Writer, session: Sent, isCancelling: boolean): void {
    let statement = this.#queued.first;
    if (statement === undefined) return;
    const to = { writer, cache: this.cache, now: Date.now() };
    for (; statement !== undefined; statement = this.#queued.first) {
      const kind = statement.request.readOnly ? 'read-only' : 'ordinary';
      if (!MAY_BE_SENT[this.pipeline(session, isCancelling)].includes(kind)) return;
      this.#queued.shift();
      this.#send(to, session, statement);
    }
  }

  #send(to: StatementWriter, session: Sent, statement: PendingStatement): void {
    const { readOnly, alone } = statement.request;
    try {
      if (!readOnly && statement !== this.#rollback) this.#setTime(to, session, statement);
      // What is in flight leaves the transaction as it is, or is a READ ONLY one, which its ROLLBACK ends.
      const isIdle = session.status === 'I' || this.#rollback?.over === false;
      if (readOnly && !isIdle) throw usage('readOnly begins a transaction of its own, and one is open');
      writeStatement(to, statement);
    } catch (error) {
      statement.end(forCaller(error, this.#owner.peer, true));
      this.leave(statement);
      return;
    }
    session.add(statement);
    if (alone) this.#copy = statement;
    if (readOnly) this.#rollBack(to, session);
    else this.#weigh(statement);
  }

  /**
   * Tells the server the statement's time limit, or that there is none any more. Under a Sync of its own: under the same
   * one it would begin a transaction with the statement, and VACUUM would be refused.
   */
  #setTime(to: StatementWriter, session: Sent, { request: { serverTimeoutMs } }: PendingStatement): void {
    if (serverTimeoutMs === this.#serverTimeoutMs) return;
    const text =
      serverTimeoutMs > 0 ? `SET statement_timeout = ${serverTimeoutMs}` : 'RESET statement_timeout';
    const command = new PendingStatement(this.#owner, simpleRequest(text), DISCARD);
    writeStatement(to, command);
    this.#serverTimeoutMs = serverTimeoutMs;
    session.add(command);
  }

  /** Notes what the statement may change for the ones behind it. */
  #weigh(statement: PendingStatement): void {
    const { simple, text, more } = statement.request;
    // What can be reused is plain.
    if (statement === this.#rollback || (statement.prepared?.isReusable && more.length === 0)) return;
    if (arePlain(statement.request)) return;
    this.#uncertain.add(statement);
    const defines = simple ? mayDefine(text) : isDefining(text) || more.some((part) => isDefining(part.text));
    if (defines) this.cache.forget();
  }

  /** Under a Sync of its own: it runs however the statement ends. The statement was written with room for it behind. */
  #rollBack(to: StatementWriter, session: Sent): void {
    this.#rollback = new PendingStatement(this.#owner, ROLLBACK, DISCARD);
    this.#send(to, session, this.#rollback);
  }

  /** The statement has ended, or was stopped before it was sent. */
  leave(statement: PendingStatement): void {
    if (this.#exclusive === statement && this.#iterated !== statement) this.#exclusive = undefined;
    if (this.#copy === statement) this.#copy = undefined;
    if (this.#uncertain.size > 0) this.#uncertain.delete(statement);
    if (statement.place !== undefined) this.#queued.remove(statement.place);
  }

  /** The iteration over a stream's rows has begun: small results and large ones keep the connection alike. */
  hold(statement: PendingStatement): void {
    this.#iterated = statement;
    this.#exclusive ??= statement;
  }

  /** The iteration has ended. */
  release(statement: PendingStatement): void {
    if (this.#iterated === statement) this.#iterated = undefined;
    if (statement.over) this.leave(statement);
  }

  /** Stops the stream or COPY that has exclusive use of the connection. @returns It, as it may still have to end. */
  dismiss(reason: FairleadError): PendingStatement | undefined {
    const statement = this.#exclusive;
    this.#iterated = undefined;
    statement?.stop(reason);
    if (statement?.over) this.leave(statement);
    return statement;
  }

  /**
   * Corrects what the cache holds of a statement that the server has ended, and queues it once more where its prepared
   * statement was out of date.
   * @param behind The statements in flight behind it.
   * @returns Whether it is queued once more.
   */
  settle(statement: PendingStatement, status: string, behind: readonly PendingStatement[]): boolean {
    const { prepared, request, isStale, error, outdated } = statement;
    if (error === undefined) {
      // The text is correct, but not what was prepared of it: a pooler may use that again under any name.
      if (outdated !== undefined) this.cache.shun(outdated);
      return false;
    }
    // What stood behind the failure was skipped.
    this.#doubt(prepared);
    for (const [skipped] of statement.following) this.#doubt(skipped);
    if (!isStale || prepared === undefined) return false;
    this.cache.drop(prepared);
    // What was sent behind it may have begun a transaction, into which it does not belong; and what stands before it in
    // its batch may have been committed there.
    if (status !== 'I' || !statement.wanted || behind.some((each) => this.#uncertain.has(each))) return false;
    if (request.more.length > 0 && !arePlain(request)) return false;
    statement.requeue(prepared);
    if (request.exclusive) this.#exclusive = statement;
    statement.place = this.#queued.unshift(statement);
    return true;
  }

  /** What was to be prepared, or asked for, by a statement that failed. */
  #doubt(prepared: Prepared | undefined): void {
    if (!prepared || prepared.confirmed) return;
    if (prepared.told || prepared.types === undefined) this.cache.drop(prepared);
  }

  /** Empties the queue: no statement is sent any more. */
  clear(): PendingStatement[] {
    this.#exclusive = this.#iterated = undefined;
    const queued = this.#queued.all();
    while (this.#queued.shift() !== undefined);
    return queued;
  }
}
