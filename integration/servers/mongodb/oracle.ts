// Runs scripts through the official driver over its own sockets, in the run's own process: what the tests compare our client with.
// It judges nothing.
import { EJSON, Int32 } from 'bson';
import { type ClientSession, type Db, GridFSBucket, MongoClient, MongoServerError } from 'mongodb';
import type { Running } from '../container.ts';
import { type JsonServerAddress, startJsonServer } from '../json-server.ts';
import { called, type MongodbCall } from './calls.ts';
import { canonical, hashOf, sampleFile } from './canonical.ts';

/** One thing to do. */
export type MongodbStep =
  /** Calls on a collection, each on what the one before gave. */
  | { readonly collection: string; readonly calls: readonly MongodbCall[] }
  | { readonly database: readonly MongodbCall[] }
  /** Steps in a transaction of a session of their own. */
  | { readonly transaction: readonly MongodbStep[]; readonly ends: 'commit' | 'abort' }
  | { readonly upload: string; readonly bytes: number; readonly chunkSizeBytes: number }
  | { readonly download: string }
  | { readonly deleteFile: string };

/** Steps that are done one after another by one client, as the account `app`. */
export interface MongodbScript {
  /** What follows the host's name in the URL: `:27017/?replicaSet=...`. */
  readonly at: string;
  /** The database's name. */
  readonly name: string;
  readonly steps: readonly MongodbStep[];
}

/** What became of a step: what the last call gave, in canonical EJSON, or the number of the server's error. */
export type MongodbAnswer =
  | { readonly value: unknown }
  | { readonly error: number; readonly writeErrors: readonly (readonly [index: number, code: number])[] };

/** What `POST` takes, in canonical EJSON: the script as text, whose types JSON would lose. */
interface MongodbQuestion {
  readonly script: string;
}

/** Starts the oracle: `POST` a question, get a `MongodbAnswer[]`. */
export function startMongodbOracle(): Promise<Running<JsonServerAddress>> {
  return startJsonServer(({ script }: MongodbQuestion) =>
    answers(withNumbers(EJSON.parse(script, { relaxed: false })) as MongodbScript),
  );
}

/** With the numbers of Int32, which options have to be; what is no int32 keeps its class, and so its type in BSON. */
function withNumbers(value: unknown): unknown {
  if (value instanceof Int32) return value.value;
  if (Array.isArray(value)) return value.map(withNumbers);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withNumbers(each)]));
}

async function answers({ at, name, steps }: MongodbScript): Promise<MongodbAnswer[]> {
  const client = new MongoClient(`mongodb://app:app-password@localhost${at}`, {
    serverSelectionTimeoutMS: 5_000,
    // As ours gives them.
    useBigInt64: true,
  });
  try {
    const all: MongodbAnswer[] = [];
    for (const step of steps) all.push(...(await answersTo(client, client.db(name), step)));
    return all;
  } finally {
    await client.close();
  }
}

async function answersTo(client: MongoClient, db: Db, step: MongodbStep): Promise<MongodbAnswer[]> {
  if (!('transaction' in step)) return [await answerTo(db, step)];
  const session = client.startSession();
  const all: MongodbAnswer[] = [];
  try {
    session.startTransaction();
    for (const each of step.transaction) all.push(await answerTo(db, each, session));
    await (step.ends === 'commit' ? session.commitTransaction() : session.abortTransaction());
  } finally {
    await session.endSession();
  }
  return all;
}

async function answerTo(db: Db, step: MongodbStep, session?: ClientSession): Promise<MongodbAnswer> {
  try {
    const value = await perform(db, step, session);
    return { value: canonical(value) };
  } catch (error) {
    if (!(error instanceof MongoServerError)) throw error;
    const failed: readonly { index: number; code: number }[] = [error.writeErrors ?? []].flat();
    return {
      error: Number(error.code),
      writeErrors: failed.map(({ index, code }) => [index, code] as const),
    };
  }
}

async function perform(db: Db, step: MongodbStep, session?: ClientSession): Promise<unknown> {
  if ('collection' in step) return called(db.collection(step.collection), step.calls, session);
  if ('database' in step) return called(db, step.database, session);
  // The driver's GridFS ends the process over a file whose length is an int64, as the specification has it, and comes as bigint.
  const files = db.client.db(db.databaseName, { useBigInt64: false });
  if ('upload' in step) return upload(files, step);
  if ('download' in step) return download(files, step.download);
  if ('deleteFile' in step) return deleteFile(files, step.deleteFile);
  throw new Error('a transaction in a transaction');
}

async function upload(db: Db, step: Extract<MongodbStep, { upload: string }>): Promise<number> {
  const { upload: name, bytes, chunkSizeBytes } = step;
  const stream = new GridFSBucket(db, { chunkSizeBytes }).openUploadStream(name);
  const finished = new Promise<void>((resolve, reject) => stream.on('finish', resolve).on('error', reject));
  stream.end(sampleFile(bytes));
  await finished;
  return stream.length;
}

async function download(db: Db, name: string): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const bytes of new GridFSBucket(db).openDownloadStreamByName(name)) all.push(bytes);
  return hashOf(Buffer.concat(all));
}

async function deleteFile(db: Db, name: string): Promise<number> {
  const bucket = new GridFSBucket(db);
  const files = await bucket.find({ filename: name }).toArray();
  for (const { _id } of files) await bucket.delete(_id);
  return files.length;
}
