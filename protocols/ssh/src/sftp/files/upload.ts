// Uploads whole files: beside the target and then in its place, straight into it, or on from where an earlier one ended.
import { usage } from '@fairlead/errors';
import { type Call, runCall } from '../connection/call.ts';
import type { SftpSession } from '../connection/session.ts';
import { isMissing } from '../errors.ts';
import { removeTemporary, replaceFile, temporaryBeside } from '../folders/replace.ts';
import type { PutOptions, PutResult, UploadSource } from '../types/options.ts';
import { attributesWriter, noAttributes } from '../wire/attributes.ts';
import * as FXP from '../wire/numbers/fxp.ts';
import * as OPEN_FLAG from '../wire/numbers/open-flag.ts';
import { closeHandle, fsync, openFile, setStat, stat } from '../wire/requests.ts';
import { type OpenSource, openSource } from './source.ts';
import { WriteBehind } from './write-behind.ts';

const FSYNC = 'fsync@openssh.com';

/** One upload under way. */
interface Upload {
  readonly session: SftpSession;
  readonly call: Call;
  readonly path: string;
  readonly source: OpenSource;
  readonly options: PutOptions;
}

/** Uploads a file. */
export async function upload(
  session: SftpSession,
  path: string,
  given: UploadSource,
  options: PutOptions,
): Promise<PutResult> {
  const { resume = false, atomic = !resume, mode } = options;
  const source = openSource(given);
  try {
    if (atomic && resume) throw usage('An upload that is resumed cannot be atomic');
    if (mode !== undefined) attributesWriter({ mode });
    session.path(path);
    const limit = session.limit(options, Number.POSITIVE_INFINITY);
    return await runCall(session.connection, 'put', path, limit, async (call) => {
      call.onStop((reason) => source.cancel(reason));
      const one: Upload = { session, call, path, source, options };
      if (atomic) return await session.tidy(uploadBeside(one));
      return { bytes: resume ? await uploadOn(one) : await uploadInto(one), atomic: false };
    });
  } catch (error) {
    source.cancel(error);
    throw error;
  }
}

/** To a temporary file, which takes the target's place. */
async function uploadBeside(one: Upload): Promise<PutResult> {
  const { session, call, path } = one;
  const temporary = temporaryBeside(path, 'part');
  try {
    const bytes = await write(one, temporary, OPEN_FLAG.WRITE | OPEN_FLAG.CREAT | OPEN_FLAG.EXCL, 0);
    call.check();
    return { bytes, atomic: await replaceFile(session, call, temporary, path) };
  } catch (error) {
    removeTemporary(session, temporary);
    throw error;
  }
}

/** Into the target itself. @returns Its size. */
function uploadInto(one: Upload): Promise<number> {
  return write(one, one.path, OPEN_FLAG.WRITE | OPEN_FLAG.CREAT | OPEN_FLAG.TRUNC, 0);
}

/** On from where an earlier upload into the target ended. @returns Its size. */
async function uploadOn(one: Upload): Promise<number> {
  const { session, call, path, source } = one;
  const { size } = await call.ask(stat(session.path(path), FXP.STAT)).catch((error: unknown) => {
    if (isMissing(error)) return { size: 0 };
    throw error;
  });
  if (size === undefined)
    throw usage('The server does not tell how long the file is: its upload cannot be resumed');
  await source.skip(size).catch((error: unknown) => {
    // A source that was cancelled is not too short.
    call.check();
    throw error;
  });
  return await write(one, path, OPEN_FLAG.WRITE | OPEN_FLAG.CREAT, size);
}

/** Writes the source into a file from `start` on, and closes it. @returns The file's size. */
async function write(
  { session, call, source, options }: Upload,
  path: string,
  flags: number,
  start: number,
): Promise<number> {
  const { mode, fsync: isSynced = true, onProgress } = options;
  const attributes = mode === undefined ? noAttributes : attributesWriter({ mode });
  const { connection } = session;
  const handle = await call.ask(openFile(session.path(path), flags, attributes));
  let isOpen = true;
  try {
    const progress = onProgress && ((bytes: number) => onProgress(start + bytes));
    const writing = new WriteBehind(call, handle, start, session.writeWindow, progress);
    let bytes = start;
    for (let piece = await source.next(); piece !== undefined; piece = await source.next()) {
      bytes += piece.length;
      await writing.write(piece);
    }
    await writing.finish();
    call.check();
    const last = [];
    // The server's umask took some away.
    if (mode !== undefined) last.push(call.ask(setStat(handle, attributes, FXP.FSETSTAT)));
    if (isSynced && session.extensions.has(FSYNC)) last.push(call.ask(fsync(handle)));
    last.push(call.ask(closeHandle(handle)));
    isOpen = false;
    await Promise.all(last);
    return bytes;
  } finally {
    if (isOpen) connection.close(handle);
  }
}
