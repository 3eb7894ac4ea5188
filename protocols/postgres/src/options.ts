// What a caller may say about a connection: URL and options to one checked target. It refuses what it does not
// know and what the platform cannot honour, and never shows a URL, which may hold a password.
import { assertNoCrLfNul } from '@fairlead/bytes';
import { FairleadError } from '@fairlead/errors';
import { type Address, normalizeAddress } from '@fairlead/transport';
import type { ConnectOptions } from './connect-options.ts';
import type { AuthMethod } from './session.ts';
import { checkUrlParameter } from './url-parameters.ts';

/** A checked target. */
export interface Target {
  readonly address: Address;
  readonly tls: boolean;
  /** `user`, `database` and run-time parameters for the StartupMessage. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly password: string | undefined;
  readonly requireAuth: readonly AuthMethod[] | undefined;
  readonly allowCleartextPassword: boolean;
  readonly connectTimeoutMs: number;
}

const DEFAULT_PORT = 5432;
const DEFAULT_CONNECT_TIMEOUT_MS = 10_000;
const SSL_MODES: readonly string[] = ['disable', 'require', 'verify-full'];

/** Modes that libpq has and this client refuses, with the reason and the way out. */
const REFUSED_MODES: Readonly<Record<string, string>> = {
  prefer:
    'it falls back to plain text when anybody in between says so; use require, or disable if that is meant',
  allow: 'it begins in plain text; use require, or disable if that is meant',
  'verify-ca':
    "it needs an authority of one's own, and the platform's sockets take no CA and always check the name too; " +
    'use verify-full with a publicly trusted certificate, or Hyperdrive for a private CA',
};

/**
 * Reads a URL (`postgres://user:password@host:port/database?sslmode=...`), options, or both.
 * @throws FairleadError `usage` (malformed, unknown parameter), `policy` (what the platform cannot honour).
 */
export function readTarget(url: string | undefined, given: ConnectOptions): Target {
  const options: ConnectOptions = { ...(url === undefined ? {} : readUrl(url)), ...defined(given) };
  if (options.host === undefined || options.host === '') throw usage('no host was given');
  if (options.host.startsWith('/')) throw usage('the host is a Unix socket; only TCP is spoken here');
  if (options.host.includes(',')) throw usage('several hosts were given; name one');
  const user = options.user ?? 'postgres';
  const parameters = new Map([
    ['user', user],
    ['database', options.database ?? user],
    ['client_encoding', 'UTF8'],
    // Dates are read by position; the rest of DateStyle (day or month first) stays the server's.
    ['DateStyle', 'ISO'],
    ['application_name', options.applicationName ?? 'fairlead'],
    ...Object.entries(options.parameters ?? {}),
  ]);
  for (const [name, value] of parameters) assertNoCrLfNul(`${name}${value}`, `start-up parameter "${name}"`);
  if (options.password?.includes('\0')) throw usage('the password holds a NUL character');
  return {
    address: normalizeAddress({ hostname: options.host, port: options.port ?? DEFAULT_PORT }),
    tls: checkSslMode(options.sslmode ?? 'require') !== 'disable',
    parameters,
    password: options.password,
    requireAuth: options.requireAuth,
    allowCleartextPassword: options.allowCleartextPassword ?? false,
    connectTimeoutMs: options.timeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS,
  };
}

/** An option that is `undefined` says nothing. */
function defined(options: ConnectOptions): ConnectOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function checkSslMode(mode: string): string {
  if (SSL_MODES.includes(mode)) return mode;
  const reason = REFUSED_MODES[mode];
  if (reason !== undefined) {
    throw new FairleadError('policy', `sslmode "${mode}" is refused: ${reason}.`, { safeToRetry: true });
  }
  throw usage('sslmode is none of disable, require, verify-full');
}

function readUrl(text: string): ConnectOptions {
  if (!/^postgres(ql)?:\/\//.test(text)) throw usage('the URL does not begin with postgres://');
  const authority = text.slice(text.indexOf('//') + 2).split(/[/?#]/, 1)[0] ?? '';
  if (authority.slice(authority.lastIndexOf('@') + 1).includes(',')) {
    throw usage('several hosts were given; name one');
  }
  if (!URL.canParse(text)) {
    throw usage('the URL is malformed; percent-encode special characters in the user name and password');
  }
  const url = new URL(text);
  if (url.hash !== '') throw usage('the URL has a fragment; percent-encode "#" as %23');
  const found: Record<string, unknown> = { parameters: {} };
  if (url.hostname !== '') found.host = decode(url.hostname);
  if (url.port !== '') found.port = Number(url.port);
  if (url.username !== '') found.user = decode(url.username);
  if (url.password !== '') found.password = decode(url.password);
  if (url.pathname.length > 1) found.database = decode(url.pathname.slice(1));
  for (const [name, value] of url.searchParams)
    Object.assign(found, merge(found, checkUrlParameter(name, value)));
  return found as ConnectOptions;
}

function merge(before: Record<string, unknown>, next: ConnectOptions): ConnectOptions {
  if (next.parameters === undefined) return next;
  return { parameters: { ...(before.parameters as Record<string, string>), ...next.parameters } };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new FairleadError('usage', 'Postgres: a part of the URL is not percent-encoded as it should be.', {
      cause,
      safeToRetry: true,
    });
  }
}

function usage(what: string): FairleadError {
  return new FairleadError('usage', `Postgres: ${what}.`, { safeToRetry: true });
}
