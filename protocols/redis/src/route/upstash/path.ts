// Commands, connections and channels out of a URL, in Upstash's REST shape. It knows no HTTP framework.

/** A command as JSON or a path carries it; bytes where a path's body is an argument. */
export type Command = readonly (string | number | Uint8Array)[];

/** Query parameters for the gateway. */
const OWN_PARAMETERS = new Set(['connection']);

/**
 * The command of a path such as `/set/k/v?EX=10&NX`: its segments, then the body, then the query's names and values.
 * @param path Behind the prefix and its slash, still percent-encoded.
 * @param body An empty one adds no argument.
 * @param query Behind the `?`, still percent-encoded.
 * @returns undefined where the path is empty, or something is not percent-encoded UTF-8.
 */
export function commandOfPath(path: string, body: Uint8Array, query: string): Command | undefined {
  const command: (string | Uint8Array)[] = [];
  try {
    for (const segment of path.split('/')) command.push(decodeURIComponent(segment));
    if (command[0] === '') return undefined;
    if (body.length > 0) command.push(body);
    for (const pair of query.split('&')) {
      const [name = '', ...values] = pair.split('=').map(decodeQuery);
      if (OWN_PARAMETERS.has(name)) continue;
      command.push(...[name, values.join('=')].filter((part) => part !== ''));
    }
  } catch {
    // The runtime's own URIError says no more.
    return undefined;
  }
  return command;
}

/** `URLSearchParams` would put U+FFFD for bytes that are not UTF-8. */
function decodeQuery(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}

/** What stands behind the prefix of a URL. */
export interface Place {
  /** The connection's name, where the first segment is `@name`. */
  readonly connection: string | undefined;
  /** What follows, without a slash in front, still percent-encoded. */
  readonly path: string;
}

/** Splits `/@name/get/k`. No command begins with `@`. */
export function placeOf(path: string): Place {
  const [, name, rest] = /^\/(?:@|%40)([^/]*)(.*)$/is.exec(path) ?? [];
  if (name === undefined) return { connection: undefined, path: path.slice(1) };
  return { connection: decoded(name), path: (rest ?? '').slice(1) };
}

/**
 * The command of a path that subscribes: Upstash's package writes names into its URL as they are, so that the `?` of a pattern
 * comes as the beginning of a query. A body is no part of the command: the package sends an empty array.
 * @param path As of `commandOfPath`.
 * @param query As of `commandOfPath`.
 * @returns undefined where something is not percent-encoded UTF-8.
 */
export function subscriptionOfPath(path: string, query: string): readonly string[] | undefined {
  try {
    const pairs = query
      .split('&')
      .filter((pair) => !OWN_PARAMETERS.has(decodeQuery(pair.split('=')[0] ?? '')));
    const rest = pairs.join('&');
    const text = rest === '' ? path.replace(/\/$/, '') : `${path}?${rest}`;
    return text.split('/').map(decodeURIComponent);
  } catch {
    // The runtime's own URIError says no more.
    return undefined;
  }
}

/** What is malformed is no connection's name. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
