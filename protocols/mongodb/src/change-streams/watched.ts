// The aggregate command of a change stream: what is watched, and where it begins. It sends nothing.
import { usage } from '@fairlead/errors';
import type { Document, Timestamp } from 'bson';
import type { Collection } from '../collection/collection.ts';
import type { Db } from '../database/database.ts';
import type { Scope } from '../database/scope.ts';
import { executorOf } from '../operations/executor-of.ts';
import type { ResumeToken, WatchOptions } from './types.ts';

/** What changes are told of: a collection, a database, or the whole deployment. */
export interface Watched {
  readonly scope: Scope;
  readonly database: string;
  /** The collection; 1: all of them. */
  readonly target: string | 1;
  readonly isCluster: boolean;
}

/** @throws FairleadError `usage`: it is neither a client nor a database nor a collection. */
export function watchedOf(target: object): Watched {
  const scope = { executor: executorOf(target) };
  if ('collectionName' in target) {
    const { scope: own, dbName, collectionName } = target as Collection;
    return { scope: own, database: dbName, target: collectionName, isCluster: false };
  }
  if ('databaseName' in target) {
    const { scope: own, databaseName } = target as Db;
    return { scope: own, database: databaseName, target: 1, isCluster: false };
  }
  return { scope, database: 'admin', target: 1, isCluster: true };
}

/** Where a stream begins. One of the three at most. */
export interface StartingPoint {
  readonly resumeAfter?: ResumeToken | undefined;
  readonly startAfter?: ResumeToken | undefined;
  readonly startAtOperationTime?: Timestamp | undefined;
}

const STAGE = ['fullDocument', 'fullDocumentBeforeChange', 'showExpandedEvents'] as const;
const COMMAND = ['collation', 'comment'] as const;

/** The aggregate command. */
export function watchCommand(
  { target, isCluster }: Watched,
  pipeline: readonly Document[],
  options: WatchOptions,
  start: StartingPoint,
): Document {
  const stage: Document = isCluster ? { allChangesForCluster: true } : {};
  for (const name of STAGE) if (options[name] !== undefined) stage[name] = options[name];
  for (const [name, value] of Object.entries(start)) if (value !== undefined) stage[name] = value;
  const { batchSize } = options;
  const command: Document = {
    aggregate: target,
    pipeline: [{ $changeStream: stage }, ...pipeline],
    cursor: batchSize === undefined ? {} : { batchSize },
  };
  for (const name of COMMAND) if (options[name] !== undefined) command[name] = options[name];
  return command;
}

const KNOWN: ReadonlySet<string> = /* @__PURE__ */ new Set([
  ...STAGE,
  ...COMMAND,
  ...'resumeAfter startAfter startAtOperationTime batchSize maxAwaitTimeMS maxDurationMs'.split(' '),
  ...'readPreference readConcern session signal timeoutMs'.split(' '),
]);

/** @param defaultMs The client's time for a call. @throws FairleadError `usage` */
export function checkWatch(pipeline: unknown, options: WatchOptions, defaultMs: number): void {
  if (!Array.isArray(pipeline)) throw usage('a pipeline is an array of stages');
  if (typeof options !== 'object' || options === null) throw usage('the options of watch are an object');
  for (const name of Object.keys(options)) if (!KNOWN.has(name)) throw usage(`unknown option ${name}`);
  const { maxAwaitTimeMS, maxDurationMs, timeoutMs = defaultMs } = options;
  for (const [name, value] of Object.entries({ maxAwaitTimeMS, maxDurationMs })) {
    if (value !== undefined && !(typeof value === 'number' && value > 0)) {
      throw usage(`${name} is a number of milliseconds above 0`);
    }
  }
  if (maxAwaitTimeMS !== undefined && maxAwaitTimeMS >= timeoutMs) {
    throw usage('maxAwaitTimeMS is less than timeoutMs, in which the server has to answer');
  }
}
