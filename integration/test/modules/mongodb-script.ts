// Runs the same scripts through our client of MongoDB as the oracle runs through the official driver, and gives the answers the same form.
import { connect, type Db, isFairleadError, serverCodeOf, writeFailureOf } from '@fairlead/mongodb';
import { GridFSBucket } from '@fairlead/mongodb/gridfs';
import { type ClientSession, startSession } from '@fairlead/mongodb/transactions';
import { EJSON } from 'bson';
import { inject } from 'vitest';
import { called } from '../../servers/mongodb/calls.ts';
import { canonical, hashOf, sampleFile } from '../../servers/mongodb/canonical.ts';
import type { MongodbAnswer, MongodbScript, MongodbStep } from '../../servers/mongodb/oracle.ts';

/** What the official driver answers. */
export async function theirs(script: MongodbScript): Promise<MongodbAnswer[]> {
  const { url } = inject('servers').mongodb.oracle;
  const body = JSON.stringify({ script: EJSON.stringify(script, { relaxed: false }) });
  const response = await fetch(url, { method: 'POST', body });
  if (!response.ok) throw new Error(`the oracle failed: ${await response.text()}`);
  return response.json();
}

/** What our client answers. */
export async function ours({ at, name, steps }: MongodbScript): Promise<MongodbAnswer[]> {
  await using client = await connect(`mongodb://app:app-password@localhost${at}`, { tls: false });
  const db = client.db(name);
  const all: MongodbAnswer[] = [];
  for (const step of steps) {
    if (!('transaction' in step)) {
      all.push(await answerTo(db, step));
      continue;
    }
    await using session = startSession(client);
    session.startTransaction();
    for (const each of step.transaction) all.push(await answerTo(db, each, session));
    await (step.ends === 'commit' ? session.commitTransaction() : session.abortTransaction());
  }
  return all;
}

async function answerTo(db: Db, step: MongodbStep, session?: ClientSession): Promise<MongodbAnswer> {
  try {
    return { value: canonical(inTheirForm(methodOf(step), await perform(db, step, session))) };
  } catch (error) {
    const code = serverCodeOf(error);
    if (!isFairleadError(error) || code === undefined) throw error;
    // The driver lists them only where there can be several.
    const failed = SEVERAL.has(methodOf(step)) ? (writeFailureOf(error)?.writeErrors ?? []) : [];
    return { error: code, writeErrors: failed.map((each) => [each.index, each.code] as const) };
  }
}

/** The methods that write several documents, one by one. */
const SEVERAL = new Set(['insertMany', 'bulkWrite']);

/** The step's last method. */
function methodOf(step: MongodbStep): string {
  const calls = 'collection' in step ? step.calls : 'database' in step ? step.database : [];
  return calls.at(-1)?.[0] ?? '';
}

/** What our client gives otherwise by design, as the driver gives it: the differences are listed in the README. */
function inTheirForm(method: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return method === 'dropIndex' ? { ok: 1 } : value;
  if (method === 'insertMany' && 'insertedIds' in value)
    return { ...value, insertedIds: { ...(value.insertedIds as readonly unknown[]) } };
  if (method !== 'bulkWrite') return value;
  const { acknowledged: _, ...counts } = value as { readonly acknowledged: boolean };
  return counts;
}

async function perform(db: Db, step: MongodbStep, session?: ClientSession): Promise<unknown> {
  if ('collection' in step) return called(db.collection(step.collection), step.calls, session);
  if ('database' in step) return called(db, step.database, session);
  const bucket = new GridFSBucket(db);
  if ('upload' in step) {
    const { upload, bytes, chunkSizeBytes } = step;
    return (await bucket.upload(upload, sampleFile(bytes), { chunkSizeBytes })).length;
  }
  if ('download' in step) {
    const { body } = await bucket.downloadByName(step.download);
    return hashOf(await new Response(body).arrayBuffer());
  }
  if (!('deleteFile' in step)) throw new Error('a transaction in a transaction');
  const files = await bucket.find({ filename: step.deleteFile }).toArray();
  for (const { _id } of files) await bucket.delete(_id);
  return files.length;
}
