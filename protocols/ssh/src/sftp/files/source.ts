// What is uploaded, in pieces. It sends nothing.
import { usage } from '@fairlead/errors';
import type { UploadSource } from '../types/options.ts';

/** A source that is read from its beginning. */
export interface OpenSource {
  /** The next piece; `undefined` at the end. */
  next(): Promise<Uint8Array | undefined>;
  /** Drops the first bytes. @throws FairleadError `usage` where there are not as many. */
  skip(bytes: number): Promise<void>;
  /** Lets go of a stream: a pending `next` settles. Never throws. */
  cancel(reason: unknown): void;
}

const noop = (): void => undefined;

/** @throws FairleadError `usage` for what cannot be uploaded, or a stream that is locked. */
export function openSource(source: UploadSource): OpenSource {
  if (typeof source === 'string') return new Pieces(ofBytes(new TextEncoder().encode(source)), noop);
  if (source instanceof Uint8Array) return new Pieces(ofBytes(source), noop);
  if (!(source instanceof ReadableStream))
    throw usage('put takes a Uint8Array, text, or a ReadableStream of bytes');
  if (source.locked) throw usage('The stream is locked: another reader has it');
  const reader = source.getReader();
  return new Pieces(
    async () => bytesOf((await reader.read()).value),
    (reason) => void reader.cancel(reason).catch(noop),
  );
}

/** Checks one piece of a caller's stream. @throws FairleadError `usage` where it is no bytes. */
export function bytesOf(piece: unknown): Uint8Array | undefined {
  if (piece === undefined || piece instanceof Uint8Array) return piece;
  throw usage('A stream that is written to a file has pieces that are Uint8Array');
}

function ofBytes(bytes: Uint8Array): () => Promise<Uint8Array | undefined> {
  let left: Uint8Array | undefined = bytes;
  return () => {
    const next = left;
    left = undefined;
    return Promise.resolve(next);
  };
}

class Pieces implements OpenSource {
  readonly #read: () => Promise<Uint8Array | undefined>;
  readonly #cancel: (reason: unknown) => void;
  /** What `skip` has read too much. */
  #kept: Uint8Array | undefined;

  constructor(read: () => Promise<Uint8Array | undefined>, cancel: (reason: unknown) => void) {
    this.#read = read;
    this.#cancel = cancel;
  }

  next(): Promise<Uint8Array | undefined> {
    const kept = this.#kept;
    this.#kept = undefined;
    return kept === undefined ? this.#read() : Promise.resolve(kept);
  }

  async skip(bytes: number): Promise<void> {
    let left = bytes;
    while (left > 0) {
      const piece = await this.#read();
      if (piece === undefined)
        throw usage('The file on the server is longer than the source', { safeToRetry: false });
      if (piece.length > left) this.#kept = piece.subarray(left);
      left -= Math.min(left, piece.length);
    }
  }

  cancel(reason: unknown): void {
    this.#cancel(reason);
  }
}
