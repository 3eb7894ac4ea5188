// The package's face: `connect`, `open`, `sql`, and the types that their users see.
export type * from './api.ts';
export type { BatchBuilder } from './batches.ts';
export { connect, open } from './client.ts';
export type * from './connect-options.ts';
export type { Field } from './messages.ts';
export { Sql, sql } from './sql.ts';
export type { CellSource } from './values/cell-source.ts';
export * from './values.ts';
