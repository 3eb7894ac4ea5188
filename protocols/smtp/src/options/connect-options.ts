// Where to connect, how safely and as whom: URLs and options, merged and checked. It dials nothing, and shows no URL in
// an error: it may hold a password.

import { type CallLimit, checkSignal, limitOf, type Password } from '@fairlead/client';
import { usage } from '@fairlead/errors';
import { type Connector, checkTimeMs } from '@fairlead/transport';
import { readClientName } from '../addresses/mailbox.ts';

/**
 * `starttls`: TLS by STARTTLS, required. `implicit`: TLS from the first byte. `none`: no TLS at all, for a network that
 * is trusted.
 */
export type TlsMode = 'starttls' | 'implicit' | 'none';

/** Options of one call. */
export interface CallOptions {
  /** Ends the call with `aborted`, and the connection with it if the server had been asked something. */
  readonly signal?: AbortSignal | undefined;
  /**
   * All of the call together, the wait for its turn included, in milliseconds above 0; `Infinity` for no limit. Default:
   * the connection's `timeoutMs`; else 600,000 for a message, 60,000 for anything else.
   */
  readonly timeoutMs?: number | undefined;
}

/** Options of a connection. They win over what the URL says. */
export interface SmtpOptions {
  /** Host name or address. Default `localhost`. */
  readonly hostname?: string | undefined;
  /** Default 465 with `implicit`, else 587. 25 is refused: the platform forbids it. */
  readonly port?: number | undefined;
  /** Default `implicit` for `smtps:` and for port 465, else `starttls`. */
  readonly tls?: TlsMode | undefined;
  /** Without one, no login is made. */
  readonly username?: string | undefined;
  /** Or a function, which is asked once for each login. */
  readonly password?: Password | undefined;
  /** An OAuth 2.0 access token, instead of a password; or a function that gives one. */
  readonly accessToken?: Password | undefined;
  /** Whom to act as, where that is not `username`. */
  readonly authorizationIdentity?: string | undefined;
  /** SASL mechanisms that are acceptable. Default: all; the strongest one that the server offers is used. */
  readonly mechanisms?: readonly string[] | undefined;
  /**
   * A login without TLS: `refuse` (default), `challenge` for SCRAM and CRAM-MD5 alone, `cleartext` for those that show
   * the password to everybody on the way as well.
   */
  readonly authWithoutTls?: 'refuse' | 'challenge' | 'cleartext' | undefined;
  /** What EHLO says: this host's name, or an address in brackets. Default `[127.0.0.1]`. */
  readonly name?: string | undefined;
  /** Whether messages go by BDAT where the server offers CHUNKING. Default true. */
  readonly chunking?: boolean | undefined;
  /** Opens the transport. Default: `connect` of `@fairlead/transport`. */
  readonly connector?: Connector | undefined;
  /** Aborts the attempt; later it ends the connection. */
  readonly signal?: AbortSignal | undefined;
  /** Covers TCP and TLS. Default 10,000. */
  readonly connectTimeoutMs?: number | undefined;
  /**
   * For connecting, TLS and login together, 60,000 by default; and for each call that says no time of its own. In
   * milliseconds above 0; `Infinity` for no limit.
   */
  readonly timeoutMs?: number | undefined;
  /** The longest wait for one reply, for the server to take more of a message, or for a body's stream. Default 60,000. */
  readonly replyTimeoutMs?: number | undefined;
}

/** Options that are checked and complete. */
export interface Settings extends SmtpOptions {
  readonly hostname: string;
  readonly port: number;
  readonly tls: TlsMode;
  readonly name: string;
  readonly replyTimeoutMs: number;
}

const SUBMISSION = 587;
/** Submission over TLS from the first byte (RFC 8314 section 7.3). */
const SUBMISSIONS = 465;
const TLS_MODES: readonly string[] = ['starttls', 'implicit', 'none'];
const AUTH_MODES: readonly string[] = ['refuse', 'challenge', 'cleartext'];
const TIMES = ['timeoutMs', 'connectTimeoutMs', 'replyTimeoutMs'] as const;

/**
 * A call's limits, made once.
 * @param ofConnection The connection's `timeoutMs`.
 * @throws FairleadError `usage`.
 */
export function limitOfCall(options: CallOptions, defaultMs: number, ofConnection?: number): CallLimit {
  if (typeof options !== 'object' || options === null) throw usage('The options of a call are an object');
  return limitOf(options, ofConnection ?? defaultMs);
}

/** What a URL says, under what the options say. @throws FairleadError `usage`. */
export function resolveOptions(target: string | URL | SmtpOptions, options: SmtpOptions = {}): Settings {
  const isUrl = typeof target === 'string' || target instanceof URL;
  for (const one of [isUrl ? {} : target, options]) {
    if (typeof one !== 'object' || one === null) throw usage('connect takes a URL, or an object of options');
  }
  const given: SmtpOptions = { ...(isUrl ? fromUrl(target, options) : target), ...defined(options) };
  checkTypes(given);
  const tls = given.tls ?? (given.port === SUBMISSIONS ? 'implicit' : 'starttls');
  if (!TLS_MODES.includes(tls)) throw usage("tls is one of 'starttls', 'implicit' and 'none'");
  if (!AUTH_MODES.includes(given.authWithoutTls ?? 'refuse')) {
    throw usage("authWithoutTls is one of 'refuse', 'challenge' and 'cleartext'");
  }
  checkCredentials(given, tls);
  return {
    ...given,
    tls,
    hostname: given.hostname ?? 'localhost',
    port: given.port ?? (tls === 'implicit' ? SUBMISSIONS : SUBMISSION),
    name: readClientName(given.name ?? '[127.0.0.1]'),
    replyTimeoutMs: given.replyTimeoutMs ?? 60_000,
  };
}

/** JavaScript's callers, and settings out of a file, have no compiler. */
function checkTypes(options: SmtpOptions): void {
  const { port, chunking, connector, mechanisms, signal } = options;
  for (const name of TIMES) checkTimeMs(name, options[name]);
  checkSignal(signal);
  for (const name of ['hostname', 'username', 'authorizationIdentity', 'name'] as const) {
    if (options[name] !== undefined && typeof options[name] !== 'string') throw usage(`${name} is text`);
  }
  for (const name of ['password', 'accessToken'] as const) {
    if (!['undefined', 'string', 'function'].includes(typeof options[name])) {
      throw usage(`${name} is text, or a function that gives it`);
    }
  }
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) {
    throw usage('port is a whole number from 1 to 65535');
  }
  if (mechanisms !== undefined && !(Array.isArray(mechanisms) && mechanisms.every(isText))) {
    throw usage('mechanisms is a list of names');
  }
  if (chunking !== undefined && typeof chunking !== 'boolean') throw usage('chunking is true or false');
  if (connector !== undefined && typeof connector !== 'function') throw usage('connector is a function');
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

/** An option that is `undefined` says nothing. */
function defined(options: SmtpOptions): SmtpOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function checkCredentials(options: SmtpOptions, tls: TlsMode): void {
  const { username, password, accessToken, authWithoutTls } = options;
  if (password !== undefined && accessToken !== undefined) throw usage('Give a password or an accessToken');
  if ((username === undefined) !== (password === undefined && accessToken === undefined)) {
    throw usage('A login needs a username, and a password or an accessToken');
  }
  if (tls === 'none' && username !== undefined && (authWithoutTls ?? 'refuse') === 'refuse') {
    throw usage(
      "A login without TLS has to be allowed by name: authWithoutTls 'challenge', or 'cleartext' on a network that is trusted",
    );
  }
}

/** Reads `smtp[s]://[user:password@]host[:port]`. */
function fromUrl(target: string | URL, { tls }: SmtpOptions): SmtpOptions {
  let read: SmtpOptions | undefined;
  let isImplicit = false;
  try {
    const { protocol, hostname, port, username, password, pathname, search, hash } = new URL(target);
    isImplicit = protocol === 'smtps:';
    if (/^smtps?:$/.test(protocol) && hostname && /^\/?$/.test(pathname) && !search && !hash) {
      read = {
        // For schemes that it does not know, WHATWG's URL keeps names beyond ASCII percent-encoded.
        hostname: decodeURIComponent(hostname),
        ...(isImplicit ? { tls: 'implicit' } : {}),
        ...(port ? { port: Number(port) } : {}),
        ...(username ? { username: decodeURIComponent(username) } : {}),
        ...(password ? { password: decodeURIComponent(password) } : {}),
      };
    }
  } catch {
    // The runtime's own error would show the URL, and with it the password: it is not kept as the cause.
  }
  if (read === undefined) {
    throw usage(
      'The address is not a URL like smtp[s]://user:password@host:port, percent-encoded, without a path or query',
    );
  }
  if (isImplicit && tls !== undefined && tls !== 'implicit') {
    throw usage(`smtps: is TLS from the first byte; use smtp: with tls '${tls}'`);
  }
  return read;
}
