// One statement from the call to its end: its progress, whether its caller still wants it, and the promise that the caller
// awaits. It sends nothing.
import { type Deferred, deferred, type Place } from '@fairlead/client';
import type { FairleadError, Peer } from '@fairlead/errors';
import { type EndListener, type Execution, StatementEnd } from '@fairlead/sql-client';
import { forCaller } from '../errors.ts';
import { INTEREST_MOVES, type Interest, type InterestEvent } from '../session/states.ts';
import type { Request, Sink } from './request.ts';
import { StatementProgress } from './statement-progress.ts';

/** The connection that runs a statement. */
export interface StatementOwner {
  readonly peer: Peer | undefined;
  /** The caller does not want the statement any more: to be cancelled if it was sent, and else to be ended. */
  stopped(statement: PendingStatement): void;
}

/** A statement from the call to its end. */
export class PendingStatement extends StatementProgress implements Execution {
  /** Its place among the statements that were not sent. The queue sets it. */
  place: Place<PendingStatement> | undefined;
  /** Whether it is a stream whose columns alone were asked for: the next call on the connection cancels it. The stream sets it. */
  givesWay = false;
  readonly #owner: StatementOwner;
  readonly #outcome = new StatementEnd();
  #finished: Deferred<void> | undefined;
  #interest: Interest = 'wanted';
  #reason: FairleadError | undefined;
  #failure: FairleadError | undefined;
  #halt: ((reason: FairleadError) => void) | undefined;

  constructor(owner: StatementOwner, request: Request, sink: Sink) {
    super(request, sink);
    this.#owner = owner;
  }

  /** Resolves when the server has ended the statement; rejects with the FairleadError that it failed with. */
  get done(): Promise<void> {
    return this.#outcome.promise;
  }

  tell(listener: EndListener): void {
    this.#outcome.tell(listener);
  }

  get wanted(): boolean {
    return this.#interest === 'wanted';
  }

  /** Why it was stopped. */
  get reason(): FairleadError | undefined {
    return this.#reason;
  }

  /** What it ended with; `undefined` for success, and before its end. */
  get failure(): FairleadError | undefined {
    return this.#failure;
  }

  /** Ends it on the server without a CancelRequest; set while the server takes COPY data. */
  get halt(): ((reason: FairleadError) => void) | undefined {
    return this.#halt;
  }

  /** Sets how it ends without a CancelRequest, and ends it so if it was stopped already. */
  setHalt(halt: ((reason: FairleadError) => void) | undefined): void {
    this.#halt = halt;
    if (this.#reason !== undefined) halt?.(this.#reason);
  }

  /**
   * Cancels the statement, on the server if it was sent. `done` then rejects with `reason`: when the server has ended it,
   * or when the caller has waited for that long enough. Further reasons are ignored.
   */
  stop(reason: FairleadError): void {
    if (this.over || !this.#lose('stop')) return;
    const isQueued = this.state === 'queued';
    // What was sent may have had an effect.
    const isClaimed = isQueued || reason.safeToRetry;
    this.#reason = isClaimed ? forCaller(reason, this.#owner.peer, isQueued) : reason;
    this.#owner.stopped(this);
  }

  /** The caller of a stopped statement waits no longer for the server. */
  abandon(): void {
    if (this.#lose('grace-over')) this.#outcome.fail(this.#reason);
  }

  /** Ends it: the server has answered it, or never will. */
  end(error: FairleadError | undefined = this.error): void {
    if (this.over) return;
    this.act('end');
    this.#failure = this.#reason ?? error;
    if (this.#failure === undefined) this.#outcome.succeed();
    else this.#outcome.fail(this.#failure);
    this.#finished?.resolve();
  }

  /** Settles when the server has ended the statement, or never will. Never rejects. */
  finished(): Promise<void> {
    if (this.over) return Promise.resolve();
    this.#finished ??= deferred<void>();
    return this.#finished.promise;
  }

  /** @returns Whether the move is legal, and was made. */
  #lose(event: InterestEvent): boolean {
    const interest = INTEREST_MOVES[this.#interest][event];
    if (interest !== undefined) this.#interest = interest;
    return interest !== undefined;
  }
}
