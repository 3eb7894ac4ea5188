// A download: chunks in their order, checked against what the file's document says, no faster than they are read.
import { FairleadError, usage } from '@fairlead/errors';
import { Binary, type Document } from 'bson';
import type { FindCursor } from '../cursors/find-cursor.ts';
import { protocolError } from '../errors.ts';
import type { Download, DownloadByNameOptions, DownloadOptions, GridFSFile } from './types.ts';
import type { BucketCollections } from './upload.ts';

/** Bytes that one reply brings, unless one chunk has more. */
const BATCH_BYTES = 2 << 20;

/** A file by its `_id`. */
export async function download(
  collections: BucketCollections,
  id: unknown,
  options: DownloadOptions,
): Promise<Download> {
  const { signal, timeoutMs } = options;
  const document = await collections.files.findOne({ _id: id as never }, { signal, timeoutMs });
  if (document === null) throw noSuchId();
  return open(collections, document, options);
}

/** One of the files of a name. */
export async function downloadByName(
  collections: BucketCollections,
  filename: string,
  options: DownloadByNameOptions,
): Promise<Download> {
  const { signal, timeoutMs, revision = -1 } = options;
  if (!Number.isSafeInteger(revision)) throw usage('revision is a whole number');
  const { files } = collections;
  const isNewestFirst = revision < 0;
  const document = await files.findOne(
    { filename },
    {
      sort: { uploadDate: isNewestFirst ? -1 : 1 },
      skip: isNewestFirst ? -revision - 1 : revision,
      signal,
      timeoutMs,
    },
  );
  if (document !== null) return open(collections, document, options);
  const isThere =
    revision !== -1 && revision !== 0 && (await files.findOne({ filename }, { signal, timeoutMs }));
  if (isThere) throw notFound('RevisionNotFound', `GridFS: ${filename} has no revision ${revision}.`);
  throw noSuchName(filename);
}

function open({ chunks }: BucketCollections, document: Document, options: DownloadOptions): Download {
  const file = fileOf(document);
  const { signal, timeoutMs, start = 0, end = file.length } = options;
  if (!(Number.isSafeInteger(start) && Number.isSafeInteger(end) && 0 <= start && start <= end)) {
    throw usage('start and end are whole numbers from 0, and start is no more than end');
  }
  if (end > file.length) throw usage(`start and end are at most the file's length, which is ${file.length}`);
  if (start === end) return { file, body: new ReadableStream({ start: (controller) => controller.close() }) };
  const isWhole = start === 0 && end === file.length;
  const range: Document = {
    $gte: Math.floor(start / file.chunkSize),
    $lte: Math.ceil(end / file.chunkSize) - 1,
  };
  // Without a range, chunks behind the last are seen, too.
  const filter = { files_id: file._id, ...(!isWhole && { n: range }) };
  const batchSize = Math.max(1, Math.floor(BATCH_BYTES / file.chunkSize));
  const cursor = chunks.find(filter, { sort: { n: 1 }, batchSize, signal, timeoutMs });
  const reader = new ChunkReader(file, cursor, start, end);
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const bytes = await reader.read();
        if (bytes === undefined) controller.close();
        else controller.enqueue(bytes);
      },
      cancel: () => cursor.close(),
    },
    { highWaterMark: 0 },
  );
  return { file, body };
}

/** The chunks of one file as bytes. */
class ChunkReader {
  readonly #file: GridFSFile;
  readonly #cursor: FindCursor<Document>;
  readonly #end: number;
  /** The next byte of the file. */
  #at: number;

  constructor(file: GridFSFile, cursor: FindCursor<Document>, start: number, end: number) {
    this.#file = file;
    this.#cursor = cursor;
    this.#at = start;
    this.#end = end;
  }

  /** The next bytes; undefined at the end. */
  async read(): Promise<Uint8Array | undefined> {
    try {
      const chunk = await this.#cursor.next();
      if (this.#at < this.#end) return this.#bytesOf(chunk);
      if (chunk !== null) throw damaged(`there is a chunk ${numberIn(chunk.n)} behind the last`);
      return undefined;
    } catch (error) {
      await this.#cursor.close();
      throw error;
    }
  }

  #bytesOf(chunk: Document | null): Uint8Array {
    const { chunkSize, length } = this.#file;
    const n = Math.floor(this.#at / chunkSize);
    if (chunk === null || numberIn(chunk.n) !== n) throw damaged(`chunk ${n} is missing`);
    const bytes = chunk.data instanceof Binary ? chunk.data.value() : chunk.data;
    const size = Math.min(chunkSize, length - n * chunkSize);
    if (!(bytes instanceof Uint8Array) || bytes.length !== size) {
      throw damaged(`chunk ${n} has not the ${size} bytes that it should have`);
    }
    const first = this.#at - n * chunkSize;
    const last = Math.min(size, this.#end - n * chunkSize);
    this.#at += last - first;
    return bytes.subarray(first, last);
  }
}

/** @throws FairleadError `protocol`: it is no file's document. */
function fileOf(document: Document): GridFSFile {
  const { _id, filename, uploadDate, metadata } = document;
  const length = numberIn(document.length);
  const chunkSize = numberIn(document.chunkSize);
  if (!(Number.isSafeInteger(length) && length >= 0 && Number.isSafeInteger(chunkSize) && chunkSize > 0)) {
    throw damaged('the file has no usable length and chunkSize');
  }
  return { _id, filename, length, chunkSize, uploadDate, metadata };
}

/** The error where no file has this `_id`. */
export function noSuchId(): FairleadError {
  return notFound('FileNotFound', 'GridFS: there is no file with this _id.');
}

/** The error where no file has this name. */
export function noSuchName(filename: string): FairleadError {
  return notFound('FileNotFound', `GridFS: there is no file named ${filename}.`);
}

/** There is no such file, or no such revision of it. Nothing was changed. */
function notFound(code: 'FileNotFound' | 'RevisionNotFound', message: string): FairleadError {
  return new FairleadError('server', message, { safeToRetry: true, server: { code, message } });
}

/** What is stored is no file. @param what Continues "GridFS: ". */
function damaged(what: string): FairleadError {
  return protocolError(`GridFS: ${what}`);
}

/** A number, whichever of BSON's kinds it is; NaN for anything else: a document may not even be made into one. */
function numberIn(value: unknown): number {
  const isDocument = typeof value === 'object' && !(value !== null && '_bsontype' in value);
  return isDocument ? Number.NaN : Number(value);
}
