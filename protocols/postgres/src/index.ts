// The package's face: `connect`, `open`, `sql`, and the types that their users see.

export { connect, open } from './client.ts';
export type * from './options/connect-options.ts';
export type { BatchBuilder } from './results/batches.ts';
export { Sql, type SqlTag, type SqlValue, sql } from './sql.ts';
export type * from './types.ts';
export { loadTypes } from './values/client-types.ts';
export * from './values/index.ts';
export type { CellSource } from './values/rows/cell-source.ts';
export type { Field } from './wire/messages.ts';
