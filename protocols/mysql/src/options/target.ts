// Reads a URL and options into one checked target. It refuses what it does not know and what the platform cannot
// honour, and never shows a URL, which may hold a password.

import type { Password } from '@fairlead/client';
import { defined } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import { checkSwitch } from '@fairlead/sql-client';
import { type Address, checkTimeMs, normalizeAddress } from '@fairlead/transport';
import { usage } from '../errors.ts';
import { checkCount } from '../statements/arguments.ts';
import type { AuthMethod, ConnectOptions } from './connect-options.ts';
import { readTlsTarget, type TlsTarget, type UrlTls } from './tls.ts';
import { AUTH_METHODS, checkUrlParameter, readTlsParameter } from './url-parameters.ts';

/** The checked options of one connection. */
export interface Target extends TlsTarget {
  readonly address: Address;
  readonly username: string;
  readonly password: Password;
  readonly database: string | undefined;
  readonly applicationName: string;
  readonly requireAuth: readonly AuthMethod[] | undefined;
  readonly allowCleartextPassword: boolean;
  readonly allowPublicKeyRetrieval: boolean;
  readonly multiStatements: boolean;
  readonly maxPacketBytes: number;
}

/** A target, with the password that one login sends. */
export interface Login extends Target {
  readonly password: string;
}

const DEFAULT_PORT = 3306;
/** For the password function, TCP, TLS and the login together. */
export const DEFAULT_CONNECT_TIMEOUT_MS = 10_000;
const DEFAULT_MAX_PACKET_BYTES = 67_108_864;
/** The server cuts all connection attributes together at 512 bytes. */
const MAX_APPLICATION_NAME_CHARS = 200;

/**
 * Reads a URL (`mysql://user:password@host:port/database?sslmode=...`, or `mariadb://`), options, or both.
 * @throws FairleadError `usage` (malformed, unknown parameter), `policy` (what the platform cannot honour).
 */
export function readTarget(url: string | undefined, given: ConnectOptions): Target & ConnectOptions {
  const { said, ...fromUrl } = url === undefined ? { said: {} } : readUrl(url);
  const options: ConnectOptions = { ...fromUrl, ...defined(given) };
  checkTypes(options);
  const { hostname } = options;
  if (hostname === undefined || hostname === '') throw usage('no hostname was given');
  if (hostname.startsWith('/')) throw usage('hostname is a Unix socket; this client speaks TCP only');
  if (hostname.includes(',')) throw usage('hostname holds several hosts; name one');
  for (const method of options.requireAuth ?? []) {
    if (!AUTH_METHODS.includes(method)) throw usage(`requireAuth takes ${AUTH_METHODS.join(', ')}`);
  }
  return {
    ...options,
    address: normalizeAddress({ hostname, port: options.port ?? DEFAULT_PORT }),
    ...readTlsTarget(said, options.tls),
    username: withoutNul('username', options.username ?? 'root'),
    password:
      typeof options.password === 'string'
        ? withoutNul('password', options.password)
        : (options.password ?? ''),
    database: options.database === undefined ? undefined : withoutNul('database', options.database),
    applicationName: withoutNul('applicationName', options.applicationName ?? 'fairlead').slice(
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

const TEXTS = ['hostname', 'username', 'database', 'applicationName'] as const;
const SWITCHES = ['allowCleartextPassword', 'allowPublicKeyRetrieval', 'multiStatements'] as const;

/** Checks what the types promise: callers without TypeScript may pass anything. */
function checkTypes(options: ConnectOptions): void {
  for (const name of TEXTS) {
    if (options[name] !== undefined && typeof options[name] !== 'string') throw usage(`${name} is a text`);
  }
  for (const name of SWITCHES) {
    if (options[name] !== undefined && typeof options[name] !== 'boolean')
      throw usage(`${name} is true or false`);
  }
  const { password, requireAuth, json, timeZone, prepare, limits = {} } = options;
  if (password !== undefined && typeof password !== 'string' && typeof password !== 'function') {
    throw usage('password is a text, or a function that returns one');
  }
  if (requireAuth !== undefined && !Array.isArray(requireAuth)) throw usage('requireAuth is an array');
  if (json !== undefined && json !== 'parsed' && json !== 'raw') throw usage('json is parsed or raw');
  if (timeZone !== undefined && timeZone !== 'utc' && timeZone !== 'session')
    throw usage('timeZone is utc or session');
  checkSwitch('prepare', prepare);
  if (typeof limits !== 'object' || limits === null) throw usage('limits is an object');
  checkCount('limits.maxRows', limits.maxRows);
  checkCount('limits.maxBytes', limits.maxBytes);
  checkCount('limits.maxPacketBytes', limits.maxPacketBytes);
  checkTimeMs('timeoutMs', options.timeoutMs);
}

/** In the handshake these texts end with a NUL; a NUL inside would let the server read the rest as another field. */
function withoutNul(name: string, value: string): string {
  if (value.includes('\0')) throw usage(`the option "${name}" holds a NUL character`);
  return value;
}

function readUrl(text: string): ConnectOptions & { readonly said: UrlTls } {
  if (!/^(mysql|mariadb):\/\//.test(text)) throw usage('the URL does not begin with mysql:// or mariadb://');
  const authority = text.slice(text.indexOf('//') + 2).split(/[/?#]/, 1)[0] ?? '';
  if (authority.slice(authority.lastIndexOf('@') + 1).includes(',')) {
    throw usage('the URL holds several hosts; name one');
  }
  if (!URL.canParse(text)) {
    throw usage('the URL is malformed; percent-encode special characters in the user name and password');
  }
  const url = new URL(text);
  if (url.hash !== '') throw usage('the URL has a fragment; percent-encode "#" as %23');
  const found: Record<string, unknown> = {};
  if (url.hostname !== '') found.hostname = decode(url.hostname);
  if (url.port !== '') found.port = Number(url.port);
  if (url.username !== '') found.username = decode(url.username);
  if (url.password !== '') found.password = decode(url.password);
  if (url.pathname.length > 1) found.database = decode(url.pathname.slice(1));
  const said: UrlTls = {};
  for (const [name, value] of url.searchParams) {
    const tls = readTlsParameter(name, value);
    if (tls === undefined) Object.assign(found, checkUrlParameter(name, value));
    else Object.assign(said, tls);
  }
  return { ...(found as ConnectOptions), said };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new FairleadError('usage', 'MySQL: a part of the URL has a broken percent-encoding.', {
      cause,
      safeToRetry: true,
    });
  }
}
