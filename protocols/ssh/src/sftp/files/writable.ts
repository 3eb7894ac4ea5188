// A stream into a file: it opens the file at once, and takes no more than the server keeps up with.
import { FairleadError, usage } from '@fairlead/errors';
import { Call } from '../connection/call.ts';
import type { SftpSession } from '../connection/session.ts';
import type { WriteOptions } from '../types/options.ts';
import { attributesWriter, checkWhole, noAttributes } from '../wire/attributes.ts';
import * as FXP from '../wire/numbers/fxp.ts';
import * as OPEN_FLAG from '../wire/numbers/open-flag.ts';
import { closeHandle, openFile, setStat, stat } from '../wire/requests.ts';
import { bytesOf } from './source.ts';
import { WriteBehind } from './write-behind.ts';

const { WRITE, CREAT, TRUNC, EXCL, APPEND } = OPEN_FLAG;
const FLAGS: ReadonlyMap<string, number> = /* @__PURE__ */ new Map([
  ['w', WRITE | CREAT | TRUNC],
  ['wx', WRITE | CREAT | EXCL],
  ['r+', WRITE],
  ['a', WRITE | CREAT | APPEND],
]);

const noop = (): void => undefined;

/** A stream into a file. */
export function writableFile(
  session: SftpSession,
  path: string,
  options: WriteOptions,
): WritableStream<Uint8Array> {
  const { flags = 'w', start, mode } = options;
  const openFlags = FLAGS.get(flags);
  if (openFlags === undefined) throw usage("flags must be one of 'w', 'wx', 'r+' and 'a'");
  if (start !== undefined) checkWhole('start', start);
  if (start !== undefined && flags === 'a') throw usage("start is not for flags: 'a'");
  if (mode !== undefined) attributesWriter({ mode });
  const encoded = session.path(path);
  const call = new Call(session.connection, 'write', path, session.limit(options, Number.POSITIVE_INFINITY));
  return new WritableStream(new FileSink(session, call, encoded, openFlags, options));
}

/** The sink of one stream. */
class FileSink implements UnderlyingSink<Uint8Array> {
  readonly #session: SftpSession;
  readonly #call: Call;
  readonly #path: Uint8Array;
  readonly #flags: number;
  readonly #options: WriteOptions;
  #handle: Uint8Array | undefined;
  #writing: WriteBehind | undefined;
  #opening: Promise<void> | undefined;

  constructor(session: SftpSession, call: Call, path: Uint8Array, flags: number, options: WriteOptions) {
    this.#session = session;
    this.#call = call;
    this.#path = path;
    this.#flags = flags;
    this.#options = options;
  }

  start(): void {
    // The next piece tells of it: workerd's `pipeTo` resolves when the stream is failed from here while no piece waits.
    this.#call.onStop(() => this.#release());
    this.#opening = this.#guard(() => this.#open());
    this.#opening.catch(noop);
  }

  write(piece: Uint8Array): Promise<void> {
    return this.#guard(async () => {
      await this.#opening;
      const bytes = bytesOf(piece);
      if (bytes !== undefined) await this.#writing?.write(bytes);
    });
  }

  close(): Promise<void> {
    return this.#guard(async () => {
      await this.#opening;
      const call = this.#call;
      const handle = this.#handle;
      await this.#writing?.finish();
      call.check();
      if (handle === undefined) return;
      const last =
        this.#options.mode === undefined ? [] : [call.ask(setStat(handle, this.#attributes(), FXP.FSETSTAT))];
      last.push(call.ask(closeHandle(handle)));
      this.#handle = undefined;
      await Promise.all(last);
      call.end();
    });
  }

  abort(): void {
    // What waits for a reply must go on, to close what it has opened.
    this.#call.stop(new FairleadError('aborted', 'The stream was aborted'));
    this.#close();
  }

  async #open(): Promise<void> {
    const call = this.#call;
    const attributes = this.#options.mode === undefined ? noAttributes : this.#attributes();
    this.#handle = await call.ask(openFile(this.#path, this.#flags, attributes));
    // The stream may have been aborted since the handle came.
    call.check();
    // A server that does not know APPEND needs the place.
    const isAppended = (this.#flags & APPEND) !== 0;
    const { size } = isAppended
      ? await call.ask(stat(this.#handle, FXP.FSTAT))
      : { size: this.#options.start };
    this.#writing = new WriteBehind(call, this.#handle, size ?? 0, this.#session.writeWindow);
  }

  #attributes(): ReturnType<typeof attributesWriter> {
    return attributesWriter({ mode: this.#options.mode });
  }

  /** Closes the file when `work` fails. */
  async #guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const failure = this.#call.failure(error);
      this.#close();
      throw failure;
    }
  }

  #close(): void {
    this.#call.end();
    this.#release();
  }

  #release(): void {
    if (this.#handle !== undefined) this.#session.connection.close(this.#handle);
    this.#handle = undefined;
  }
}
