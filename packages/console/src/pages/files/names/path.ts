// Paths below a connection's root: `/` is the root, names are the server's.

/** The path of an entry of a folder. */
export function joinPath(folder: string, name: string): string {
  return folder === '/' ? `/${name}` : `${folder}/${name}`;
}

/** The folder that holds it; the root's is the root. */
export function parentOf(path: string): string {
  const at = path.lastIndexOf('/');
  return at <= 0 ? '/' : path.slice(0, at);
}

/** The last name of a path; empty for the root. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Each folder from the root to the path: its name, and its path. */
export function crumbsOf(path: string): readonly (readonly [name: string, path: string])[] {
  const names = path.split('/').filter(Boolean);
  return names.map((name, i) => [name, `/${names.slice(0, i + 1).join('/')}`] as const);
}

/** A path as people type it: with a slash at its beginning, and none at its end. */
export function normalPath(text: string): string {
  return `/${text
    .split('/')
    .filter((name) => name !== '' && name !== '.')
    .join('/')}`;
}
