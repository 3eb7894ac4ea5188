// Places of Gopher: what stands in the address bar. A place is a path on the tab's connection (`/1/docs`, or nothing for its own
// start), or a whole URL (`gopher://gopher.example.com/1/docs`). It resolves nothing: selectors are any bytes.

/** What a tab can reach. */
export interface Reach {
  /** Whether the tab has a connection: paths are of its server. */
  readonly hasConnection: boolean;
  /** Whether the token may choose addresses of its own. */
  readonly mayDial: boolean;
  /** Names of the connection's own server as menus write them: `gopher.example.com:70`. */
  readonly ownNames: ReadonlySet<string>;
}

/** The members of a menu's line that say where it leads. */
export interface Line {
  readonly hostname: string;
  readonly port?: number | undefined;
  readonly url?: string | undefined;
}

/** A place, or why a text is none. */
export type ReadPlace = { readonly place: string } | { readonly fault: string };

const ANY_SCHEME = /^[a-z][a-z\d+.-]*:(?!\d)/i;
const GOPHER = /^gophers?:\/\//i;

/** Reads what was typed into the address bar. A bare host is taken for a Gopher server. */
export function readPlace(text: string, { hasConnection, mayDial }: Reach): ReadPlace {
  const typed = text.trim();
  if (/\p{Cc}/u.test(typed)) return { fault: 'An address holds no control characters.' };
  if (typed === '' || typed.startsWith('/')) {
    if (hasConnection) return { place: typed };
    return { fault: 'Give a whole address, such as gopher://gopher.example.com/.' };
  }
  if (ANY_SCHEME.test(typed) && !GOPHER.test(typed))
    return { fault: 'This page opens gopher: and gophers: alone.' };
  if (!mayDial) return { fault: 'This token may open paths of the connection alone, such as /1/docs.' };
  return { place: GOPHER.test(typed) ? typed : `gopher://${typed}` };
}

/** The parameters of `GET /gopher/fetch`. */
export function queryOf(place: string): { readonly url?: string; readonly path?: string } {
  if (GOPHER.test(place)) return { url: place };
  return place === '' ? {} : { path: place };
}

/** Where a menu's line leads, if this tab may go there. */
export function placeOf({ hostname, port, url }: Line, reach: Reach): string | undefined {
  if (url === undefined || !GOPHER.test(url)) return undefined;
  if (reach.hasConnection && reach.ownNames.has(serverName(hostname, port)))
    return url.replace(/^\w+:\/\/[^/]*/, '');
  return reach.mayDial ? url : undefined;
}

/** A search at a place of type 7 (RFC 4266 section 2.1). */
export function withSearch(place: string, words: string): string {
  return `${place.replace(/%09.*$/s, '')}%09${encodeURIComponent(words)}`;
}

/** A server's name for comparison. */
export function serverName(hostname: string, port = 70): string {
  return `${hostname.toLowerCase()}:${port}`;
}

/**
 * The name that most lines of a server's own menu have: servers behind a proxy or a port of another machine call themselves otherwise
 * than the gateway does.
 */
export function commonName(lines: readonly Line[]): string | undefined {
  const counts = new Map<string, number>();
  for (const { hostname, port, url } of lines) {
    if (url === undefined || !GOPHER.test(url)) continue;
    const name = serverName(hostname, port);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0];
}

/** The last part of a place's selector as a file's name: `README.md`. */
export function fileNameOf(place: string): string {
  const path = place
    .replace(/^\w+:\/\/[^/]*/, '')
    .replace(/^\/./, '')
    .replace(/%09.*$/s, '');
  let text = path;
  try {
    text = decodeURIComponent(path);
  } catch {
    // Selectors are bytes of any charset: the percent signs stay.
  }
  const last = text.split('/').findLast((part) => part !== '');
  return last ?? 'gopher-item';
}
