// The page's requests. Documents come and go as canonical extended JSON, so that their types are seen and kept.
import {
  mongodbAggregate,
  mongodbCommand,
  mongodbDeleteOne,
  mongodbFind,
  mongodbFindOne,
  mongodbInsertOne,
  mongodbReplaceOne,
} from '@fairlead/sdk';
import type { Caller } from '../../session/calls/caller.ts';
import type { EjsonDocument } from './ejson/reader.ts';

/** A collection. */
export interface Place {
  /** The connection's name. */
  readonly dataSource: string;
  readonly database: string;
  readonly collection: string;
}

/** What is looked for. */
export interface Search {
  readonly filter: EjsonDocument;
  readonly projection: EjsonDocument;
  readonly sort: EjsonDocument;
  readonly limit: number;
  readonly skip: number;
}

const EJSON = 'application/ejson';
const headers = { Accept: EJSON, 'Content-Type': EJSON };

/** The documents of a search. @throws FairleadProblem */
export async function find(
  caller: Caller,
  place: Place,
  { filter, projection, sort, limit, skip }: Search,
  signal: AbortSignal,
): Promise<readonly EjsonDocument[]> {
  const wishes = {
    filter,
    ...(Object.keys(projection).length > 0 && { projection }),
    ...(Object.keys(sort).length > 0 && { sort }),
    limit,
    ...(skip > 0 && { skip }),
  };
  const input = { body: { ...place, ...wishes }, headers, signal };
  return (await caller.run('mongodbFind', mongodbFind, input)).documents as EjsonDocument[];
}

/** The document as it is now; null where it is gone. @throws FairleadProblem */
export async function findById(
  caller: Caller,
  place: Place,
  id: unknown,
  signal?: AbortSignal,
): Promise<EjsonDocument | null> {
  const input = { body: { ...place, filter: { _id: id } }, headers, ...(signal && { signal }) };
  return (await caller.run('mongodbFindOne', mongodbFindOne, input)).document as EjsonDocument | null;
}

/** What comes out of a pipeline. @throws FairleadProblem */
export async function aggregate(
  caller: Caller,
  place: Place,
  pipeline: readonly EjsonDocument[],
  signal: AbortSignal,
): Promise<readonly EjsonDocument[]> {
  const input = { body: { ...place, pipeline: [...pipeline] }, headers, signal };
  return (await caller.run('mongodbAggregate', mongodbAggregate, input)).documents as EjsonDocument[];
}

/** How many documents fit. @throws FairleadProblem */
export async function count(
  caller: Caller,
  place: Place,
  filter: EjsonDocument,
  signal: AbortSignal,
): Promise<number> {
  const pipeline = [{ $match: filter }, { $count: 'n' }];
  const body = { ...place, pipeline };
  const { documents } = await caller.run('mongodbAggregate', mongodbAggregate, { body, signal });
  return Number((documents[0] as { readonly n?: unknown } | undefined)?.n ?? 0);
}

/** @returns The document's `_id`. @throws FairleadProblem */
export async function insertOne(caller: Caller, place: Place, document: EjsonDocument): Promise<unknown> {
  const input = { body: { ...place, document }, headers };
  return (await caller.run('mongodbInsertOne', mongodbInsertOne, input)).insertedId;
}

/** @returns Whether there was a document of that `_id`. @throws FairleadProblem */
export async function replaceOne(
  caller: Caller,
  place: Place,
  id: unknown,
  replacement: EjsonDocument,
): Promise<boolean> {
  const input = { body: { ...place, filter: { _id: id }, replacement }, headers };
  return countOf((await caller.run('mongodbReplaceOne', mongodbReplaceOne, input)).matchedCount) > 0;
}

/** @returns Whether there was a document of that `_id`. @throws FairleadProblem */
export async function deleteOne(caller: Caller, place: Place, id: unknown): Promise<boolean> {
  const input = { body: { ...place, filter: { _id: id } }, headers };
  return countOf((await caller.run('mongodbDeleteOne', mongodbDeleteOne, input)).deletedCount) > 0;
}

/** A command's reply, in plain JSON. @throws FairleadProblem */
export async function command(
  caller: Caller,
  { dataSource, database }: Omit<Place, 'collection'>,
  text: EjsonDocument,
  signal: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> {
  const input = { body: { dataSource, database, command: text }, signal };
  const { result } = await caller.run('mongodbCommand', mongodbCommand, input);
  return (result ?? {}) as Readonly<Record<string, unknown>>;
}

/** A count as extended JSON writes it. */
function countOf(value: unknown): number {
  if (typeof value === 'object' && value !== null && '$numberInt' in value) return Number(value.$numberInt);
  return Number(value);
}
