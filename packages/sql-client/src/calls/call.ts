// One call from its statement's submission to its answer. It knows no rows.
import {
  abortedBy,
  atCaller,
  type CallLimit,
  type Deadline,
  type Deadlines,
  type Deferred,
  deferred,
  timeUp,
  whenAborted,
} from '@fairlead/client';
import type { FairleadError } from '@fairlead/errors';
import { appended, EMPTY } from '../results/appended.ts';

/** Takes a statement's end. */
export interface EndListener {
  ended(): void;
  failed(error: unknown): void;
}

/** A statement that waits for its turn, or was sent and has not ended. */
export interface Execution {
  /** Settles when the server has ended the statement; rejects with a FairleadError. */
  readonly done: Promise<void>;
  /** Tells `listener` of that without a promise. */
  tell(listener: EndListener): void;
  /**
   * Cancels the statement, on the server if it was sent; `done` then rejects with `reason`: when the server has ended
   * it, but within a second. The first reason counts.
   */
  stop(reason: FairleadError): void;
}

/** A statement's end, for its listeners: nearly always one. A promise is made only where a caller asks for it. */
export class StatementEnd {
  #listeners: EndListener[] = EMPTY;
  /** Tells a listener how it ended. */
  #tell: ((listener: EndListener) => void) | undefined;

  /** See `Execution.done`. */
  get promise(): Promise<void> {
    return new Promise((ended, failed) => this.tell({ ended, failed }));
  }

  /** See `Execution.tell`. */
  tell(listener: EndListener): void {
    if (this.#tell) this.#tell(listener);
    else this.#listeners = appended(this.#listeners, listener);
  }

  /** The statement has ended well. The first end counts. */
  succeed(): void {
    this.#end(tellSuccess);
  }

  /** The statement has failed. The first end counts. */
  fail(error: unknown): void {
    this.#end((listener) => listener.failed(error));
  }

  #end(tell: (listener: EndListener) => void): void {
    if (this.#tell) return;
    this.#tell = tell;
    this.#listeners.forEach(tell);
  }
}

function tellSuccess(listener: EndListener): void {
  listener.ended();
}

/** A call whose statement was submitted. */
class Call<Sink, T> implements EndListener, Deadline {
  readonly answer: Deferred<T> = deferred<T>();
  readonly at: number;
  place = 0;
  readonly #execution: Execution;
  readonly #deadlines: Deadlines;
  readonly #limit: CallLimit;
  readonly #sink: Sink;
  readonly #pick: (sink: Sink) => T;
  readonly #stopListening: (() => void) | undefined;

  constructor(
    execution: Execution,
    deadlines: Deadlines,
    limit: CallLimit,
    sink: Sink,
    pick: (sink: Sink) => T,
  ) {
    this.at = limit.at;
    this.#execution = execution;
    this.#deadlines = deadlines;
    this.#limit = limit;
    this.#sink = sink;
    this.#pick = pick;
    // The usual call has no signal.
    if (limit.signal !== undefined) {
      this.#stopListening = whenAborted(limit.signal, (signal) => execution.stop(abortedBy('query', signal)));
    }
    deadlines.begin(this);
    execution.tell(this);
  }

  expire(): void {
    this.#execution.stop(timeUp('query', this.#limit.timeoutMs));
  }

  ended(): void {
    this.#unwatch();
    try {
      this.answer.resolve(this.#pick(this.#sink));
    } catch (error) {
      this.answer.reject(error);
    }
  }

  failed(error: unknown): void {
    this.#unwatch();
    this.answer.resolve(atCaller(error));
  }

  #unwatch(): void {
    this.#deadlines.remove(this);
    this.#stopListening?.();
  }
}

/**
 * Waits for a statement's end, within the call's limit.
 * @param sink What has gathered the answer.
 * @param pick Makes the call's result of it: a function of its own, so that no call needs a closure.
 * @returns Rejects with what the statement ends with, with the caller's stack.
 */
export function awaitAnswer<Sink, T>(
  execution: Execution,
  deadlines: Deadlines,
  limit: CallLimit,
  sink: Sink,
  pick: (sink: Sink) => T,
): Promise<T> {
  return new Call(execution, deadlines, limit, sink, pick).answer.promise;
}
