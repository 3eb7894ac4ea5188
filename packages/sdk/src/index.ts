// A typed fetch client for the Fairlead gateway: one function per operation of its OpenAPI document. It depends on nothing, and
// keeps nothing between calls.
export { Client, type ClientOptions, createClient } from './client.ts';
export type * from './generated/document.ts';
export * from './generated/operations.ts';
export {
  FairleadProblem,
  type FairleadProblemCode,
  type FairleadProblemMembers,
  isFairleadProblem,
} from './problem.ts';
export { type RowsSummary, rowsOf } from './streams/rows.ts';
export type { ServerSentEvent } from './streams/server-sent-events.ts';
export type { CallOptions, Input, OperationId, Output, RawBody, StreamOptions } from './types.ts';
