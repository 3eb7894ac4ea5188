// Hands out the rows of one statement of MySQL as they come, with backpressure.
import { limitOf, watchCall } from '@fairlead/client';
import { RowFlow, type StatementTurns } from '@fairlead/sql-client';
import type { Connection } from '../connection/connection.ts';
import type { Execution, ExecutionOptions, RowEvents, Statement } from '../session/statement.ts';
import type { StreamOptions } from '../types/results.ts';

/** A checked statement whose rows are handed out as they come. */
export interface StreamedStatement {
  readonly connection: Connection;
  readonly turns: StatementTurns;
  readonly statement: Statement;
  readonly execution: ExecutionOptions;
  /** The call's options: its limits, and the shape of its rows. */
  readonly options: StreamOptions;
}

/** The receiver of the rows. */
export interface FlowEvents extends RowEvents {
  /**
   * The statement has ended; undefined for success.
   * @returns Whether a reader has come: then the connection is kept for it until it has the last rows.
   */
  onEnd(failure: unknown): boolean;
}

/** Stops a statement when the time or the signal of its call says so. @returns What ends that. */
export function watchRows({ connection, options }: StreamedStatement, execution: Execution): () => void {
  const { deadlines, timeoutMs } = connection;
  return watchCall(deadlines, 'query', limitOf(options, timeoutMs), (reason) => execution.stop(reason));
}

/** Sends the statement in its turn, and moves its rows to `events`. */
export function rowFlow(streamed: StreamedStatement, events: FlowEvents): RowFlow<Execution> {
  const { connection, turns, statement, execution, options } = streamed;
  let stream: Execution | undefined;
  return new RowFlow({
    begin: async () =>
      turns.take(limitOf(options, connection.timeoutMs), () => {
        stream = connection.startStream(statement, events, execution);
        return stream;
      }),
    watch: (started) => watchRows(streamed, started),
    pause: () => connection.pause(),
    resume: () => connection.resume(),
    onEnd(failure) {
      const hasReader = events.onEnd(failure);
      if (failure !== undefined) connection.streamTaken(stream);
      else if (!hasReader) connection.streamOver(stream);
    },
    onTaken: () => connection.streamTaken(stream),
    drained: ({ done }) => done,
  });
}
