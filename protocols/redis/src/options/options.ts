// URLs and options, merged and checked. It dials nothing, and shows no URL in an error.
import { type CallLimit, checkOptions, checkSignal, type OptionCheck, readServerUrl } from '@fairlead/client';
import { usage } from '@fairlead/errors';
import { type ConnectOptions, checkTimeMs, readTls } from '@fairlead/transport';
import type { CallOptions, RedisOptions } from '../types.ts';

/** Options of a call; several commands of one call share its moment `at`. */
export interface RedisCallOptions extends CallOptions {
  /** `Date.now()` when the time is up. Wins over `timeoutMs`. */
  readonly at?: CallLimit['at'] | undefined;
}

/** The options of one connection, with the password that the function gave. */
export interface ConnectionOptions extends Omit<RedisOptions, 'password'> {
  readonly password?: string | undefined;
}

/** What each option must be. */
const CHECKS: readonly OptionCheck[] = [
  ['hostname username', 'text'],
  ['port maxQueuedBytes maxReplyBytes maxReplyValues maxReplyDepth', 'a whole number above 0'],
  ['database', 'a whole number', (value) => Number.isSafeInteger(value) && Number(value) >= 0],
  ['password', 'text, or a function that gives it'],
  // Redis takes these characters only.
  ['name', 'text without spaces', (value) => typeof value === 'string' && /^[!-~]*$/.test(value)],
  ['protocol', '2 or 3', (value) => value === 2 || value === 3],
  ['connector', 'a function'],
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
  checkOptions(merged, CHECKS);
  checkCallOptions(merged);
  checkTimeMs('connectTimeoutMs', merged.connectTimeoutMs);
  if (readTls(merged.tls).mode === 'starttls')
    throw usage('Redis has TLS from the first byte, and no STARTTLS');
  if (merged.username !== undefined && merged.password === undefined) {
    throw usage('username needs a password');
  }
  return merged;
}

/** What checked options say of TLS, for the connector. */
export function tlsOf({ tls }: Pick<RedisOptions, 'tls'>): Pick<ConnectOptions, 'tls' | 'tlsOptions'> {
  return { tls: tls ? 'implicit' : 'off', tlsOptions: readTls(tls).tlsOptions };
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

/** What was read last, and from which text: a Worker opens its connections with the same one again and again. */
let last: { readonly text: string; readonly options: RedisOptions } | undefined;

/** Reads `redis[s]://[user][:password@]host[:port][/database]`. The result is shared by calls with one text. */
function fromUrl(target: string | URL): RedisOptions {
  const text = String(target);
  if (last?.text !== text) last = { text, options: readUrl(text) };
  return last.options;
}

function readUrl(target: string): RedisOptions {
  const url = readServerUrl(target);
  const database = /^\/?(\d{0,9})$/.exec(url?.path ?? '')?.[1];
  if (!url || !/^rediss?:$/.test(url.protocol) || database === undefined || url.search || url.hash) {
    throw usage(
      'The address is not a URL like redis[s]://user:password@host:port/database, percent-encoded, without a query',
    );
  }
  const { protocol, hostname, port, username, password } = url;
  return { hostname, port, username, password, tls: protocol === 'rediss:', database: Number(database) };
}
