// What explicit sessions and transactions take. Types only.
import type { CallOptions } from '@fairlead/client';
import type { Timestamp } from 'bson';
import type { ReadConcern, ReadPreference, WriteConcern } from '../types/options.ts';

/** How a transaction reads and is committed. What is left out comes from the session, then from the client. */
export interface TransactionOptions {
  readonly readConcern?: ReadConcern | undefined;
  /** Of the commit. Not `w: 0`. */
  readonly writeConcern?: WriteConcern | undefined;
  /** Servers let transactions read from the primary alone. */
  readonly readPreference?: ReadPreference | undefined;
}

/** What `startSession` takes. */
export interface SessionOptions {
  /** Reads see what the session has read and written before. Default true, but for snapshots. */
  readonly causalConsistency?: boolean | undefined;
  /** All reads see the deployment as it was at one moment (MongoDB 5). No transactions, no causal consistency. */
  readonly snapshot?: boolean | undefined;
  /** With `snapshot`: the moment. Default: the first read's. */
  readonly snapshotTime?: Timestamp | undefined;
  readonly defaultTransactionOptions?: TransactionOptions | undefined;
}

/** What `withTransaction` takes. `timeoutMs` is the time of all attempts together: default 30,000. */
export interface WithTransactionOptions extends TransactionOptions, CallOptions {
  /** Default: one of its own, which ends with it. */
  readonly sessionOptions?: SessionOptions | undefined;
}
