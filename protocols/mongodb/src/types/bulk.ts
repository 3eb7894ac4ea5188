// The operations of a bulk write, in the official driver's words. Types only.

import type { Document } from 'bson';
import type { Collation, Hint } from './calls.ts';
import type { Filter, OptionalId, Sort, Update, WithoutId } from './documents.ts';

/** Which document or documents an operation of a bulk write means. */
interface Choice<T> {
  readonly filter: Filter<T>;
  readonly collation?: Collation | undefined;
  readonly hint?: Hint | undefined;
}

/** Changes documents. */
export interface BulkUpdate<T> extends Choice<T> {
  readonly update: Update<T>;
  readonly upsert?: boolean | undefined;
  readonly arrayFilters?: readonly Document[] | undefined;
}

/** Changes one document. */
export interface BulkUpdateOne<T> extends BulkUpdate<T> {
  readonly sort?: Sort | undefined;
}

/** Puts a document in another's place. */
export interface BulkReplace<T> extends Choice<T> {
  readonly replacement: WithoutId<T>;
  readonly upsert?: boolean | undefined;
  readonly sort?: Sort | undefined;
}

/** One operation of a bulk write. */
export type BulkWriteOperation<T> =
  | { readonly insertOne: { readonly document: OptionalId<T> } }
  | { readonly updateOne: BulkUpdateOne<T> }
  | { readonly updateMany: BulkUpdate<T> }
  | { readonly replaceOne: BulkReplace<T> }
  | { readonly deleteOne: Choice<T> }
  | { readonly deleteMany: Choice<T> };
