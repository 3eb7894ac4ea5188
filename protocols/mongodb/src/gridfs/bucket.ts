// A bucket: files of any size, cut in chunks, in two collections. It takes no session, as GridFS has no place in transactions.
import { abortedBy, limitOf, remainingMs, timeUp } from '@fairlead/client';
import { usage } from '@fairlead/errors';
import { bounded } from '@fairlead/transport';
import { BSONRegExp, type Document } from 'bson';
import type { Collection } from '../collection/collection.ts';
import type { FindCursor } from '../cursors/find-cursor.ts';
import type { Db } from '../database/database.ts';
import { afterOthers } from '../errors.ts';
import type { CommandOptions, FindOptions } from '../types/calls.ts';
import type { Filter } from '../types/documents.ts';
import { download, downloadByName, noSuchId, noSuchName } from './download.ts';
import { ensureIndexes } from './indexes.ts';
import type {
  Download,
  DownloadByNameOptions,
  DownloadOptions,
  GridFSBucketOptions,
  GridFSFile,
  GridFSFileDocument,
  UploadBody,
  UploadOptions,
} from './types.ts';
import { type BucketCollections, upload } from './upload.ts';

const DEFAULT_CHUNK_BYTES = 255 * 1024;
/** Below the server's 16 MiB for a document. */
const MAX_CHUNK_BYTES = 16_000_000;

/**
 * Files in a database.
 * @example
 * ```ts
 * import { connect } from '@fairlead/mongodb';
 * import { GridFSBucket } from '@fairlead/mongodb/gridfs';
 *
 * await using client = await connect('mongodb://localhost/shop?tls=false');
 * const bucket = new GridFSBucket(client.db(), { bucketName: 'manuals' });
 * const { _id } = await bucket.upload('rope.txt', 'Keep it dry.', { metadata: { language: 'en' } });
 * const { file, body } = await bucket.download(_id);
 * console.log(file.length, await new Response(body).text());
 * ```
 */
export class GridFSBucket {
  readonly #collections: BucketCollections;
  readonly #chunkSize: number;
  #indexes: Promise<void> | undefined;

  /** @throws FairleadError `usage` */
  constructor(db: Db, options: GridFSBucketOptions = {}) {
    const { bucketName = 'fs', chunkSizeBytes = DEFAULT_CHUNK_BYTES, ...concerns } = options;
    if (typeof bucketName !== 'string' || bucketName === '') throw usage('bucketName is a text');
    this.#chunkSize = checkChunkSize(chunkSizeBytes);
    this.#collections = {
      files: db.collection(`${bucketName}.files`, concerns),
      chunks: db.collection(`${bucketName}.chunks`, concerns),
    };
  }

  /**
   * Stores a file. There may be several of one name: see `downloadByName`. A stream is read no faster than the server takes the bytes;
   * where it fails, or the call is aborted, the chunks that were sent are deleted again.
   * @throws FairleadError `usage`, `server`, `timeout`, `aborted`, ...; and what the stream throws.
   */
  async upload(filename: string, body: UploadBody, options: UploadOptions = {}): Promise<GridFSFile> {
    checkName(filename);
    const chunkSize = checkChunkSize(options.chunkSizeBytes ?? this.#chunkSize);
    // For all uploads of this bucket, so not under the signal of one.
    const limit = limitOf({ signal: options.signal, timeoutMs: options.timeoutMs });
    if (options.id !== undefined) checkId(options.id);
    const indexes = this.#indexes ?? ensureIndexes(this.#collections);
    this.#indexes = indexes;
    const outcome = await bounded(indexes, remainingMs(limit), limit.signal);
    if (outcome.kind === 'failed') {
      if (this.#indexes === indexes) this.#indexes = undefined;
      throw outcome.error;
    }
    if (outcome.kind === 'timeout') throw timeUp('upload', limit.timeoutMs, true);
    if (outcome.kind === 'aborted') throw abortedBy('upload', limit.signal ?? AbortSignal.abort(), true);
    return upload(this.#collections, filename, body, chunkSize, options, limit);
  }

  /**
   * A file by its `_id`, or a part of it.
   * @throws FairleadError `server`, `error.server.code` is `FileNotFound`; `usage`: a range outside the file. The stream fails with
   *   `protocol` where chunks are missing or have a wrong size.
   */
  async download(id: unknown, options: DownloadOptions = {}): Promise<Download> {
    checkId(id);
    return download(this.#collections, id, options);
  }

  /**
   * The newest file of a name, or another revision.
   * @throws FairleadError as `download`; `error.server.code` is `RevisionNotFound` where there are files of this name, but not so many.
   */
  async downloadByName(filename: string, options: DownloadByNameOptions = {}): Promise<Download> {
    checkName(filename);
    return downloadByName(this.#collections, filename, options);
  }

  /** The files' documents, by their fields: `{ 'metadata.language': 'en' }`. */
  find(filter: Filter<GridFSFileDocument> = {}, options: FindOptions = {}): FindCursor<GridFSFileDocument> {
    const files = this.#collections.files as Collection<Document>;
    return files.find(filter as Document, options) as unknown as FindCursor<GridFSFileDocument>;
  }

  /** Deletes a file. @throws FairleadError `server`, `error.server.code` is `FileNotFound`. */
  async delete(id: unknown, options: CommandOptions = {}): Promise<void> {
    checkId(id);
    const { files, chunks } = this.#collections;
    const { acknowledged, deletedCount } = await files.deleteOne({ _id: id as never }, options);
    await second(chunks.deleteMany({ files_id: id }, options));
    if (acknowledged && deletedCount === 0) throw noSuchId();
  }

  /** Deletes all files of a name. @throws FairleadError `server`, `error.server.code` is `FileNotFound`. */
  async deleteByName(filename: string, options: CommandOptions = {}): Promise<void> {
    checkName(filename);
    const { files, chunks } = this.#collections;
    const ids: unknown[] = [];
    for await (const { _id } of files.find({ filename }, { projection: { _id: 1 }, ...options }))
      ids.push(_id);
    if (ids.length === 0) throw noSuchName(filename);
    await files.deleteMany({ _id: { $in: ids as never[] } }, options);
    await second(chunks.deleteMany({ files_id: { $in: ids } }, options));
  }

  /** Gives a file another name. @throws FairleadError `server`, `error.server.code` is `FileNotFound`. */
  async rename(id: unknown, filename: string, options: CommandOptions = {}): Promise<void> {
    checkId(id);
    checkName(filename);
    const { files } = this.#collections;
    const { acknowledged, matchedCount } = await files.updateOne(
      { _id: id as never },
      { $set: { filename } },
      options,
    );
    if (acknowledged && matchedCount === 0) throw noSuchId();
  }

  /** Gives all files of a name another one. @throws FairleadError `server`, `error.server.code` is `FileNotFound`. */
  async renameByName(filename: string, newFilename: string, options: CommandOptions = {}): Promise<void> {
    checkName(filename);
    checkName(newFilename);
    const { files } = this.#collections;
    const update = { $set: { filename: newFilename } };
    const { acknowledged, matchedCount } = await files.updateMany({ filename }, update, options);
    if (acknowledged && matchedCount === 0) throw noSuchName(filename);
  }

  /** Removes the bucket with all its files. */
  async drop(options: CommandOptions = {}): Promise<void> {
    this.#indexes = undefined;
    await this.#collections.files.drop(options);
    await second(this.#collections.chunks.drop(options));
  }
}

function checkChunkSize(value: number): number {
  if (Number.isSafeInteger(value) && value >= 1 && value <= MAX_CHUNK_BYTES) return value;
  throw usage(`chunkSizeBytes is a whole number from 1 to ${MAX_CHUNK_BYTES}`);
}

/** @throws FairleadError `usage` for what a filter would take for something else than a value, and so for other files too. */
function checkId(id: unknown): void {
  const isPlain = typeof id === 'object' && id !== null && !('_bsontype' in id);
  const names = id instanceof Map ? [...id.keys()] : isPlain ? Object.keys(id) : [];
  if (id === undefined || id instanceof RegExp || id instanceof BSONRegExp || Array.isArray(id)) {
    throw usage('the id of a file is a value, and no array or regular expression');
  }
  if (names.some((name) => String(name).startsWith('$'))) throw usage('the id of a file has no operators');
}

/** The last of several commands: what the first has done cannot be done again. */
async function second(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    throw afterOthers(error);
  }
}

function checkName(filename: unknown): void {
  if (typeof filename !== 'string') throw usage('a filename is a text');
}
