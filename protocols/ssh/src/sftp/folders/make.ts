// Makes a folder and the parents that are missing.
import type { Call } from '../connection/call.ts';
import type { SftpSession } from '../connection/session.ts';
import { isMissing } from '../errors.ts';
import { attributesWriter, noAttributes } from '../wire/attributes.ts';
import * as FXP from '../wire/numbers/fxp.ts';
import { makeFolder, stat } from '../wire/requests.ts';

/** Makes one folder. */
export function makeOne(
  session: SftpSession,
  call: Call,
  path: string,
  mode: number | undefined,
): Promise<void> {
  const attributes = mode === undefined ? noAttributes : attributesWriter({ mode });
  return call.ask(makeFolder(session.path(path), attributes));
}

/** Makes a folder, from the deepest that exists on. One that exists is no error. */
export async function makeAll(
  session: SftpSession,
  call: Call,
  path: string,
  mode: number | undefined,
): Promise<void> {
  const missing: string[] = [];
  let at = path.length > 1 ? path.replace(/\/+$/, '') || '/' : path;
  while (!(await makeOrFind(session, call, at, mode))) {
    missing.push(at);
    const parent = at.slice(0, Math.max(at.lastIndexOf('/'), 0)).replace(/\/+$/, '');
    // Nothing is above it: its own refusal tells more.
    if (parent === '') break;
    at = parent;
  }
  for (const folder of missing.reverse()) {
    if (!(await makeOrFind(session, call, folder, mode))) await makeOne(session, call, folder, mode);
  }
}

/** @returns False where a parent is missing. */
async function makeOrFind(
  session: SftpSession,
  call: Call,
  path: string,
  mode: number | undefined,
): Promise<boolean> {
  try {
    await makeOne(session, call, path, mode);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    // FAILURE is version 3's only word for a folder that exists.
    const found = await call.ask(stat(session.path(path), FXP.STAT)).catch(() => undefined);
    if (found?.kind === 'directory') return true;
    throw error;
  }
}
