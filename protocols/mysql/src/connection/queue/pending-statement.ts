// A statement from its call to its end: its state, the promise of its caller, and the receiver of its rows. It sends
// nothing by itself.
import { type Deferred, deferred, type Place } from '@fairlead/client';
import type { FairleadError, Peer } from '@fairlead/errors';
import { type EndListener, StatementEnd } from '@fairlead/sql-client';
import { forCaller } from '../../errors.ts';
import type { Execution, ExecutionOptions, Statement } from '../../session/statement.ts';
import { illegalMove, STATEMENT, type StatementEvent, type StopRule } from '../../session/states.ts';
import type { Value } from '../../values/value.ts';
import type { OkPacket, ResultColumn, RowEvents } from '../../wire/messages.ts';

/** The queue that a statement waits in. */
export interface StatementOwner {
  readonly peer: Peer;
  /** Does what the rule of the statement's state says. */
  stopped(pending: PendingStatement, rule: StopRule): void;
  /** The server has ended the statement, or never will; `error` is what it failed with. */
  ended(pending: PendingStatement, error?: unknown): void;
}

/** A statement that was checked and can be sent. */
export interface CheckedStatement {
  /** Whether all that there is to send can be written at once. */
  isReady(): boolean;
  /**
   * Sends it. `complete` of the pending statement is called when the server has ended it.
   * @throws What it cannot be sent for: then nothing of it was sent.
   */
  send(pending: PendingStatement): void;
}

/** What a pending statement consists of. */
export interface PendingParts {
  readonly owner: StatementOwner;
  readonly statement: Statement;
  readonly options: ExecutionOptions;
  readonly checked: CheckedStatement;
  /** Whether it can have no effect but to read. */
  readonly onlyReads: boolean;
  readonly events: RowEvents;
}

/** One statement; its state is private, and changes by the table of moves. */
export class PendingStatement implements Execution, RowEvents {
  readonly statement: Statement;
  readonly options: ExecutionOptions;
  readonly #owner: StatementOwner;
  #place: Place<PendingStatement> | undefined;
  readonly #checked: CheckedStatement;
  readonly #onlyReads: boolean;
  readonly #events: RowEvents;
  readonly #outcome = new StatementEnd();
  #finished: Deferred<void> | undefined;
  #state = STATEMENT.queued;
  #reached = false;
  #onReached: (() => void) | undefined;
  #reason: FairleadError | undefined;
  #ownFailure: { readonly error: unknown } | undefined;

  constructor({ owner, statement, options, checked, onlyReads, events }: PendingParts) {
    this.statement = statement;
    this.options = options;
    this.#owner = owner;
    this.#checked = checked;
    this.#onlyReads = onlyReads;
    this.#events = events;
  }

  /** Its place among the statements that wait; undefined before it has one. */
  get place(): Place<PendingStatement> | undefined {
    return this.#place;
  }

  /** It waits at this place. */
  queued(place: Place<PendingStatement>): void {
    this.#place = place;
  }

  get done(): Promise<void> {
    return this.#outcome.promise;
  }

  tell(listener: EndListener): void {
    this.#outcome.tell(listener);
  }

  /** Settles when the server has ended the statement, or never will. Never rejects. */
  get finished(): Promise<void> {
    if (this.ended) return Promise.resolve();
    this.#finished ??= deferred<void>();
    return this.#finished.promise;
  }

  /** Whether the server has ended the statement, or never will. */
  get ended(): boolean {
    return this.#state === STATEMENT.done || this.#state === STATEMENT.failed;
  }

  /** Whether it was stopped, and the server has not ended it yet: nothing more may be sent for it. */
  get draining(): boolean {
    return this.#state === STATEMENT.draining;
  }

  /** Why it was stopped; undefined if it was not. */
  get reason(): FairleadError | undefined {
    return this.#reason;
  }

  /** Whether it may be sent behind statements that have not ended, and such statements behind it. */
  mayShare(): boolean {
    return this.#onlyReads && this.#checked.isReady();
  }

  /** Sends it. @throws What it cannot be sent for. */
  begin(): void {
    this.#checked.send(this);
  }

  /** The server has ended it, or never will. Call it once. */
  complete(error?: unknown): void {
    this.#owner.ended(this, error);
  }

  /** Something has to be asked of the server before it can be sent. */
  prepare(): void {
    this.#move('prepare');
  }

  /** It is sent now. */
  send(): void {
    this.#move('send');
  }

  /** The server has answered the commands before it: a KILL QUERY hits the statement itself. */
  reach(): void {
    this.#reached = true;
    this.#onReached?.();
  }

  /** Settles when a KILL QUERY would hit the statement itself, or it has ended. */
  whenReached(): Promise<void> {
    if (this.#reached || this.ended) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onReached = resolve;
      void this.finished.then(resolve);
    });
  }

  onColumnCount(): void {
    this.#move('columnCount');
  }

  onColumns(columns: readonly ResultColumn[]): void {
    this.#move('columns');
    if (this.#state === STATEMENT.rows) this.#events.onColumns(columns);
  }

  onRow(row: Value[]): void {
    if (this.#state === STATEMENT.rows) this.#events.onRow(row);
  }

  onResult(words: OkPacket): void {
    this.#move('result');
    if (this.#state === STATEMENT.sent) this.#events.onResult(words);
  }

  /** The server waits for the content of a file. */
  requestFile(): void {
    this.#move('fileRequest');
  }

  /** The server has got the content of the file. */
  fileSent(): void {
    if (this.#state === STATEMENT.localData) this.#move('fileSent');
  }

  stop(reason: FairleadError): void {
    const { rule } = this.#state;
    if (rule === 'ignore') return;
    this.#reason = rule === 'remove' ? forCaller(reason, this.#owner.peer, true) : reason;
    this.#move('stop');
    if (rule === 'remove') this.#settle();
    this.#owner.stopped(this, rule);
  }

  /** The caller of a stopped statement waits no longer for the server. */
  releaseCaller(): void {
    if (this.#reason !== undefined) this.#outcome.fail(this.#reason);
  }

  /** The call rejects with `error`, however its statement ends, unless it was stopped. */
  failWith(error: unknown): void {
    this.#ownFailure = { error };
  }

  /** The server has ended the statement, or never will. */
  end(error?: FairleadError): void {
    if (this.ended) return;
    if (error !== undefined) this.#ownFailure ??= { error };
    const failed = this.#reason !== undefined || this.#ownFailure !== undefined;
    this.#move(failed ? 'fail' : 'end');
    this.#settle();
  }

  #settle(): void {
    this.#finished?.resolve();
    if (this.#reason !== undefined) this.#outcome.fail(this.#reason);
    else if (this.#ownFailure !== undefined) this.#outcome.fail(this.#ownFailure.error);
    else this.#outcome.succeed();
  }

  #move(event: StatementEvent): void {
    this.#state = this.#state.to[event] ?? illegalMove(this.#state, event);
  }
}
