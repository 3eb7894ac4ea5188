// What GridFS takes and gives. Types only.
import type { CallOptions } from '@fairlead/client';
import type { Document } from 'bson';
import type { ConcernOptions } from '../types/calls.ts';

/** Bytes to store: at hand, or as they come. */
export type UploadBody = string | Uint8Array | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

/** What a bucket takes. */
export interface GridFSBucketOptions extends ConcernOptions {
  /** Its collections are `NAME.files` and `NAME.chunks`. Default `fs`. */
  readonly bucketName?: string | undefined;
  /** Bytes of each chunk of new files: 1 to 16,000,000. Default 261,120 (255 KiB). */
  readonly chunkSizeBytes?: number | undefined;
}

/** What an upload takes. `timeoutMs` is the time of the whole upload; default: none, but for each of its commands. */
export interface UploadOptions extends CallOptions {
  /** Any value but undefined. Default: a new ObjectId. */
  readonly id?: unknown;
  /** Default: the bucket's. */
  readonly chunkSizeBytes?: number | undefined;
  /** What the caller wants to know of the file later. */
  readonly metadata?: Document | undefined;
}

/** What a download takes. `timeoutMs` is the time of each of its commands. */
export interface DownloadOptions extends CallOptions {
  /** The first byte that is wanted. Default 0. */
  readonly start?: number | undefined;
  /** The first byte that is not wanted any more. Default: the file's length. */
  readonly end?: number | undefined;
}

/** What a download by name takes. */
export interface DownloadByNameOptions extends DownloadOptions {
  /** Of the files with this name: 0 is the oldest, 1 the next; -1 the newest, -2 the one before it. Default -1. */
  readonly revision?: number | undefined;
}

/** A file as its bucket's files collection has it, with its numbers as numbers. */
export interface GridFSFile {
  readonly _id: unknown;
  readonly filename: string;
  /** Bytes. */
  readonly length: number;
  readonly chunkSize: number;
  readonly uploadDate: Date;
  readonly metadata: Document | undefined;
}

/** A file document as `find` gives it: `length` is an int64, so a bigint. */
export interface GridFSFileDocument extends Document {
  _id: unknown;
  filename: string;
  length: bigint | number;
  chunkSize: number;
  uploadDate: Date;
  metadata?: Document;
}

/** A file and its bytes. */
export interface Download {
  readonly file: GridFSFile;
  /** Bytes of `start` to `end`. It has to be read to its end, or cancelled. */
  readonly body: ReadableStream<Uint8Array>;
}
