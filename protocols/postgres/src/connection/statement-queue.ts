// The line of one connection's statements: who waits, who has the connection for himself, what the server knows by
// name. It sends nothing by itself.
import type { Writer } from '@fairlead/bytes';
import type { FairleadError, Peer } from '@fairlead/errors';
import { forCaller, gaveWay, usage } from '../errors.ts';
import { type Flight, writeExchange } from '../session/flight.ts';
import type { Session } from '../session/session.ts';
import { DEAF, Exchange, type Lane, type Request, type Sink, simpleRequest } from '../statements/exchange.ts';
import { type Prepared, StatementCache } from '../statements/prepared.ts';
import { isDefining, isPlain, mayDefine } from '../statements/statement-kind.ts';

/** How many statements may be sent before the first of them has ended. */
const MAX_FLIGHT = 256;
const ROLLBACK: Request = simpleRequest('ROLLBACK');

/** Whether none of the request's statements begins or ends a transaction, changes a setting or defines anything. */
function arePlain({ simple, text, more }: Request): boolean {
  return !simple && isPlain(text) && more.every((part) => isPlain(part.text));
}

/** Statements in the order in which they were called. */
export class Line {
  readonly cache: StatementCache = new StatementCache();
  readonly #lane: Lane & { readonly peer: Peer | undefined };
  readonly #waiting: Exchange[] = [];
  /** A stream, or a COPY, that has the connection for itself. */
  #exclusive: Exchange | undefined;
  /** A stream whose rows are still being looped over, though the server may have sent the last of them. */
  #held: Exchange | undefined;
  /** A COPY, which nothing travels behind. */
  #alone: Exchange | undefined;
  /** How many statements are on their way that may begin or end a transaction. */
  #unsure = 0;
  /** The time limit that the server was told last; 0 for the session's own. */
  #serverTimeoutMs = 0;
  /** Ends the last READ ONLY transaction: what stands behind it finds none open. */
  #rollback: Exchange | undefined;

  constructor(lane: Lane & { readonly peer: Peer | undefined }) {
    this.#lane = lane;
  }

  /** Those that were not sent. */
  get waiting(): readonly Exchange[] {
    return this.#waiting;
  }

  /** @throws FairleadError `usage` when a stream is open: nothing was sent then. */
  join(request: Request, sink: Sink): Exchange {
    if (this.#exclusive?.idle) this.dismiss(gaveWay());
    // One that was stopped is the server's alone: who comes behind it waits until the server has ended it.
    else if (this.#exclusive !== undefined && this.#exclusive.reason === undefined) {
      throw usage('a stream or COPY is open on this connection: end it, or use another connection', {
        peer: this.#lane.peer,
      });
    }
    const exchange = new Exchange(this.#lane, request, sink);
    if (request.exclusive) this.#exclusive = exchange;
    this.#waiting.push(exchange);
    return exchange;
  }

  /** Writes all that may go. */
  fill(writer: Writer, session: Session): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    const flight = { writer, cache: this.cache, now: Date.now() };
    let count = 0;
    for (const exchange of waiting) {
      if (session.sent.length >= MAX_FLIGHT || this.#waits(exchange.request.readOnly)) break;
      count += 1;
      this.#send(flight, session, exchange);
    }
    if (count === waiting.length) waiting.length = 0;
    else waiting.splice(0, count);
  }

  /**
   * Whether it has to wait for what was sent before it. Behind a statement that may begin a transaction, only the
   * server's answer tells whether one is open.
   */
  #waits(readOnly: boolean): boolean {
    return this.#alone !== undefined || (readOnly && this.#unsure > 0);
  }

  #send(flight: Flight, session: Session, exchange: Exchange): void {
    const { readOnly } = exchange.request;
    if (!readOnly && exchange !== this.#rollback) this.#setTime(flight, session, exchange);
    try {
      // What is in flight leaves the transaction as it is, or is such a statement itself, whose rollback ends its own.
      const isIdle = session.status === 'I' || this.#rollback?.over === false;
      if (readOnly && !isIdle) throw usage('readOnly begins a transaction of its own, and one is open');
      writeExchange(flight, exchange);
    } catch (error) {
      // Ended first: it must not be taken out of the line that is being gone through.
      exchange.end(forCaller(error, this.#lane.peer, true));
      this.leave(exchange);
      return;
    }
    exchange.state = 'sent';
    exchange.sent = true;
    session.sent.push(exchange);
    if (exchange.request.alone) this.#alone = exchange;
    if (readOnly) this.#rollBack(flight, session);
    else this.#weigh(exchange);
  }

  /**
   * Tells the server the statement's time limit, or that there is none any more. Under a Sync of its own: before the same
   * one it would begin a transaction with the statement, and VACUUM would be refused.
   */
  #setTime(flight: Flight, session: Session, { request: { serverTimeoutMs } }: Exchange): void {
    if (serverTimeoutMs === this.#serverTimeoutMs) return;
    this.#serverTimeoutMs = serverTimeoutMs;
    const text =
      serverTimeoutMs > 0 ? `SET statement_timeout = ${serverTimeoutMs}` : 'RESET statement_timeout';
    const exchange = new Exchange(this.#lane, simpleRequest(text), DEAF);
    exchange.done.catch(() => undefined);
    writeExchange(flight, exchange);
    exchange.state = 'sent';
    exchange.sent = true;
    session.sent.push(exchange);
  }

  /** Notes what the statement may change for those behind it. */
  #weigh(exchange: Exchange): void {
    const { simple, text, more } = exchange.request;
    // What lasts is plain.
    if (exchange === this.#rollback || (exchange.prepared?.lasts && more.length === 0)) return;
    if (arePlain(exchange.request)) return;
    exchange.unsure = true;
    this.#unsure += 1;
    const defines = simple ? mayDefine(text) : isDefining(text) || more.some((part) => isDefining(part.text));
    if (defines) this.cache.forget();
  }

  /** Behind a Sync of its own: it is run however the statement ends. */
  #rollBack(flight: Flight, session: Session): void {
    this.#rollback = new Exchange(this.#lane, ROLLBACK, DEAF);
    this.#rollback.done.catch(() => undefined);
    this.#send(flight, session, this.#rollback);
  }

  /** It has ended, or was stopped before it was sent. */
  leave(exchange: Exchange): void {
    if (this.#exclusive === exchange && this.#held !== exchange) this.#exclusive = undefined;
    if (this.#alone === exchange) this.#alone = undefined;
    if (exchange.unsure) this.#unsure -= 1;
    exchange.unsure = false;
    const at = exchange.state === 'waiting' ? this.#waiting.indexOf(exchange) : -1;
    if (at >= 0) this.#waiting.splice(at, 1);
  }

  /** The loop over a stream's rows has begun: small results and large ones keep the connection alike. */
  hold(exchange: Exchange): void {
    this.#held = exchange;
    this.#exclusive ??= exchange;
  }

  /** The loop has ended. */
  release(exchange: Exchange): void {
    if (this.#held === exchange) this.#held = undefined;
    if (exchange.over) this.leave(exchange);
  }

  /** Whether a stream, or a COPY, has the connection for itself. */
  get busy(): boolean {
    return this.#exclusive !== undefined;
  }

  /** Ends what has the connection for itself, so that others can have it. @returns What may still have to end. */
  dismiss(reason: FairleadError): Exchange | undefined {
    const exchange = this.#exclusive;
    this.#held = undefined;
    exchange?.stop(reason);
    if (exchange?.over) this.leave(exchange);
    return exchange;
  }

  /**
   * Puts right what a statement leaves behind.
   * @param behind What was sent behind it.
   * @returns Whether the statement is run again.
   */
  settle(exchange: Exchange, status: string, behind: readonly Exchange[]): boolean {
    const { prepared, request, stale, error, again } = exchange;
    if (error === undefined) {
      // The text is all right, but not what is prepared of it: a pooler may give that out again, under any name.
      if (again && exchange.outdated) this.cache.shun(exchange.outdated);
      return false;
    }
    // What stands behind the failure was skipped.
    this.#doubt(prepared);
    for (const [skipped] of exchange.following) this.#doubt(skipped);
    if (!stale || prepared === undefined) return false;
    this.cache.drop(prepared);
    // What was sent behind it may have begun a transaction, into which it does not belong; and what stands before it in
    // its batch may have been committed there.
    if (status !== 'I' || exchange.reason !== undefined || behind.some(({ unsure }) => unsure)) return false;
    if (request.more.length > 0 && !arePlain(request)) return false;
    exchange.reset();
    exchange.outdated = prepared;
    if (request.exclusive) this.#exclusive = exchange;
    this.#waiting.unshift(exchange);
    return true;
  }

  /** What was to be prepared, or asked for, in a flight that failed. */
  #doubt(prepared: Prepared | undefined): void {
    if (!prepared || prepared.confirmed) return;
    if (prepared.told || prepared.types === undefined) this.cache.drop(prepared);
  }

  /** Nobody is sent any more. */
  clear(): Exchange[] {
    this.#exclusive = this.#held = undefined;
    return this.#waiting.splice(0);
  }
}
