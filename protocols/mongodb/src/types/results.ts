// What writes give, and what their errors hold. Types only.

/** Whether the server has answered for a write: not where the write concern is `w: 0`. Its counts are then 0. */
export interface Acknowledgement {
  readonly acknowledged: boolean;
}

/** What `insertOne` gives. */
export interface InsertOneResult<Id = unknown> extends Acknowledgement {
  readonly insertedId: Id;
}

/** What `insertMany` gives. */
export interface InsertManyResult<Id = unknown> extends Acknowledgement {
  readonly insertedCount: number;
  /** In the order of the documents. */
  readonly insertedIds: readonly Id[];
}

/** What `updateOne`, `updateMany` and `replaceOne` give. */
export interface UpdateResult extends Acknowledgement {
  readonly matchedCount: number;
  readonly modifiedCount: number;
  readonly upsertedCount: number;
  /** The `_id` of the document that was inserted because none matched; else null. */
  readonly upsertedId: unknown;
}

/** What `deleteOne` and `deleteMany` give. */
export interface DeleteResult extends Acknowledgement {
  readonly deletedCount: number;
}

/** What `bulkWrite` gives. */
export interface BulkWriteResult extends Acknowledgement {
  readonly insertedCount: number;
  readonly matchedCount: number;
  readonly modifiedCount: number;
  readonly deletedCount: number;
  readonly upsertedCount: number;
  /** By the operation's index. */
  readonly insertedIds: Readonly<Record<number, unknown>>;
  /** By the operation's index. */
  readonly upsertedIds: Readonly<Record<number, unknown>>;
}

/** One operation that the server refused. */
export interface WriteError {
  /** The operation's index, as it was given. */
  readonly index: number;
  readonly code: number;
  readonly message: string;
  /** `errInfo`: which rule of a validator it broke. */
  readonly info?: unknown;
}

/** The write is done, and the members that the write concern asks for have not confirmed it. */
export interface WriteConcernError {
  readonly code: number;
  readonly codeName: string;
  readonly message: string;
  readonly info?: unknown;
}

/** What an error of a write knows: `writeFailureOf(error)` gives it. */
export interface WriteFailure {
  /** What was written all the same. */
  readonly result: BulkWriteResult;
  readonly writeErrors: readonly WriteError[];
  readonly writeConcernErrors: readonly WriteConcernError[];
}
