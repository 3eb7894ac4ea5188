// Where to connect and as whom: URLs and options, merged and checked. It dials nothing, and shows no URL in an error.
import { type CallLimit, checkSignal, type Password } from '@fairlead/client';
import { usage } from '@fairlead/errors';
import { type Connector, checkTimeMs } from '@fairlead/transport';
import type { Login } from '../session/handshake.ts';
import type { As, ReplyLimits } from '../types.ts';

/** Options of one call. */
export interface CallOptions {
  /** How strings of the reply come back. Default `'text'`. */
  readonly as?: As | undefined;
  /** Takes the command back; if it was sent already, this ends the connection. */
  readonly signal?: AbortSignal | undefined;
  /**
   * From the call to its reply, above 0, `Infinity` for no limit. Default: the client's. Afterwards the connection is
   * ended.
   */
  readonly timeoutMs?: number | undefined;
}

/** What a call says of its end, or the limit of a call of several commands. */
export interface Limits extends CallOptions {
  /** `Date.now()` when the time is up, whatever `timeoutMs` says. */
  readonly at?: CallLimit['at'] | undefined;
}

/** Options of a connection. They win over what the URL says. */
export interface RedisOptions extends Omit<Login, 'password'>, ReplyLimits {
  /** Or a function that gives it: it is asked at each login, within `connectTimeoutMs`. */
  readonly password?: Password | undefined;
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
  /** Covers TCP, TLS and the function that gives a password, above 0, `Infinity` for no limit. Default 10,000. */
  readonly connectTimeoutMs?: number | undefined;
  /** Covers each command from the call to its reply, above 0, `Infinity` for no limit. Default 10,000. */
  readonly timeoutMs?: number | undefined;
  /** Bytes of commands that may wait to be sent. Default 67,108,864 (64 MiB). */
  readonly maxQueuedBytes?: number | undefined;
}

/** The options of one connection: its password is known. */
export interface ConnectionOptions extends Omit<RedisOptions, 'password'> {
  readonly password?: string | undefined;
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isFunction = (value: unknown): boolean => typeof value === 'function';
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) > 0;

/** What options must be. */
const CHECKS: readonly (readonly [names: string, what: string, test: (value: unknown) => boolean])[] = [
  ['hostname username', 'text', isText],
  ['port maxQueuedBytes maxReplyBytes maxReplyValues maxReplyDepth', 'a whole number above 0', isCount],
  ['database', 'a whole number', (value) => value === 0 || isCount(value)],
  // An object of settings would be taken for `true`, and its settings for granted.
  ['tls', 'true or false', (value) => typeof value === 'boolean'],
  ['password', 'text, or a function that gives it', (value) => isText(value) || isFunction(value)],
  // Redis takes these characters only.
  ['name', 'text without spaces', (value) => isText(value) && /^[!-~]*$/.test(String(value))],
  ['protocol', '2 or 3', (value) => value === 2 || value === 3],
  ['connector', 'a function', isFunction],
];

/**
 * What a URL says, under what the options say.
 * @throws FairleadError `usage`.
 */
export function resolveOptions(
  target: string | URL | RedisOptions,
  options: RedisOptions | undefined,
): RedisOptions {
  const isUrl = typeof target === 'string' || target instanceof URL;
  if (!isUrl) checkObject('The target', target);
  if (options !== undefined) checkObject('The second argument', options);
  const merged: RedisOptions = { ...(isUrl ? fromUrl(target) : target), ...options };
  for (const [names, what, test] of CHECKS) {
    for (const name of names.split(' ')) {
      const value = merged[name as keyof RedisOptions];
      if (value !== undefined && !test(value)) throw usage(`${name} is ${what}`);
    }
  }
  checkCallOptions(merged);
  checkTimeMs('connectTimeoutMs', merged.connectTimeoutMs);
  if (merged.username !== undefined && merged.password === undefined) {
    throw usage('username needs a password');
  }
  return merged;
}

/**
 * Checks what may be said of a call.
 * @throws FairleadError `usage`.
 */
export function checkCallOptions(options: CallOptions): void {
  checkObject('What is said of a call', options);
  const { as, signal, timeoutMs } = options;
  checkTimeMs('timeoutMs', timeoutMs);
  checkSignal(signal);
  if (as !== undefined && as !== 'text' && as !== 'bytes') throw usage("as is 'text' or 'bytes'");
}

/** @throws FairleadError `usage` for what has no options in it. */
export function checkObject(what: string, value: unknown): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw usage(`${what} is an object`);
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
