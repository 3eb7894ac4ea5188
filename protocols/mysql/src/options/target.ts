// What a caller may say about a connection: URL and options to one checked target. It refuses what it does not
// know and what the platform cannot honour, and never shows a URL, which may hold a password.
import type { Password } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import { type Address, checkTimeMs, normalizeAddress } from '@fairlead/transport';
import { usage } from '../errors.ts';
import { checkCount } from '../statements/arguments.ts';
import type { AuthMethod, ConnectOptions } from './connect-options.ts';
import { AUTH_METHODS, checkUrlParameter } from './url-parameters.ts';

/** A checked target. */
export interface Target {
  readonly address: Address;
  readonly tls: boolean;
  readonly user: string;
  readonly password: Password;
  readonly database: string | undefined;
  readonly applicationName: string;
  readonly requireAuth: readonly AuthMethod[] | undefined;
  readonly allowCleartextPassword: boolean;
  readonly allowPublicKeyRetrieval: boolean;
  readonly multiStatements: boolean;
  readonly maxPacketBytes: number;
}

/** A target with the password of one login. */
export interface Login extends Target {
  readonly password: string;
}

const DEFAULT_PORT = 3306;
/** For TCP, TLS and authentication together. */
export const DEFAULT_CONNECT_TIMEOUT_MS = 10_000;
const DEFAULT_MAX_PACKET_BYTES = 67_108_864;
/** `program_name` and the like may hold more, but each is cut by the server's own limit of 512 bytes in all. */
const MAX_APPLICATION_NAME_CHARS = 200;
const SSL_MODES: readonly string[] = ['disable', 'require', 'verify-full'];

/** Names of MySQL's own clients for the modes that are honoured. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  disabled: 'disable',
  required: 'require',
  'verify-identity': 'verify-full',
};

/** Modes that other clients have and this client refuses, with the reason and the way out. */
const REFUSED_MODES: Readonly<Record<string, string>> = {
  prefer:
    'it falls back to plain text when anybody in between says so; use require, or disable if that is meant',
  preferred:
    'it falls back to plain text when anybody in between says so; use require, or disable if that is meant',
  'verify-ca':
    "it needs an authority of one's own, and the platform's sockets take no CA and always check the name too; " +
    'use verify-full with a publicly trusted certificate, or Hyperdrive for a private CA',
};

/**
 * Reads a URL (`mysql://user:password@host:port/database?sslmode=...`, or `mariadb://`), options, or both.
 * @throws FairleadError `usage` (malformed, unknown parameter), `policy` (what the platform cannot honour).
 */
export function readTarget(url: string | undefined, given: ConnectOptions): Target & ConnectOptions {
  const options: ConnectOptions = { ...(url === undefined ? {} : readUrl(url)), ...defined(given) };
  checkTypes(options);
  if (options.host === undefined || options.host === '') throw usage('no host was given');
  if (options.host.startsWith('/')) throw usage('the host is a Unix socket; only TCP is spoken here');
  if (options.host.includes(',')) throw usage('several hosts were given; name one');
  for (const method of options.requireAuth ?? []) {
    if (!AUTH_METHODS.includes(method)) throw usage(`requireAuth takes ${AUTH_METHODS.join(', ')}`);
  }
  return {
    ...options,
    address: normalizeAddress({ hostname: options.host, port: options.port ?? DEFAULT_PORT }),
    tls: checkSslMode(options.sslmode ?? 'require') !== 'disable',
    user: text('user', options.user ?? 'root'),
    password:
      typeof options.password === 'string' ? text('password', options.password) : (options.password ?? ''),
    database: options.database === undefined ? undefined : text('database', options.database),
    applicationName: text('applicationName', options.applicationName ?? 'fairlead').slice(
      0,
      MAX_APPLICATION_NAME_CHARS,
    ),
    requireAuth: options.requireAuth,
    allowCleartextPassword: options.allowCleartextPassword ?? false,
    allowPublicKeyRetrieval: options.allowPublicKeyRetrieval ?? false,
    multiStatements: options.multiStatements ?? false,
    maxPacketBytes: options.limits?.maxPacketBytes ?? DEFAULT_MAX_PACKET_BYTES,
  };
}

const TEXTS = ['host', 'user', 'database', 'sslmode', 'applicationName'] as const;
const SWITCHES = ['allowCleartextPassword', 'allowPublicKeyRetrieval', 'multiStatements'] as const;

/** Callers without types pass anything. */
function checkTypes(options: ConnectOptions): void {
  for (const name of TEXTS) {
    if (options[name] !== undefined && typeof options[name] !== 'string') throw usage(`${name} is a text`);
  }
  for (const name of SWITCHES) {
    if (options[name] !== undefined && typeof options[name] !== 'boolean')
      throw usage(`${name} is true or false`);
  }
  const { password, requireAuth, json, timeZone, limits = {} } = options;
  if (password !== undefined && typeof password !== 'string' && typeof password !== 'function') {
    throw usage('password is a text, or a function that gives one');
  }
  if (requireAuth !== undefined && !Array.isArray(requireAuth)) throw usage('requireAuth is an array');
  if (json !== undefined && json !== 'parsed' && json !== 'raw') throw usage('json is parsed or raw');
  if (timeZone !== undefined && timeZone !== 'utc' && timeZone !== 'session')
    throw usage('timeZone is utc or session');
  if (typeof limits !== 'object' || limits === null) throw usage('limits is an object');
  checkCount('limits.maxRows', limits.maxRows);
  checkCount('limits.maxBytes', limits.maxBytes);
  checkCount('limits.maxPacketBytes', limits.maxPacketBytes);
  checkTimeMs('queryTimeoutMs', options.queryTimeoutMs);
}

/** In the handshake these end with a NUL: behind one inside them the server would read something else. */
function text(name: string, value: string): string {
  if (value.includes('\0')) throw usage(`the option "${name}" holds a NUL character`);
  return value;
}

/** An option that is `undefined` says nothing. */
function defined(options: ConnectOptions): ConnectOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function checkSslMode(given: string): string {
  const mode = OTHER_NAMES[given] ?? given;
  if (SSL_MODES.includes(mode)) return mode;
  const reason = Object.hasOwn(REFUSED_MODES, mode) ? REFUSED_MODES[mode] : undefined;
  if (reason !== undefined) {
    throw new FairleadError('policy', `sslmode "${mode}" is refused: ${reason}.`, { safeToRetry: true });
  }
  throw usage('sslmode is none of disable, require, verify-full');
}

function readUrl(text: string): ConnectOptions {
  if (!/^(mysql|mariadb):\/\//.test(text)) throw usage('the URL does not begin with mysql:// or mariadb://');
  const authority = text.slice(text.indexOf('//') + 2).split(/[/?#]/, 1)[0] ?? '';
  if (authority.slice(authority.lastIndexOf('@') + 1).includes(',')) {
    throw usage('several hosts were given; name one');
  }
  if (!URL.canParse(text)) {
    throw usage('the URL is malformed; percent-encode special characters in the user name and password');
  }
  const url = new URL(text);
  if (url.hash !== '') throw usage('the URL has a fragment; percent-encode "#" as %23');
  const found: Record<string, unknown> = {};
  if (url.hostname !== '') found.host = decode(url.hostname);
  if (url.port !== '') found.port = Number(url.port);
  if (url.username !== '') found.user = decode(url.username);
  if (url.password !== '') found.password = decode(url.password);
  if (url.pathname.length > 1) found.database = decode(url.pathname.slice(1));
  for (const [name, value] of url.searchParams) Object.assign(found, checkUrlParameter(name, value));
  return found as ConnectOptions;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new FairleadError('usage', 'MySQL: a part of the URL is not percent-encoded as it should be.', {
      cause,
      safeToRetry: true,
    });
  }
}
