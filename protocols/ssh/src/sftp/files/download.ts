// Downloads: a stream that is read ahead, and whole files.
import { concat } from '@fairlead/bytes';
import { FairleadError, isFairleadError, usage } from '@fairlead/errors';
import { Call, runCall } from '../connection/call.ts';
import type { SftpSession } from '../connection/session.ts';
import type { FileAttributes } from '../types/attributes.ts';
import type { GetOptions, ReadOptions } from '../types/options.ts';
import { checkWhole } from '../wire/attributes.ts';
import * as FXP from '../wire/numbers/fxp.ts';
import * as OPEN_FLAG from '../wire/numbers/open-flag.ts';
import { openFile, stat } from '../wire/requests.ts';
import { ReadAhead } from './read-ahead.ts';

const DEFAULT_MAX_BYTES = 33_554_432;
/** Pieces that are joined at a time: small ones take far more memory than their bytes. */
const GATHERED_PIECES = 4_096;

/** The range of a download. @throws FairleadError `usage`. */
function rangeOf({ start = 0, end = Number.POSITIVE_INFINITY }: ReadOptions): { start: number; end: number } {
  checkWhole('start', start);
  if (end !== Number.POSITIVE_INFINITY) checkWhole('end', end);
  if (end < start) throw usage('end is before start');
  return { start, end };
}

/** An open file, read ahead. */
interface OpenDownload {
  readonly handle: Uint8Array;
  readonly bytes: ReadAhead;
  /** What the first pieces are views of. */
  readonly storage: Uint8Array;
}

/**
 * Opens a file; its size is asked for in the same round trip.
 * @param maxStored How much storage is set aside at most for what the server says is in the file.
 */
async function openDownload(
  session: SftpSession,
  call: Call,
  path: Uint8Array,
  range: { start: number; end: number },
  maxStored = 0,
): Promise<OpenDownload> {
  const opening = call.ask(openFile(path, OPEN_FLAG.READ));
  const told = call.ask(stat(path, FXP.STAT));
  const handle = await opening;
  try {
    const size = await sizeIn(told);
    const expected = Math.max(0, Math.min(size ?? 0, range.end) - range.start);
    const storage = new Uint8Array(expected <= maxStored ? expected : 0);
    const bytes = new ReadAhead(call, handle, { ...range, size, storage }, session.readWindow);
    return { handle, bytes, storage };
  } catch (error) {
    call.connection.close(handle);
    throw error;
  }
}

/** The size, where the server tells it: a file may be read without. */
async function sizeIn(told: Promise<FileAttributes>): Promise<number | undefined> {
  try {
    return (await told).size;
  } catch (error) {
    if (isFairleadError(error) && error.code === 'server') return undefined;
    throw error;
  }
}

/** The whole file, or a part of it. */
export async function download(session: SftpSession, path: string, options: GetOptions): Promise<Uint8Array> {
  const { maxBytes = DEFAULT_MAX_BYTES, onProgress } = options;
  const range = rangeOf(options);
  checkWhole('maxBytes', maxBytes);
  const encoded = session.path(path);
  const limit = session.limit(options, Number.POSITIVE_INFINITY);
  return await runCall(session.connection, 'get', path, limit, async (call) => {
    const { handle, bytes, storage } = await openDownload(session, call, encoded, range, maxBytes);
    try {
      const beyond: Uint8Array[] = [];
      const recent: Uint8Array[] = [];
      let count = 0;
      for (let piece = await bytes.next(); piece !== undefined; piece = await bytes.next()) {
        count += piece.length;
        if (count > maxBytes) throw tooLong(maxBytes);
        if (count > storage.length) recent.push(piece);
        if (recent.length === GATHERED_PIECES) beyond.push(concat(recent.splice(0)));
        onProgress?.(count);
      }
      if (count > storage.length) return concat([storage, ...beyond, ...recent]);
      return count === storage.length ? storage : storage.slice(0, count);
    } finally {
      session.connection.close(handle);
    }
  });
}

function tooLong(maxBytes: number): FairleadError {
  const message = `SFTP: the file has more than ${maxBytes} bytes (maxBytes); readable() takes any length`;
  return new FairleadError('limit', message);
}

/** A stream that opens the file when it is first read from. */
export function readableFile(
  session: SftpSession,
  path: string,
  options: ReadOptions,
): ReadableStream<Uint8Array> {
  const range = rangeOf(options);
  const encoded = session.path(path);
  const limit = session.limit(options, Number.POSITIVE_INFINITY);
  return new ReadableStream(
    new FileSource(session, () => new Call(session.connection, 'read', path, limit), encoded, range),
    {
      highWaterMark: 0,
    },
  );
}

/** The source of one stream. */
class FileSource implements UnderlyingSource<Uint8Array> {
  readonly #session: SftpSession;
  readonly #begin: () => Call;
  readonly #path: Uint8Array;
  readonly #range: { start: number; end: number };
  #call: Call | undefined;
  #open: OpenDownload | undefined;

  constructor(
    session: SftpSession,
    begin: () => Call,
    path: Uint8Array,
    range: { start: number; end: number },
  ) {
    this.#session = session;
    this.#begin = begin;
    this.#path = path;
    this.#range = range;
  }

  async pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    try {
      this.#call ??= this.#start(controller);
      this.#open ??= await openDownload(this.#session, this.#call, this.#path, this.#range);
      const piece = await this.#open.bytes.next();
      if (piece !== undefined) controller.enqueue(piece);
      else {
        this.#close();
        controller.close();
      }
    } catch (error) {
      const failure = this.#call?.failure(error) ?? error;
      this.#close();
      throw failure;
    }
  }

  cancel(): void {
    // What waits for a reply must go on, to close what it has opened.
    this.#call?.stop(new FairleadError('aborted', 'The stream was cancelled'));
    this.#close();
  }

  #start(controller: ReadableStreamDefaultController<Uint8Array>): Call {
    const call = this.#begin();
    // Between two reads nothing waits that could fail.
    call.onStop((reason) => {
      controller.error(call.failure(reason));
      this.#close();
    });
    return call;
  }

  #close(): void {
    this.#call?.end();
    if (this.#open !== undefined) this.#session.connection.close(this.#open.handle);
    this.#open = undefined;
  }
}
