// Reads the URL of a server. It throws nothing: the runtime's own error shows the URL, and with it the password.

/** The parts of a URL, percent-decoded but for `search`. What a URL does not have is undefined, or empty. */
export interface ServerUrl {
  /** With the colon: `redis:`. */
  readonly protocol: string;
  readonly hostname: string;
  readonly port: number | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** With the slash in front. */
  readonly path: string;
  /** With the question mark. */
  readonly search: string;
  /** With the hash sign. */
  readonly hash: string;
}

/** The parts of `scheme://[username[:password]@]host[:port][/path]`; undefined for text that is no URL with a host. */
export function readServerUrl(target: string | URL): ServerUrl | undefined {
  try {
    const { protocol, hostname, port, username, password, pathname, search, hash } = new URL(target);
    if (hostname === '') return undefined;
    return {
      protocol,
      // For schemes that it does not know, WHATWG's URL keeps names beyond ASCII percent-encoded.
      hostname: decodeURIComponent(hostname),
      port: port ? Number(port) : undefined,
      username: decodeURIComponent(username) || undefined,
      password: decodeURIComponent(password) || undefined,
      path: decodeURIComponent(pathname),
      search,
      hash: decodeURIComponent(hash),
    };
  } catch {
    return undefined;
  }
}
