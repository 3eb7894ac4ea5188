// One entry of a directory: by MLST, else by SIZE and MDTM, else from the listing of its directory. It is the caller's turn.
import { FairleadError } from '@fairlead/errors';
import type { Connection } from '../connection/connection.ts';
import { protocolError } from '../errors.ts';
import { entryOf } from '../listing/entry.ts';
import { parseFactLine } from '../listing/mlsd.ts';
import type { FtpEntry } from '../listing/types.ts';
import { pathArgument } from '../wire/names.ts';
import { sizeOfFile, timeOfFile, unless } from './versions.ts';

/** The last part of a path, and the directory that it stands in (`undefined`: the login directory). */
export function splitPath(path: string): { directory: string | undefined; name: string } {
  const whole = path.replace(/\/+$/, '');
  const slash = whole.lastIndexOf('/');
  if (slash < 0) return { directory: undefined, name: whole };
  return { directory: whole.slice(0, slash) || '/', name: whole.slice(slash + 1) };
}

/** MLST. @throws FairleadError `server`. */
export async function factsOf(connection: Connection, path: string): Promise<FtpEntry> {
  const { lines } = await connection.ask(`MLST ${pathArgument(path)}`);
  // RFC 3659 section 7.2: the second of three lines, behind one space.
  const line = lines.slice(1, -1).find((one) => one.includes('='));
  const entry = line === undefined ? undefined : parseFactLine(line.replace(/^ /, ''));
  if (entry === undefined || entry.type === 'unparsed')
    throw protocolError('the answer to MLST has no facts');
  return { ...entry, name: splitPath(path).name || '/' };
}

/** SIZE and MDTM: for files alone; `undefined` where SIZE is refused. */
export async function sizeAndTimeOf(
  connection: Connection,
  path: string,
  features: ReadonlyMap<string, string>,
): Promise<FtpEntry | undefined> {
  const refused = ['500', '501', '502', '504', '550', '553'];
  const size = await unless(refused, sizeOfFile(connection, path));
  if (size === undefined) return undefined;
  const modifiedAt = features.has('MDTM') ? await unless(refused, timeOfFile(connection, path)) : undefined;
  return entryOf({ name: splitPath(path).name, type: 'file', size, modifiedAt, raw: '' });
}

/** The error of a path that the listing of its directory does not have. */
export function noSuchEntry(name: string): FairleadError {
  const message = `The directory has no entry ${JSON.stringify(name.slice(0, 100))}`;
  return new FairleadError('server', message, { server: { code: '550', message }, safeToRetry: true });
}
