// URLs and options, merged and checked. It dials nothing, and shows no URL in an error.
import { type CallLimit, checkSignal } from '@fairlead/client';
import { usage } from '@fairlead/errors';
import { checkTimeMs } from '@fairlead/transport';
import type { CallOptions, RedisOptions } from '../types.ts';

/** Options of a call; several commands of one call share its moment `at`. */
export interface CallLimits extends CallOptions {
  /** `Date.now()` when the time is up. Wins over `timeoutMs`. */
  readonly at?: CallLimit['at'] | undefined;
}

/** The options of one connection, with the password that the function gave. */
export interface ConnectionOptions extends Omit<RedisOptions, 'password'> {
  readonly password?: string | undefined;
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isFunction = (value: unknown): boolean => typeof value === 'function';
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) > 0;

/** What each option must be. */
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
 * The options of a connection: those of the URL, with `options` over them.
 * @throws FairleadError `usage` for a malformed URL and for an option of a wrong type.
 */
export function resolveOptions(
  target: string | URL | RedisOptions,
  options: RedisOptions | undefined,
): RedisOptions {
  const isUrl = typeof target === 'string' || target instanceof URL;
  if (!isUrl) checkObject('The first argument', target);
  if (options !== undefined) checkObject('The second argument', options);
  const merged: RedisOptions = { ...(isUrl ? fromUrl(target) : target), ...options };
  for (const [names, what, test] of CHECKS) {
    for (const name of names.split(' ')) {
      const value = merged[name as keyof RedisOptions];
      if (value !== undefined && !test(value)) throw usage(`${name} must be ${what}`);
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
 * Checks the options of a call.
 * @throws FairleadError `usage`.
 */
export function checkCallOptions(options: CallOptions): void {
  checkObject('The options of a call', options);
  const { as, signal, timeoutMs } = options;
  checkTimeMs('timeoutMs', timeoutMs);
  checkSignal(signal);
  if (as !== undefined && as !== 'text' && as !== 'bytes') throw usage("as must be 'text' or 'bytes'");
}

/** @throws FairleadError `usage` for a value that is no object, or an array. */
export function checkObject(what: string, value: unknown): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw usage(`${what} must be an object`);
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
