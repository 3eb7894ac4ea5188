// What change streams take and give. Types only.
import type { Document, Timestamp, UUID } from 'bson';
import type { Collation, CommandOptions } from '../types/calls.ts';
import type { ReadConcern, ReadPreference, ReadPreferenceMode } from '../types/options.ts';

/** A place in the stream of changes: opaque, and good for `resumeAfter` and `startAfter`. It may be stored as BSON or EJSON. */
export type ResumeToken = Document;

/** What `watch` takes. */
export interface WatchOptions extends CommandOptions {
  /** Whole documents of updates too: `updateLookup` as they are by then, `whenAvailable` and `required` as they were behind it. */
  readonly fullDocument?: 'default' | 'updateLookup' | 'whenAvailable' | 'required' | undefined;
  /** Documents as they were before the change. */
  readonly fullDocumentBeforeChange?: 'off' | 'whenAvailable' | 'required' | undefined;
  /** Begins behind this change. */
  readonly resumeAfter?: ResumeToken | undefined;
  /** As `resumeAfter`, also behind the `invalidate` that ended a stream. */
  readonly startAfter?: ResumeToken | undefined;
  /** Begins at this time, in place of now. */
  readonly startAtOperationTime?: Timestamp | undefined;
  /** Changes of collections and indexes, too (MongoDB 6). */
  readonly showExpandedEvents?: boolean | undefined;
  /** Changes of each reply at most. */
  readonly batchSize?: number | undefined;
  /**
   * Milliseconds that the server waits for a change before it says that there is none: less than `timeoutMs`. The client's other
   * commands wait meanwhile. Default 1,000.
   */
  readonly maxAwaitTimeMS?: number | undefined;
  /** The stream ends of itself, without an error, so many milliseconds after `watch`. `resumeToken` is then where to go on. Default: never. */
  readonly maxDurationMs?: number | undefined;
  readonly collation?: Collation | undefined;
  readonly readPreference?: ReadPreference | ReadPreferenceMode | undefined;
  readonly readConcern?: ReadConcern | undefined;
}

/** What an update has changed. */
export interface UpdateDescription {
  readonly updatedFields: Document;
  readonly removedFields: readonly string[];
  readonly truncatedArrays?: readonly { readonly field: string; readonly newSize: number }[];
  readonly disambiguatedPaths?: Document;
}

/** A change, as the server tells of it. Pipelines may change its shape; `_id` has to stay. */
export interface ChangeEvent<T extends Document = Document> {
  readonly _id: ResumeToken;
  /** `insert`, `update`, `replace`, `delete`, `drop`, `rename`, `dropDatabase`, `invalidate`, or another one of later servers. */
  readonly operationType: string;
  readonly clusterTime?: Timestamp;
  readonly wallTime?: Date;
  readonly ns?: { readonly db: string; readonly coll?: string };
  /** Of a rename: the new name. */
  readonly to?: { readonly db: string; readonly coll: string };
  /** The document's `_id`, and its shard key. */
  readonly documentKey?: Document;
  readonly fullDocument?: T | null;
  readonly fullDocumentBeforeChange?: T | null;
  readonly updateDescription?: UpdateDescription;
  readonly operationDescription?: Document;
  readonly collectionUUID?: UUID;
  readonly lsid?: Document;
  readonly txnNumber?: bigint;
}
