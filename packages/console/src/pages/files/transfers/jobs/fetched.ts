// One download, in memory that the browser may move to its disk. What broke off goes on where it ended, as long as the file is the same.
import { chunksOf } from '../../store/chunks.ts';
import type { FileStore } from '../../store/contract.ts';

/** Chunks are put together to blobs of this size: browsers keep large blobs on disk. */
const BLOB_BYTES = 8_388_608;

/** What a download has so far. */
export class Fetched {
  readonly #blobs: Blob[] = [];
  #chunks: Uint8Array<ArrayBuffer>[] = [];
  #chunkBytes = 0;
  #bytes = 0;
  #etag: string | undefined;
  #size: number | undefined;

  /** Bytes that came. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Of the whole file; undefined where the server does not say. */
  get size(): number | undefined {
    return this.#size;
  }

  /**
   * Reads the file, or its rest, to the end.
   * @throws FairleadProblem; TypeError where the answer breaks off: called again, it goes on.
   */
  async read(store: FileStore, path: string, onProgress: () => void, signal: AbortSignal): Promise<void> {
    const isRest = this.#bytes > 0 && this.#etag !== undefined;
    if (!isRest) this.#forget();
    if (isRest && this.#bytes === this.#size) return;
    const answer = await store.get(path, { start: this.#bytes, etag: this.#etag, signal });
    if (answer.start !== this.#bytes) this.#forget();
    if (answer.start !== this.#bytes)
      throw new Error('The gateway sent another part of the file than the one asked for.');
    this.#etag = answer.etag;
    this.#size = answer.size;
    onProgress();
    for await (const chunk of chunksOf(answer.body)) {
      this.#take(chunk);
      onProgress();
    }
    if (this.#size !== undefined && this.#bytes !== this.#size)
      throw new TypeError(`Only ${this.#bytes} of ${this.#size} bytes came.`);
  }

  /** The file, once it is whole. */
  blob(): Blob {
    return new Blob([...this.#blobs, ...this.#chunks], { type: 'application/octet-stream' });
  }

  #take(chunk: Uint8Array<ArrayBuffer>): void {
    this.#chunks.push(chunk);
    this.#chunkBytes += chunk.length;
    this.#bytes += chunk.length;
    if (this.#chunkBytes < BLOB_BYTES) return;
    this.#blobs.push(new Blob(this.#chunks));
    this.#chunks = [];
    this.#chunkBytes = 0;
  }

  /** The file has changed, or nobody can tell: it is read from its beginning. */
  #forget(): void {
    this.#blobs.length = 0;
    this.#chunks = [];
    this.#chunkBytes = 0;
    this.#bytes = 0;
  }
}
