// The line of one connection's statements: who waits, who has the connection for himself, what the server knows by
// name. It sends nothing by itself.
import type { Writer } from '@fairlead/bytes';
import type { FairleadError, Peer } from '@fairlead/errors';
import { forCaller, usage } from './errors.ts';
import { Exchange, type Lane, type Request, type Sink, simpleRequest } from './exchange.ts';
import { writeExchange } from './flight.ts';
import { StatementCache } from './prepared.ts';
import type { Session } from './session.ts';

/** How many statements may be sent before the first of them has ended. */
const MAX_FLIGHT = 256;
const ROLLBACK: Request = simpleRequest('ROLLBACK');
const DEAF: Sink = { begin: () => undefined, row: () => undefined, tag: () => undefined };

/** Statements in the order in which they were called. */
export class Line {
  readonly cache: StatementCache = new StatementCache();
  readonly #lane: Lane & { readonly peer: Peer | undefined };
  readonly #waiting: Exchange[] = [];
  /** A stream, or a COPY, that has the connection for itself. */
  #exclusive: Exchange | undefined;
  /** A stream whose rows are still being looped over, though the server may have sent the last of them. */
  #held: Exchange | undefined;
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
    if (this.#exclusive !== undefined) {
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
    let count = 0;
    for (const exchange of waiting) {
      if (session.sent.length >= MAX_FLIGHT) break;
      count += 1;
      this.#send(writer, session, exchange);
    }
    if (count === waiting.length) waiting.length = 0;
    else waiting.splice(0, count);
  }

  #send(writer: Writer, session: Session, exchange: Exchange): void {
    const { readOnly } = exchange.request;
    try {
      const isIdle = session.status === 'I' || (this.#rollback && session.sent.at(-1) === this.#rollback);
      if (readOnly && !isIdle) throw usage('readOnly begins a transaction of its own, and one is open');
      writeExchange(writer, exchange, this.cache);
    } catch (error) {
      // Ended first: it must not be taken out of the line that is being gone through.
      exchange.end(forCaller(error, this.#lane.peer, true));
      this.leave(exchange);
      return;
    }
    exchange.state = 'sent';
    session.sent.push(exchange);
    if (readOnly) this.#rollBack(writer, session);
  }

  /** Behind a Sync of its own: it is run however the statement ends. */
  #rollBack(writer: Writer, session: Session): void {
    this.#rollback = new Exchange(this.#lane, ROLLBACK, DEAF);
    this.#rollback.done.catch(() => undefined);
    this.#send(writer, session, this.#rollback);
  }

  /** It has ended, or was stopped before it was sent. */
  leave(exchange: Exchange): void {
    if (this.#exclusive === exchange && this.#held !== exchange) this.#exclusive = undefined;
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

  /** Puts right what an error leaves behind. @returns Whether the statement is run again. */
  mend(exchange: Exchange, status: string): boolean {
    const { prepared, request, stale, reason, failedAt, error, following } = exchange;
    // What stands behind the failure was skipped: whether it was known before, nobody needs to know.
    for (const skipped of following) if (skipped) this.cache.drop(skipped, true);
    if (prepared !== undefined && (stale || prepared.fields === undefined)) {
      this.cache.drop(prepared, failedAt !== 'p' && error?.server?.code !== '26000');
      // A pooler that shares prepared statements would give out the old one again, under any name.
      if (stale && error?.server?.code !== '26000') this.cache.shun(prepared);
    }
    if (stale && status !== 'E' && reason === undefined) {
      exchange.reset();
      if (request.exclusive) this.#exclusive = exchange;
      this.#waiting.unshift(exchange);
      return true;
    }
    return false;
  }

  /** Nobody is sent any more. */
  clear(): Exchange[] {
    this.#exclusive = this.#held = undefined;
    return this.#waiting.splice(0);
  }
}
