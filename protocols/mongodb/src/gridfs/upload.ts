// An upload: chunks in batches, each acknowledged before more is read, then the file's document.
import { type CallLimit, type CallOptions, remainingMs } from '@fairlead/client';
import { isFairleadError } from '@fairlead/errors';
import { Binary, type Document, Int32, ObjectId } from 'bson';
import type { Collection } from '../collection/collection.ts';
import { afterOthers } from '../errors.ts';
import { openBody, piecesOf } from './body.ts';
import type { GridFSFile, UploadBody, UploadOptions } from './types.ts';

/** Bytes that one insert sends at most, unless one chunk has more. */
const BATCH_BYTES = 2 << 20;

/** How long the chunks of an upload that was given up are deleted for. */
const CLEAN_UP_MS = 5_000;

/** Where a bucket's files are. */
export interface BucketCollections {
  readonly files: Collection;
  readonly chunks: Collection;
}

/** Stores a file. */
export async function upload(
  { files, chunks }: BucketCollections,
  filename: string,
  body: UploadBody,
  chunkSize: number,
  options: UploadOptions,
  limit: CallLimit,
): Promise<GridFSFile> {
  const source = openBody(body);
  const { id = new ObjectId(), metadata } = options;
  const writer = new ChunkWriter(chunks, id, limit);
  try {
    for await (const piece of piecesOf(source, chunkSize, limit)) {
      if (writer.push(piece)) await writer.flush();
    }
    await writer.flush();
    const uploadDate = new Date();
    const { length } = writer;
    writer.isFileSent = true;
    await writer.write(async (call) => {
      const document = {
        _id: id as ObjectId,
        length: BigInt(length),
        chunkSize: new Int32(chunkSize),
        uploadDate,
        filename,
        ...(metadata !== undefined && { metadata }),
      };
      await files.insertOne(document, call);
    });
    return { _id: id, filename, length, chunkSize, uploadDate, metadata };
  } catch (error) {
    // The source may be one that never settles.
    Promise.resolve(source.return?.()).catch(() => undefined);
    await writer.giveUp(error);
    throw writer.isSent ? afterOthers(error) : error;
  }
}

/** The chunks of one file on their way. */
class ChunkWriter {
  /** Bytes of the file so far. */
  length = 0;
  readonly #chunks: Collection;
  readonly #id: unknown;
  readonly #limit: CallLimit;
  #batch: Document[] = [];
  #batchBytes = 0;
  #count = 0;
  /** Whether a chunk has left. */
  isSent = false;
  /** Whether the file's document has left: the file may be there, whatever is heard of it. */
  isFileSent = false;
  #isServers = false;

  constructor(chunks: Collection, id: unknown, limit: CallLimit) {
    this.#chunks = chunks;
    this.#id = id;
    this.#limit = limit;
  }

  /** Keeps a chunk. @returns Whether it is time to send. */
  push(bytes: Uint8Array): boolean {
    this.#batch.push({ _id: new ObjectId(), files_id: this.#id, n: this.#count, data: new Binary(bytes) });
    this.#count += 1;
    this.length += bytes.length;
    this.#batchBytes += bytes.length;
    return this.#batchBytes + bytes.length > BATCH_BYTES;
  }

  /** Sends what is kept. */
  async flush(): Promise<void> {
    const batch = this.#batch;
    if (batch.length === 0) return;
    this.isSent = true;
    await this.write(async (call) => {
      await this.#chunks.insertMany(batch, call);
    });
    this.#batch = [];
    this.#batchBytes = 0;
  }

  /** Sends a command, and notes where the server or the network is to blame for its failure. */
  async write(send: (call: CallOptions) => Promise<void>): Promise<void> {
    const { signal, at } = this.#limit;
    this.#isServers = true;
    await send(
      at === Number.POSITIVE_INFINITY ? { signal } : { signal, timeoutMs: remainingMs(this.#limit) },
    );
    this.#isServers = false;
  }

  /**
   * Deletes the chunks of an upload that its caller, its source or its time has ended. Where the server has failed, they stay, as the
   * specification says: whatever it was would most likely prevent that too.
   */
  async giveUp(error: unknown): Promise<void> {
    const isCallers = isFairleadError(error) && (error.code === 'aborted' || error.code === 'timeout');
    const mayBeThere = this.isFileSent && !(isFairleadError(error) && error.safeToRetry);
    if (!this.isSent || mayBeThere || (this.#isServers && !isCallers)) return;
    const call = { timeoutMs: CLEAN_UP_MS };
    await this.#chunks.deleteMany({ files_id: this.#id }, call).catch(() => undefined);
  }
}
