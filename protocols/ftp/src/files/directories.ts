// Makes directories, also with the ones above them. It is the caller's turn.
import { isFairleadError } from '@fairlead/errors';
import type { Connection } from '../connection/connection.ts';
import { pathArgument } from '../wire/names.ts';
import { readPath } from '../wire/values.ts';

/** MKD. */
export async function makeDirectory(connection: Connection, path: string): Promise<void> {
  await connection.ask(`MKD ${pathArgument(path)}`, { hasEffect: true });
}

/**
 * MKD for the path, and where it is refused, for each directory on the way. A refusal may mean that the directory is there
 * already, in words that differ from server to server, so CWD is asked.
 */
export async function makeDirectories(connection: Connection, path: string): Promise<void> {
  try {
    return await makeDirectory(connection, path);
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
  if (await exists(connection, path)) return;
  const parts = path.split('/').filter((part) => part !== '');
  let at = path.startsWith('/') ? '/' : '';
  for (const [i, part] of parts.entries()) {
    at += part;
    try {
      await makeDirectory(connection, at);
    } catch (error) {
      if (!isRefusal(error) || (i === parts.length - 1 && !(await exists(connection, at)))) throw error;
    }
    at += '/';
  }
}

/** Whether a directory is there; the working directory stays as it was. */
async function exists(connection: Connection, path: string): Promise<boolean> {
  const home = await workingDirectory(connection);
  try {
    await connection.ask(`CWD ${pathArgument(path)}`);
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
  try {
    await connection.ask(`CWD ${pathArgument(home)}`);
  } catch (error) {
    throw connection.destroy(connection.told(error));
  }
  return true;
}

/** PWD. */
export async function workingDirectory(connection: Connection): Promise<string> {
  return readPath(await connection.ask('PWD'));
}

/** Whether the server refused the command for good, or the file is busy. */
export function isRefusal(error: unknown): boolean {
  return isFairleadError(error) && error.code === 'server' && /^(?:5|450)/.test(error.server?.code ?? '');
}
