// What the Drizzle drivers of our SQL clients share, whichever of Drizzle's dialects they extend. It builds no SQL.
export {
  type ClientConfig,
  chosenLogger,
  readArguments,
  relationalSchema,
  type Schema,
  withClient,
} from './database.ts';
export { type JoinsNotNullable, mapResultRow } from './internals.ts';
export {
  fillAndLog,
  mapRows,
  type QueryMetadata,
  type QueryParts,
  type ResultMapper,
  runQuery,
  type WithCache,
} from './query.ts';
export { type Scope, type SessionOptions, sessionParts, transactionScope } from './scope.ts';
