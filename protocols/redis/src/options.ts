// Where to connect and as whom: URLs and options, merged and checked. It dials nothing, and shows no URL in an error.
import type { Connector } from '@fairlead/transport';
import { usage } from './errors.ts';
import type { Login } from './handshake.ts';
import type { As, ReplyLimits } from './messages.ts';

/** Options of one call. */
export interface CallOptions {
  /** How strings of the reply come back. Default `'text'`. */
  readonly as?: As | undefined;
  /** Takes the command back; if it was sent already, this ends the connection. */
  readonly signal?: AbortSignal | undefined;
  /** From the call to its reply. Default: the client's. Afterwards the connection is ended. */
  readonly timeoutMs?: number | undefined;
}

/** Options of a connection. They win over what the URL says. */
export interface RedisOptions extends Login, ReplyLimits {
  /** Host name or address. Default `localhost`. */
  readonly hostname?: string | undefined;
  /** Default 6379. */
  readonly port?: number | undefined;
  /** TLS from the first byte, verified against `hostname`. Default: true for `rediss:`, else false. */
  readonly tls?: boolean | undefined;
  /** Opens the transport. Default: `connect` of `@fairlead/transport`. */
  readonly connector?: Connector | undefined;
  /** Aborts the attempt; later it ends the connection. */
  readonly signal?: AbortSignal | undefined;
  /** Covers TCP and TLS. Default 10,000. */
  readonly connectTimeoutMs?: number | undefined;
  /** Covers each command from the call to its reply. Default 10,000. */
  readonly timeoutMs?: number | undefined;
  /** Bytes of commands that may wait to be sent. Default 67,108,864 (64 MiB). */
  readonly maxQueuedBytes?: number | undefined;
}

/** What a URL says, under what the options say. */
export function resolveOptions(
  target: string | URL | RedisOptions,
  options: RedisOptions | undefined,
): RedisOptions {
  const isUrl = typeof target === 'string' || target instanceof URL;
  const merged: RedisOptions = { ...(isUrl ? fromUrl(target) : target), ...options };
  const { database = 0, name = '', username, password } = merged;
  if (
    !Number.isInteger(database) ||
    database < 0 ||
    // Redis takes these characters only.
    !/^[!-~]*$/.test(name) ||
    (username !== undefined && password === undefined)
  ) {
    throw usage('database is a whole number, name has no spaces, and username needs a password');
  }
  return merged;
}

/** Reads `redis[s]://[user][:password@]host[:port][/database]`. */
function fromUrl(target: string | URL): RedisOptions {
  try {
    const { protocol, hostname, port, username, password, pathname, search, hash } = new URL(target);
    const database = /^\/?(\d{0,9})$/.exec(pathname)?.[1];
    if (/^rediss?:$/.test(protocol) && hostname && database !== undefined && !search && !hash) {
      return {
        // For schemes that it does not know, WHATWG's URL keeps names beyond ASCII percent-encoded.
        hostname: decodeURIComponent(hostname),
        tls: protocol === 'rediss:',
        port: port ? Number(port) : undefined,
        username: username ? decodeURIComponent(username) : undefined,
        password: password ? decodeURIComponent(password) : undefined,
        database: Number(database),
      };
    }
  } catch {
    // The runtime's own error would show the URL, and with it the password: it is not kept as the cause.
  }
  throw usage(
    'The address is not a URL like redis[s]://user:password@host:port/database, percent-encoded, without a query',
  );
}
