// Sizes and times of files, and whether a file is still the one that it was. It is the caller's turn on the connection.
import { FairleadError, isFairleadError } from '@fairlead/errors';
import type { Connection } from '../connection/connection.ts';
import type { FileVersion } from '../types.ts';
import { pathArgument } from '../wire/names.ts';
import { readSize, readTime } from '../wire/values.ts';

/** Codes of a command that the server does not have. */
const NOT_IMPLEMENTED = ['500', '501', '502', '504'];
const NO_SUCH_FILE = '550';

/** SIZE. @throws FairleadError `server`. */
export async function sizeOfFile(connection: Connection, path: string): Promise<number> {
  return readSize(await connection.ask(`SIZE ${pathArgument(path)}`));
}

/** MDTM. @throws FairleadError `server`. */
export async function timeOfFile(connection: Connection, path: string): Promise<Date> {
  return readTime(await connection.ask(`MDTM ${pathArgument(path)}`));
}

/** SIZE, or `undefined` from a server that does not have the command. */
export async function knownSize(connection: Connection, path: string): Promise<number | undefined> {
  return await unless(NOT_IMPLEMENTED, sizeOfFile(connection, path));
}

/** SIZE, or 0 where there is no such file. */
export async function sizeOrNone(connection: Connection, path: string): Promise<number> {
  return (await unless([NO_SUCH_FILE], sizeOfFile(connection, path))) ?? 0;
}

/** @throws FairleadError `server` where the file has another size or time of change, or none that can be told. */
export async function requireUnchanged(
  connection: Connection,
  path: string,
  { size, modifiedAt }: FileVersion,
): Promise<void> {
  if (size !== undefined) {
    const now = await sizeOfFile(connection, path);
    if (now !== size) throw changed(`it had ${size} bytes and has ${now}`);
  }
  if (modifiedAt !== undefined) {
    const now = await timeOfFile(connection, path);
    // Listings and MDTM may differ in fractions of a second.
    if (Math.floor(now.getTime() / 1000) !== Math.floor(modifiedAt.getTime() / 1000)) {
      throw changed(`it was changed at ${now.toISOString()}`);
    }
  }
}

/** The result, or `undefined` where the server refuses with one of these codes. */
export async function unless<T>(codes: readonly string[], work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isFairleadError(error) && error.code === 'server' && codes.includes(error.server?.code ?? '')) {
      return undefined;
    }
    throw error;
  }
}

function changed(what: string): FairleadError {
  const message = `The file has changed since: ${what}`;
  return new FairleadError('server', message, { server: { code: '213', message: what } });
}
