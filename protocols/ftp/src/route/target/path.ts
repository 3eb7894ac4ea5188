// The paths that callers write, below a connection's root. It knows nothing of links: the server follows them as it likes.
import { HttpProblem } from '@fairlead/http';
import type { FtpClient } from '../../client/types.ts';

const MAX_CHARACTERS = 4096;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
const CONTROL = /[\x00-\x1f\x7f-\x9f]/;
/** `..`, and what Windows reads as that: dots and spaces at the end of a name do not count there. */
const UPWARDS = /^[. ]*\.\.[. ]*$/;
/** What servers expand in the argument of LIST. A backslash takes the next character's meaning: `\\.\\.` is `..`. */
const PATTERN = /[*?[\]{}\\]/;
/** The patterns that can mean `..`. */
const UPWARD_PATTERN = /(?:^|\/)\.[^/]*[*?[]|[{\\]/;

/** Whether a text of the settings can be a root: absolute, and normal but for a slash at its end. */
export function isRoot(text: string): boolean {
  const names = text.replace(/\/$/, '').split('/').slice(1);
  return (
    text.startsWith('/') && faultOf(text) === undefined && names.every((name) => name !== '' && name !== '.')
  );
}

/** A caller's path. */
export interface ServerPath {
  /** As the server gets it; empty for the login directory. */
  readonly text: string;
  /** Whether it is the root itself. */
  readonly isRoot: boolean;
}

/**
 * A caller's path as the server gets it: normal, and below the root. A slash at its beginning does not count.
 * @param root Absolute. Default: the login directory, of which paths are relative.
 * @param place For the message: `query.path`.
 * @throws HttpProblem 400 for a path that leads upwards or holds what no path holds.
 */
export function serverPath(path: string, root: string | undefined, place: string): ServerPath {
  const fault = faultOf(path);
  if (fault !== undefined) throw wrongPath(place, fault);
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  const below = names.join('/');
  const isRoot = names.length === 0;
  if (root !== undefined)
    return { text: `${root.replace(/\/$/, '')}/${below}`.replace(/(.)\/$/, '$1'), isRoot };
  // Servers take `~name` at the beginning for somebody's home, and `-name` for an option.
  return { text: /^[~-]/.test(below) ? `./${below}` : below, isRoot };
}

/** The same, for what cannot be done to the root itself. @throws HttpProblem 400. */
export function pathBelowRoot(path: string, root: string | undefined, place: string): string {
  const { text, isRoot } = serverPath(path, root, place);
  if (isRoot) throw wrongPath(place, 'names the root itself');
  return text;
}

/**
 * Refuses what a listing may expand: all patterns at a server without MLSD, which gets the path as the argument of LIST; those that
 * lead upwards at any, since a server may say that it has MLSD, and refuse it.
 * @throws HttpProblem 400.
 */
export function checkPattern({ server }: FtpClient, path: string, place: string): void {
  const pattern = server.features.has('MLST') ? UPWARD_PATTERN : PATTERN;
  if (!pattern.test(path)) return;
  throw wrongPath(place, 'holds a character of patterns (* ? [ ] { } \\), which this server may expand');
}

/** A fault of one place in the request. */
export function wrongPath(place: string, message: string): HttpProblem {
  return new HttpProblem('invalid', `${place}: ${message}`, { errors: [{ path: place, message }] });
}

function faultOf(path: string): string | undefined {
  if (path.length > MAX_CHARACTERS) return `is longer than ${MAX_CHARACTERS} characters`;
  if (CONTROL.test(path)) return 'holds a control character';
  if (!path.isWellFormed()) return 'holds half of a surrogate pair';
  if (path.split(/[/\\]/).some((name) => UPWARDS.test(name))) return 'leads upwards (..)';
  return undefined;
}
