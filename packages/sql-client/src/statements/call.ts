// One call from its statement's submission to its answer. It knows no rows.
import { type CallLimit, type Deadlines, stackAtCaller, watchCall } from '@fairlead/client';
import type { FairleadError } from '@fairlead/errors';

/** A statement that waits for its turn, or was sent and has not ended. */
export interface Execution {
  /** Settles when the server has ended the statement; rejects with a FairleadError. */
  readonly done: Promise<void>;
  /**
   * Cancels the statement, on the server if it was sent; `done` then rejects with `reason`: when the server has ended
   * it, but within a second. The first reason counts.
   */
  stop(reason: FairleadError): void;
}

/**
 * Waits for a statement's end, within the call's limit.
 * @param sink What has gathered the answer.
 * @param pick Makes the call's result of it: a function of its own, so that no call needs a closure.
 * @throws What the statement ends with, with the caller's stack.
 */
export function awaitAnswer<Sink, T>(
  execution: Execution,
  deadlines: Deadlines,
  limit: CallLimit,
  sink: Sink,
  pick: (sink: Sink) => T,
): Promise<T> {
  const unwatch = watchCall(deadlines, 'query', limit, (reason) => execution.stop(reason));
  return execution.done.then(
    () => {
      unwatch();
      return pick(sink);
    },
    (error: unknown) => {
      unwatch();
      throw stackAtCaller(error);
    },
  );
}
