// One line of MLSD or MLST (RFC 3659 section 7): facts, a space, and the name, which may hold anything but a line end.
import { parseTime } from '../wire/values.ts';
import { entryOf, sizeOf, unparsed } from './entry.ts';
import type { EntryType, FtpEntry } from './types.ts';

const MAX_LINE_CHARACTERS = 16_384;
/** Symbolic links have no type in RFC 3659: `OS.unix=slink:target` of pure-ftpd, `OS.unix=symlink` of ProFTPD. */
const LINK = /^os\.unix=s(?:ym)?link(?::(.*))?$/is;

/**
 * The entry of one line; `undefined` for the directory itself, the one above it, and an empty line.
 * @example
 * ```ts
 * import { parseMlsdLine } from '@fairlead/ftp/listing';
 *
 * parseMlsdLine('Type=dir;Modify=20260102030405; reports')?.type; // 'directory'
 * ```
 */
export function parseMlsdLine(line: string): FtpEntry | undefined {
  if (line === '') return undefined;
  const entry = parseFactLine(line);
  const isItself = /^[cp]dir$/i.test(entry.facts.get('type') ?? '');
  return isItself || entry.name === '.' || entry.name === '..' ? undefined : entry;
}

/** The same for MLST, whose entry may be the directory itself. */
export function parseFactLine(line: string): FtpEntry {
  const space = line.indexOf(' ');
  const facts = space < 0 || line.length > MAX_LINE_CHARACTERS ? undefined : readFacts(line.slice(0, space));
  const name = line.slice(space + 1);
  if (facts === undefined || name === '') return unparsed(line);
  const said = facts.get('type') ?? '';
  const link = LINK.exec(said);
  const time = facts.get('modify');
  return entryOf({
    name,
    type: link === null ? typeOf(said) : 'link',
    size: sizeOf(facts.get('size')),
    modifiedAt: time === undefined ? undefined : parseTime(time),
    target: link?.[1] || undefined,
    permissions: facts.get('unix.mode'),
    owner: facts.get('unix.ownername') ?? facts.get('unix.owner'),
    group: facts.get('unix.groupname') ?? facts.get('unix.group'),
    facts,
    raw: line,
  });
}

/** `undefined` for text that is no list of facts. */
function readFacts(text: string): ReadonlyMap<string, string> | undefined {
  const facts = new Map<string, string>();
  for (const fact of text.split(';')) {
    if (fact === '') continue;
    const equals = fact.indexOf('=');
    if (equals <= 0) return undefined;
    facts.set(fact.slice(0, equals).toLowerCase(), fact.slice(equals + 1));
  }
  return facts;
}

function typeOf(said: string): EntryType {
  if (/^file$/i.test(said)) return 'file';
  return /^[cp]?dir$/i.test(said) ? 'directory' : 'other';
}
