// The package's face: `connect` and the types that its users see.

export { connect } from './client.ts';
export type {
  AuthMethod,
  ConnectOptions,
  ResultLimits,
  TargetOptions,
} from './options/connect-options.ts';
export { Sql, type SqlTag, type SqlValue, sql } from './sql.ts';
export type {
  BatchStatement,
  Client,
  Queryable,
  QueryCall,
  Transaction,
  TransactionOptions,
} from './types/client.ts';
export type {
  ArrayQueryOptions,
  ArrayRow,
  CallOptions,
  Column,
  ObjectRow,
  QueryOptions,
  QueryResult,
  RowStream,
  StatementResult,
  StreamOptions,
  StreamSummary,
  Summary,
  Warning,
} from './types/results.ts';
export {
  type InputParameters,
  type Json,
  type JsonValue,
  json,
  type Parameter,
  type Value,
} from './values/value.ts';
