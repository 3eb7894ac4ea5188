// One statement on its way: what it asks, which replies are still due, and who hears of them. It sends nothing.
import type { FairleadError } from '@fairlead/errors';
import type { CellSource } from '../values/rows/cell-source.ts';
import type { Field, WireValue } from '../wire/messages.ts';
import type { Prepared, Way } from './prepared.ts';

/** One statement with its parameters. */
export interface Part {
  readonly text: string;
  readonly values: readonly WireValue[];
  /** Parameter types, 0 where the server decides; empty where it decides all. */
  readonly oids: readonly number[];
}

/** Whether a statement is prepared under a name: where that changes nothing, always, or never. */
export type Preparing = boolean | 'always';

/** What a statement asks of the server. */
export interface Request extends Part {
  /** Statements of a batch behind the first one: under one Sync they all succeed, or none of them. */
  readonly more: readonly Part[];
  /** Through the simple query protocol: no parameters, maybe several statements, maybe COPY. */
  readonly simple: boolean;
  readonly binary: boolean;
  readonly prepare: Preparing;
  readonly readOnly: boolean;
  /** Rows per portion; 0 for all at once. */
  readonly fetchSize: number;
  /** Whether nothing else may be sent until it has ended. */
  readonly exclusive: boolean;
  /** Whether nothing else is sent behind it until it has ended: a COPY, which the server may take data for. */
  readonly alone: boolean;
  /** The server's own time limit; 0 for the session's. */
  readonly serverTimeoutMs: number;
}

const NONE: readonly never[] = [];

/** A request of the extended query protocol, without parameters and not prepared. */
export function statementRequest(text: string): Request {
  return {
    text,
    values: NONE,
    oids: NONE,
    more: NONE,
    simple: false,
    binary: false,
    prepare: false,
    readOnly: false,
    fetchSize: 0,
    exclusive: false,
    alone: false,
    serverTimeoutMs: 0,
  };
}

/** A request of the simple query protocol. */
export function simpleRequest(text: string, exclusive = false, alone: boolean = exclusive): Request {
  return { ...statementRequest(text), simple: true, exclusive, alone };
}

/** Who hears what the server answers to one statement. What it throws ends the statement, not the connection. */
export interface Sink {
  /** The columns of the rows that follow. */
  begin(fields: readonly Field[]): void;
  /** A DataRow's body. */
  row(source: CellSource, start: number, end: number): void;
  /** A statement has ended; `fields` are its columns, if it has any. */
  tag(tag: string, fields: readonly Field[] | undefined): void;
  /** What came with one network read has been handed over. */
  pause?(): void;
  copyIn?(): void;
  copyData?(bytes: Uint8Array, start: number, end: number): void;
  /** A portion of rows has ended, and there are more. */
  suspended?(): void;
}

/** Hears nothing. */
export const DEAF: Sink = { begin: () => undefined, row: () => undefined, tag: () => undefined };

/** What is known of a statement, and how its flight uses that. */
export type Use = readonly [prepared: Prepared | undefined, way: Way | undefined];

// One executor for all promises, instead of a closure for each statement. It is read out before anything else runs.
let resolveLast: () => void;
let rejectLast: (reason: unknown) => void;
const capture = (resolve: () => void, reject: (reason: unknown) => void): void => {
  resolveLast = resolve;
  rejectLast = reject;
};

/** What an exchange asks of its connection. */
export interface Lane {
  stopped(exchange: Exchange): void;
}

/** A statement from the call to its end. */
export class Exchange {
  readonly request: Request;
  readonly sink: Sink;
  /** Settles when the server has ended the statement; rejects with a FairleadError. */
  readonly done: Promise<void>;
  /** The replies still due, a letter each; session.ts has the alphabet. */
  plan = '';
  at = 0;
  step = '';
  /** Columns of the current result. */
  fields: readonly Field[] | undefined;
  /** What is known of the current statement, if it may be prepared, and how the flight uses that. */
  prepared: Prepared | undefined;
  way: Way | undefined;
  /** The same of a batch's statements behind the first one. */
  following: readonly Use[] = NONE;
  /** How many of those have had their turn. */
  #parts = 0;
  /** Whether it may begin or end a transaction, or change a setting. */
  unsure = false;
  /** Whether it was sent. */
  sent = false;
  /** Whether the sink was told of the columns. */
  begun = false;
  /** Whether the server waits to be asked for more rows. */
  suspended = false;
  /** What the server, or the sink, had against it. */
  error: FairleadError | undefined;
  /** The last command tag: it was done, whoever still wants to know. */
  tag: string | undefined;
  /** What it ended with. */
  failure: FairleadError | undefined;
  /** Why the caller wants it no more. */
  reason: FairleadError | undefined;
  /** What it was prepared as before it was run again. */
  outdated: Prepared | undefined;
  /** The server no longer knows the prepared statement as it was; nothing was run. */
  stale = false;
  /** Whether it was run again, which is done once. */
  again = false;
  state: 'waiting' | 'sent' | 'ended' = 'waiting';
  /** Ends it without a CancelRequest, where the protocol has a way. */
  halt: ((reason: FairleadError) => void) | undefined;
  /** Who waits for its end, whatever its caller was told before. */
  #waiting: (() => void)[] | undefined;
  readonly #lane: Lane;
  readonly #resolve: () => void;
  readonly #reject: (reason: unknown) => void;

  constructor(lane: Lane, request: Request, sink: Sink) {
    this.#lane = lane;
    this.request = request;
    this.sink = sink;
    this.done = new Promise<void>(capture);
    this.#resolve = resolveLast;
    this.#reject = rejectLast;
  }

  /** Whether it is a stream of which the columns were asked for and nobody takes the rows: it gives way to other calls. */
  idle = false;

  /** Whether it has ended. */
  get over(): boolean {
    return this.state === 'ended';
  }

  /** Begins again, for a statement that was stale. */
  reset(): void {
    this.error = this.fields = this.prepared = this.way = undefined;
    this.following = NONE;
    this.#parts = 0;
    this.again = true;
    this.stale = this.begun = false;
    this.state = 'waiting';
  }

  /** Sets the replies that are due. */
  expect(plan: string): void {
    this.plan = plan;
    this.at = 0;
    this.step = plan[0] ?? '';
  }

  /** The next statement of a batch. */
  nextPart(): void {
    this.fields = undefined;
    this.begun = false;
    const use = this.following[this.#parts];
    this.#parts += 1;
    this.prepared = use?.[0];
    this.way = use?.[1];
  }

  /** The next reply. */
  advance(): void {
    this.at += 1;
    this.step = this.plan[this.at] ?? '';
  }

  /**
   * Cancels the statement, on the server if it was sent; `done` then rejects with `reason`: when the server has ended
   * it, but within a second. The first reason counts.
   */
  stop(reason: FairleadError): void {
    if (this.state === 'ended' || this.reason !== undefined) return;
    this.reason = reason;
    this.#lane.stopped(this);
  }

  /** The caller of a statement that was stopped waits no longer for the server. */
  desert(): void {
    if (this.reason !== undefined) this.#reject(this.reason);
  }

  /** It is over. */
  end(error: FairleadError | undefined = this.error): void {
    if (this.state === 'ended') return;
    this.state = 'ended';
    this.failure = this.reason ?? error;
    if (this.failure === undefined) this.#resolve();
    else this.#reject(this.failure);
    for (const wake of this.#waiting ?? []) wake();
  }

  /** Settles when the server has ended it, or never will. Never rejects. */
  finished(): Promise<void> {
    if (this.state === 'ended') return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting ??= [];
      this.#waiting.push(resolve);
    });
  }
}
