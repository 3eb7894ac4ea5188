// The client's exports. A bundler leaves out what is not imported. The HTTP face is `@fairlead/mongodb/route`.

export { FairleadError, isFairleadError } from '@fairlead/errors';
export {
  Binary,
  BSONRegExp,
  BSONSymbol,
  BSONType,
  Code,
  DBRef,
  Decimal128,
  type Document,
  Double,
  EJSON,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  UUID,
} from 'bson';
export { connect, type MongoClient } from './client.ts';
export type { Collection } from './collection/collection.ts';
export type { CommandCursor } from './cursors/command-cursor.ts';
export type { Cursor, ToArrayOptions } from './cursors/cursor.ts';
export type { FindCursor } from './cursors/find-cursor.ts';
export type { Admin } from './database/admin.ts';
export type { Db } from './database/database.ts';
export { hasErrorLabel, serverCodeOf } from './errors.ts';
export type { BulkReplace, BulkUpdate, BulkUpdateOne, BulkWriteOperation } from './types/bulk.ts';
export type * from './types/calls.ts';
export type * from './types/documents.ts';
export type * from './types/options.ts';
export type * from './types/results.ts';
export type * from './types/schema.ts';
export { writeFailureOf } from './writes/outcome.ts';
