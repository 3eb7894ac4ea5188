// The options of the calls, by the words of the CRUD specification. Types only.
import type { CallOptions } from '@fairlead/client';
import type { Document } from 'bson';
import type { SessionState } from '../operations/types.ts';
import type { Projection, Sort } from './documents.ts';
import type { ReadConcern, ReadPreference, ReadPreferenceMode, WriteConcern } from './options.ts';

/**
 * What every call takes. `timeoutMs` is the time of the whole call, with its retry; the server is told of it, too. The iteration of a
 * cursor has it anew for each batch that is fetched. `signal` ends the call; where a command was sent, the connection ends with it.
 */
export interface CommandOptions extends CallOptions {
  /** A session of `startSession`. Default: one for this call alone. */
  readonly session?: SessionState | undefined;
  /** Shown in the server's log and profiler. */
  readonly comment?: unknown;
}

/** What collections and databases hand down to their calls. */
export interface ConcernOptions {
  readonly readPreference?: ReadPreference | ReadPreferenceMode | undefined;
  readonly readConcern?: ReadConcern | undefined;
  readonly writeConcern?: WriteConcern | undefined;
}

/** How text is compared. */
export interface Collation {
  readonly locale: string;
  readonly caseLevel?: boolean;
  readonly caseFirst?: 'upper' | 'lower' | 'off';
  readonly strength?: 1 | 2 | 3 | 4 | 5;
  readonly numericOrdering?: boolean;
  readonly alternate?: 'non-ignorable' | 'shifted';
  readonly maxVariable?: 'punct' | 'space';
  readonly backwards?: boolean;
  readonly normalization?: boolean;
}

/** An index to use: its name, or its keys. */
export type Hint = string | Readonly<Record<string, unknown>>;

/** What a read takes. */
export interface ReadOptions extends CommandOptions {
  readonly readPreference?: ReadPreference | ReadPreferenceMode | undefined;
  readonly readConcern?: ReadConcern | undefined;
  readonly collation?: Collation | undefined;
  readonly hint?: Hint | undefined;
}

/** What a write takes. */
export interface WriteOptions extends CommandOptions {
  readonly writeConcern?: WriteConcern | undefined;
}

/** What `findOne` takes. */
export interface FindOneOptions extends ReadOptions {
  readonly projection?: Projection | undefined;
  readonly sort?: Sort | undefined;
  readonly skip?: number | undefined;
  /** Variables for the filter: `$$name` in `$expr`. */
  readonly let?: Document | undefined;
  readonly min?: Document | undefined;
  readonly max?: Document | undefined;
  readonly returnKey?: boolean | undefined;
  readonly showRecordId?: boolean | undefined;
  readonly allowDiskUse?: boolean | undefined;
  readonly allowPartialResults?: boolean | undefined;
  /** Documents come as their BSON, undecoded. */
  readonly raw?: boolean | undefined;
}

/** What `find` takes. */
export interface FindOptions extends FindOneOptions {
  /** At most so many documents; 0: all. A negative one means as many, in a single batch. */
  readonly limit?: number | undefined;
  /** Documents of each reply. 0: none in the first; the server's own size in those after it. */
  readonly batchSize?: number | undefined;
  /** Only the first batch: the server closes the cursor behind it. */
  readonly singleBatch?: boolean | undefined;
  readonly noCursorTimeout?: boolean | undefined;
  /** The cursor of a capped collection stays open behind the last document. */
  readonly tailable?: boolean | undefined;
  /** With `tailable`: the server waits for documents before it answers. */
  readonly awaitData?: boolean | undefined;
  /** With `awaitData`: how long the server waits. */
  readonly maxAwaitTimeMS?: number | undefined;
}

/** What `aggregate` takes. */
export interface AggregateOptions extends ReadOptions, WriteOptions {
  readonly batchSize?: number | undefined;
  readonly let?: Document | undefined;
  readonly allowDiskUse?: boolean | undefined;
  readonly bypassDocumentValidation?: boolean | undefined;
  /** How long the server waits for changes (`$changeStream`). */
  readonly maxAwaitTimeMS?: number | undefined;
  /** Documents come as their BSON, undecoded. */
  readonly raw?: boolean | undefined;
}

/** What `countDocuments` takes. */
export interface CountOptions extends ReadOptions {
  readonly skip?: number | undefined;
  readonly limit?: number | undefined;
}

/** What `insertOne` takes. */
export interface InsertOneOptions extends WriteOptions {
  readonly bypassDocumentValidation?: boolean | undefined;
}

/** What `insertMany` takes. */
export interface InsertManyOptions extends InsertOneOptions {
  /** Stops at the first error. Default true; `false` tries all documents. */
  readonly ordered?: boolean | undefined;
}

/** What `bulkWrite` takes. */
export interface BulkWriteOptions extends InsertManyOptions {
  readonly let?: Document | undefined;
}

/** What `deleteOne` and `deleteMany` take. */
export interface DeleteOptions extends WriteOptions {
  readonly collation?: Collation | undefined;
  readonly hint?: Hint | undefined;
  readonly let?: Document | undefined;
}

/** What `replaceOne` takes. */
export interface ReplaceOptions extends DeleteOptions {
  readonly bypassDocumentValidation?: boolean | undefined;
  /** Inserts a document where none matches. Default false. */
  readonly upsert?: boolean | undefined;
  /** Which of the matching documents: the first in this order (MongoDB 8). Not for `updateMany`. */
  readonly sort?: Sort | undefined;
}

/** What `updateOne` and `updateMany` take. */
export interface UpdateOptions extends ReplaceOptions {
  readonly arrayFilters?: readonly Document[] | undefined;
}

/** What `findOneAndDelete` takes. */
export interface FindOneAndDeleteOptions extends DeleteOptions {
  readonly projection?: Projection | undefined;
  readonly sort?: Sort | undefined;
}

/** What `findOneAndReplace` takes. */
export interface FindOneAndReplaceOptions extends FindOneAndDeleteOptions {
  readonly bypassDocumentValidation?: boolean | undefined;
  readonly upsert?: boolean | undefined;
  /** The document as it was, or as it is now. Default `before`. */
  readonly returnDocument?: 'before' | 'after' | undefined;
}

/** What `findOneAndUpdate` takes. */
export interface FindOneAndUpdateOptions extends FindOneAndReplaceOptions {
  readonly arrayFilters?: readonly Document[] | undefined;
}
