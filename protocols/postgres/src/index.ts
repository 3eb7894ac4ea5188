// The package's face: `connect` and the types that its users see.
export type {
  ArrayQueryOptions,
  ArrayRow,
  CallOptions,
  Client,
  Column,
  ObjectRow,
  Queryable,
  QueryOptions,
  QueryResult,
  RowStream,
  Transaction,
  TransactionOptions,
} from './api.ts';
export { connect } from './client.ts';
export type { ConnectOptions, ResultLimits, SslMode, TargetOptions } from './connect-options.ts';
export type { AuthMethod } from './session.ts';
export type { JsonValue, Parameter, Value } from './values.ts';
