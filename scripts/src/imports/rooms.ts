// How many files stand in one folder, and what they are called: so that a stranger finds each by its room. It reads no file.
import { posix } from 'node:path';
import type { Breach } from './breach.ts';
import type { Project } from './files.ts';

const MAX_FILES = 7;

/** Folders that had more files when the rule came, and how many. An entry may become smaller or go; none is added. */
const LARGE: ReadonlyMap<string, number> = new Map([
  ['packages/http/src/request', 8],
  ['packages/testkit/src/compliance', 9],
  ['protocols/gopher/src/wire', 9],
  ['protocols/postgres/src/binary', 8],
  ['protocols/postgres/src/connection', 9],
  ['protocols/postgres/src/json', 8],
  ['protocols/postgres/src/route/neon', 8],
  ['protocols/postgres/src/statements', 9],
  ['protocols/postgres/src/values', 9],
]);

/** No folder with more than seven files, and no file and folder of one name. */
export function rooms({ files }: Project): Breach[] {
  const inFolders = new Map<string, string[]>();
  for (const { path, isTest } of files) {
    if (isTest || !/^(packages|protocols)\/[^/]+\/src\//.test(path)) continue;
    const folder = posix.dirname(path);
    inFolders.set(folder, [...(inFolders.get(folder) ?? []), path]);
  }
  const breach = (file: string, message: string, wayOut: string): Breach => ({
    file,
    line: 1,
    rule: 'rooms',
    message,
    wayOut,
  });
  return [...inFolders].flatMap(([folder, paths]) => {
    const most = LARGE.get(folder) ?? MAX_FILES;
    const wayOut = 'sort them into rooms: options, wire, session, connection, one folder a feature, route';
    const found = paths
      .filter((path) => inFolders.has(path.replace(/\.[a-z]+$/, '')))
      .map((path) =>
        breach(
          path,
          'has the name of a folder beside it',
          'make it index.ts of that folder, or give it a name of its own',
        ),
      );
    if (paths.length > most) {
      found.push(
        breach(paths[0] ?? folder, `${folder} has ${paths.length} files, more than ${most}`, wayOut),
      );
    }
    if (LARGE.has(folder) && paths.length < most) {
      const message = `${folder} has ${paths.length} files, and LARGE in rooms.ts allows ${most}`;
      found.push(breach(paths[0] ?? folder, message, 'lower its number there, or take it out at seven'));
    }
    return found;
  });
}
