// Moves the rows of one statement of MySQL as they come, with backpressure.
import { limitOf, watchCall } from '@fairlead/client';
import { RowFlow } from '@fairlead/sql-client';
import type { Connection } from '../connection/connection.ts';
import type { Execution, RowEvents } from '../statements/statement.ts';
import type { StreamOptions } from '../types/results.ts';

/** Sends the statement, once it is this stream's turn. */
export type Begin = (events: RowEvents) => Promise<Execution>;

/** What happens to the consumer of the rows. */
export interface FlowEvents extends RowEvents {
  /** The statement has ended; undefined for success. */
  onEnd(failure: unknown): void;
}

/** Stops a statement when the time or the signal of its call says so. @returns What ends that. */
export function watchRows(
  { deadlines, timeoutMs }: Connection,
  options: StreamOptions,
  execution: Execution,
): () => void {
  return watchCall(deadlines, 'query', limitOf(options, timeoutMs), (reason) => execution.stop(reason));
}

/** One statement on its way to the consumer of its rows. */
export function rowFlow(
  connection: Connection,
  begin: Begin,
  options: StreamOptions,
  events: FlowEvents,
): RowFlow<Execution> {
  return new RowFlow({
    begin: () => begin(events),
    watch: (execution) => watchRows(connection, options, execution),
    pause: () => connection.pause(),
    resume: () => connection.resume(),
    onEnd: (failure) => events.onEnd(failure),
    drained: ({ done }) => done,
  });
}
