// The aggregate command of collections and databases. Stages are the server's business, but for the last: $out and $merge write.
import { usage } from '@fairlead/errors';
import type { Document } from 'bson';
import { documentOf } from '../database/arguments.ts';
import { addOptions, READ, readOperation, type Scope, WRITE, writeConcernFor } from '../database/scope.ts';
import type { Operation } from '../operations/types.ts';
import type { AggregateOptions } from '../types/calls.ts';
import { CommandCursor } from './command-cursor.ts';

const COPIED = ' allowDiskUse bypassDocumentValidation collation comment hint let ';
const KNOWN = `${READ}${WRITE}raw batchSize maxAwaitTimeMS `;

/**
 * A cursor of an aggregation.
 * @param target The collection's name, or 1 for the database.
 */
export function aggregation<T>(
  scope: Scope,
  database: string,
  target: string | 1,
  pipeline: readonly Document[],
  options: AggregateOptions,
): CommandCursor<T> {
  return new CommandCursor(scope, options, () =>
    aggregateOperation(scope, database, target, pipeline, options),
  );
}

/** @throws FairleadError `usage` */
export function aggregateOperation(
  scope: Scope,
  database: string,
  target: string | 1,
  pipeline: readonly Document[],
  options: AggregateOptions,
): Operation {
  if (!Array.isArray(pipeline)) throw usage('a pipeline is an array of stages');
  for (const stage of pipeline) documentOf(stage, 'a stage');
  const [last] = pipeline
    .slice(-1)
    .map((stage) => (stage instanceof Map ? Object.fromEntries(stage) : stage));
  const isWrite = last !== undefined && ('$out' in last || '$merge' in last);
  const { batchSize } = options;
  const command: Document = {
    aggregate: target,
    pipeline,
    // Nothing comes of a pipeline that writes.
    cursor: batchSize === undefined || isWrite ? {} : { batchSize },
  };
  addOptions(command, options, COPIED, KNOWN);
  const operation = readOperation(scope, database, command, options);
  if (!isWrite) return operation;
  // Since MongoDB 5 a secondary takes it, too, and sends what is written to the primary: it is chosen as for a read.
  const writeConcern = writeConcernFor(scope, options, scope.executor.settings.writeConcern);
  if (writeConcern !== undefined) command.writeConcern = writeConcern;
  return { ...operation, isRetryable: false, isUnacknowledged: false };
}
