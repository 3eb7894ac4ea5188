// Puts a file in the place of another. At no time is the other one's only copy removed.
import { toHex } from '@fairlead/bytes';
import { errorWith, type FairleadError } from '@fairlead/errors';
import type { Call } from '../connection/call.ts';
import type { SftpSession } from '../connection/session.ts';
import { isStatus, quoted } from '../errors.ts';
import * as FXP from '../wire/numbers/fxp.ts';
import { posixRename, remove, rename, type SftpRequest, stat } from '../wire/requests.ts';

/** A name in the same folder, short enough for every file system, that nobody can foresee. */
export function temporaryBeside(path: string, ending: 'part' | 'old'): string {
  const random = toHex(crypto.getRandomValues(new Uint8Array(8)));
  return `${path.slice(0, path.lastIndexOf('/') + 1)}.fairlead-${random}.${ending}`;
}

/** Removes a temporary file, without waiting, and by a call of its own: the one that made it may be over. */
export function removeTemporary(session: SftpSession, temporary: string): void {
  tidyUp(session, temporary, remove(session.path(temporary), FXP.REMOVE)).catch(() => undefined);
}

function tidyUp(session: SftpSession, path: string, request: SftpRequest<void>): Promise<void> {
  return session.tidy(session.call('tidying', path, {}, (call) => call.ask(request)));
}

/**
 * Renames `from` to `to`, which may exist: in one step where the server has `posix-rename@openssh.com`, or where `to` does not
 * exist; else `to` gets another name first, and its own again where `from` cannot take its place.
 * @returns Whether it was one step.
 */
export async function replaceFile(
  session: SftpSession,
  call: Call,
  from: string,
  to: string,
): Promise<boolean> {
  const [source, target] = [session.path(from), session.path(to)];
  if (session.extensions.has('posix-rename@openssh.com')) {
    await call.ask(posixRename(source, target));
    return true;
  }
  try {
    await call.ask(rename(source, target));
    return true;
  } catch (error) {
    // FAILURE is version 3's only word for a target that exists.
    if (!isStatus(error, 'FAILURE') && !isStatus(error, 'FILE_ALREADY_EXISTS')) throw error;
    const found = await call.ask(stat(target, FXP.LSTAT)).catch(() => undefined);
    call.check();
    if (found === undefined || found.kind === 'directory') throw error;
  }
  await replaceInSteps(session, call, source, to);
  return false;
}

async function replaceInSteps(
  session: SftpSession,
  call: Call,
  source: Uint8Array,
  to: string,
): Promise<void> {
  const target = session.path(to);
  const aside = temporaryBeside(to, 'old');
  const encoded = session.path(aside);
  let isAside = false;
  try {
    await call.ask(rename(target, encoded));
    isAside = true;
    await call.ask(rename(source, target));
  } catch (error) {
    const failure = call.failure(error);
    const isRefused = failure.code === 'server';
    if (isRefused && !isAside) throw failure;
    // By a call of its own, since this one may be over. Where the target was not touched, or was replaced, it does nothing.
    const outcome = tidyUp(session, aside, rename(encoded, target)).then(
      () => true,
      () => false,
    );
    throw isRefused && (await outcome) ? failure : keptAside(failure, aside);
  }
  removeTemporary(session, aside);
}

/** @param aside Where the old file may be. */
function keptAside(failure: FairleadError, aside: string): FairleadError {
  const message = `${failure.message}; the file that was to be replaced may now be ${quoted(aside)}`;
  return errorWith(failure, { message, safeToRetry: false });
}
