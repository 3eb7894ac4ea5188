// Paths as callers write them, below a connection's root. Pure: symlinks are the server's to know.
import { HttpProblem } from '@fairlead/http';

/** What file systems take, PATH_MAX of Linux. */
const MAX_PATH_UNITS = 4096;
/** A server on Windows takes a backslash for a separator. */
const UPWARDS = /(?:^|\\)\.\.(?:\\|$)/;

/** A path below the root, by its names: none for the root itself. */
export type Names = readonly string[];

/**
 * Reads a path: with or without a slash at its beginning, with empty names and `.` left out.
 * @param place Where it stands, for the message: `query.path`.
 * @throws HttpProblem 400: too long, NUL, a name `..`.
 */
export function readPath(text: string, place: string): Names {
  const message = faultOf(text);
  if (message === undefined) return text.split('/').filter((name) => name !== '' && name !== '.');
  throw new HttpProblem('invalid', `${place}: ${message}`, { errors: [{ path: place, message }] });
}

function faultOf(text: string): string | undefined {
  if (text.length > MAX_PATH_UNITS) return `must have at most ${MAX_PATH_UNITS} characters`;
  if (text.includes('\0')) return 'must hold no NUL';
  if (text.split('/').some((name) => UPWARDS.test(name))) return 'must hold no ".."';
  return undefined;
}

/** The path as answers have it: from the root on. */
export function formatPath(names: Names): string {
  return `/${names.join('/')}`;
}

/** A path at the server. @param root Absolute, or relative to the folder where the session begins. */
export function joinPath(root: string, names: Names): string {
  if (names.length === 0) return root;
  return `${root.endsWith('/') ? root : `${root}/`}${names.join('/')}`;
}

/** Whether a path is the root, or below it. Both are absolute, and without `..`. */
export function isWithin(path: string, root: string): boolean {
  if (path.split('/').includes('..')) return false;
  return path === root || path.startsWith(root.endsWith('/') ? root : `${root}/`);
}
