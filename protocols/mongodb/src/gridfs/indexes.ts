// The two indexes of a bucket, which are made before its first file.
import type { Document } from 'bson';
import type { Collection } from '../collection/collection.ts';
import { serverCodeOf } from '../errors.ts';
import type { BucketCollections } from './upload.ts';

/** NamespaceNotFound. */
const NO_COLLECTION = 26;

/** Makes the indexes where the bucket is empty and has none. */
export async function ensureIndexes({ files, chunks }: BucketCollections): Promise<void> {
  const first = await files.findOne({}, { projection: { _id: 1 }, readPreference: 'primary' });
  if (first !== null) return;
  await ensureIndex(files, { filename: 1, uploadDate: 1 }, false);
  await ensureIndex(chunks, { files_id: 1, n: 1 }, true);
}

async function ensureIndex(collection: Collection, keys: Record<string, 1>, unique: boolean): Promise<void> {
  const wanted = textOf(keys);
  try {
    for await (const { key } of collection.listIndexes()) if (textOf(key) === wanted) return;
  } catch (error) {
    if (serverCodeOf(error) !== NO_COLLECTION) throw error;
  }
  await collection.createIndex(keys, unique ? { unique } : {});
}

/** Keys with their directions as numbers, whichever of BSON's they are. */
function textOf(keys: Document): string {
  return JSON.stringify(Object.entries(keys).map(([field, direction]) => [field, Number(direction)]));
}
