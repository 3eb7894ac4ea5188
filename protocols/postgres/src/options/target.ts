// Makes one checked target of a URL or keyword string and options. It refuses unknown parameters and whatever the platform
// cannot honour, and never shows a URL, which may hold a password.
import type { Password } from '@fairlead/client';
import { type Address, checkTimeMs, normalizeAddress } from '@fairlead/transport';
import { usage } from '../errors.ts';
import { checkConnection } from '../statements/arguments.ts';
import type { AuthMethod, ConnectOptions, SessionAttrs } from './connect-options.ts';
import { readConnectionString } from './connection-string.ts';
import { readTlsTarget, type TlsTarget, type TlsWords } from './tls.ts';
import { checkFixed, type Found } from './url-parameters.ts';

/** A checked target. */
export interface Target extends TlsTarget {
  /** At least one, in the order given. */
  readonly addresses: readonly Address[];
  readonly sessionAttrs: SessionAttrs;
  /** Whether the addresses are tried in random order. */
  readonly loadBalance: boolean;
  /** `user`, `database` and run-time parameters for the StartupMessage. */
  readonly parameters: ReadonlyMap<string, string>;
  /** Further run-time parameters. A pooler may refuse them; then they are left out. */
  readonly pinned: ReadonlyMap<string, string>;
  readonly password: Password | undefined;
  readonly requireAuth: readonly AuthMethod[] | undefined;
  readonly allowCleartextPassword: boolean;
  readonly eager: boolean;
  readonly protocolVersion: '3.0' | '3.2';
  /** For each address. */
  readonly connectTimeoutMs: number;
  /** The server's own time limit for each statement; `undefined` leaves it to the server. */
  readonly statementTimeoutMs: number | undefined;
}

/** The text and the options together. Values of the text do not have the options' types yet. */
type Merged = Omit<ConnectOptions, 'port' | 'eager' | 'requireAuth'> & {
  readonly port?: number | string | undefined;
  readonly eager?: boolean | string | undefined;
  readonly requireAuth?: readonly string[] | string | undefined;
} & TlsWords &
  TextOnly;

/** Parameters of a URL or keyword string whose option has another form. */
interface TextOnly {
  /** Seconds. */
  readonly connectTimeout?: string | undefined;
  readonly fallbackApplicationName?: string | undefined;
}

const TEXT_ONLY: readonly string[] = [
  'sslmode',
  'sslrootcert',
  'sslcert',
  'sslkey',
  'sslnegotiation',
  'sslMinProtocolVersion',
  'connectTimeout',
  'fallbackApplicationName',
];

const FLOAT_DIGITS = /^extra_float_digits$/i;
const DEFAULT_PORT = '5432';
const DEFAULT_CONNECT_TIMEOUT_MS = 10_000;
/** The largest `statement_timeout`. */
export const MAX_SERVER_TIME_MS = 2_147_483_647;

/** Options and the values that they take. */
const CHOICES: Readonly<Partial<Record<keyof Merged, string>>> = {
  sslmode: 'disable, require, verify-ca, verify-full',
  sslnegotiation: 'postgres, direct',
  sslMinProtocolVersion: 'TLSv1, TLSv1.1, TLSv1.2, TLSv1.3',
  channelBinding: 'disable, prefer, require',
  requireAuth: 'none, password, md5, scram-sha-256',
  targetSessionAttrs: 'any, read-write, read-only, primary, standby, prefer-standby',
  loadBalanceHosts: 'disable, random',
  maxProtocolVersion: '3.0, 3.2, latest',
  eager: 'true, false',
};

/**
 * Reads a URL (`postgres://user:password@host:port/database?sslmode=...`) or keywords (`host=... user=...`), options,
 * or both.
 * @throws FairleadError `usage` (malformed, unknown parameter), `policy` (what the platform cannot honour).
 */
export function readTarget(text: string | undefined, given: ConnectOptions): Target {
  const merged = merge(text === undefined ? undefined : readConnectionString(text), given);
  checkFixed('sslmode', merged.sslmode);
  for (const [option, choices] of Object.entries(CHOICES)) {
    const value = merged[option as keyof Merged];
    if (value === undefined) continue;
    const listed = option === 'requireAuth' ? split(value) : [`${value}`];
    if (!listed.every((item) => split(choices).includes(item))) {
      throw usage(`${option} takes ${choices}`);
    }
  }
  checkPassword(merged.password);
  checkConnection(merged);
  return {
    addresses: readAddresses(merged),
    sessionAttrs: merged.targetSessionAttrs ?? 'any',
    loadBalance: merged.loadBalanceHosts === 'random',
    ...readTlsTarget(merged),
    parameters: readParameters(merged),
    pinned: readPinned(merged),
    password: merged.password,
    requireAuth: merged.requireAuth === undefined ? undefined : (split(merged.requireAuth) as AuthMethod[]),
    allowCleartextPassword: merged.allowCleartextPassword ?? false,
    eager: `${merged.eager}` === 'true',
    protocolVersion: (merged.maxProtocolVersion ?? '3.0') === '3.0' ? '3.0' : '3.2',
    connectTimeoutMs: readConnectTimeout(merged),
    statementTimeoutMs: readStatementTimeout(merged.statementTimeoutMs),
  };
}

/** The options, and what the text says where an option is missing or `undefined`. */
function merge(found: Found | undefined, given: ConnectOptions): Merged {
  const { sslmode, ...fromText } = found?.options ?? {};
  const defined = Object.fromEntries(
    Object.entries(given).filter(([name, value]) => value !== undefined && !TEXT_ONLY.includes(name)),
  );
  return {
    ...fromText,
    ...defined,
    sslmode: isSslmodeLeft(given.tls, sslmode) ? sslmode : undefined,
    parameters: { ...found?.parameters, ...given.parameters },
  };
}

/** `tls` replaces `sslmode`, but an object may hold what `verify-ca` needs. */
function isSslmodeLeft(tls: ConnectOptions['tls'], sslmode: string | undefined): boolean {
  return tls === undefined || (typeof tls === 'object' && sslmode === 'verify-ca');
}

function split(list: unknown): string[] {
  return String(list)
    .split(',')
    .map((item) => item.trim());
}

/** As in libpq, one port is for every host, several are for one host each; an empty port is the default. */
function readAddresses({ hostname: name = '', port = '', hosts }: Merged): Address[] {
  const names = hosts?.map((entry) => entry.hostname) ?? split(name);
  const ports = hosts?.map((entry) => `${entry.port ?? ''}`) ?? split(port);
  if (names.length === 0 || names.includes('')) throw usage('no host was given');
  if (names.some((name) => /^[/@]/.test(name))) {
    throw usage('the host is a Unix socket; only TCP is supported here');
  }
  if (ports.length > 1 && ports.length !== names.length) {
    throw usage(`${ports.length} ports were given for ${names.length} hosts`);
  }
  return names.map((hostname, index) => {
    const digits = ports[ports.length > 1 ? index : 0] || DEFAULT_PORT;
    return normalizeAddress({ hostname, port: /^\d+$/.test(digits) ? Number(digits) : Number.NaN });
  });
}

function readParameters(merged: Merged): ReadonlyMap<string, string> {
  const { username = 'postgres', database = username } = merged;
  const parameters = new Map([
    ['user', username],
    ['database', database],
    ['client_encoding', 'UTF8'],
    // Dates are read by position; the rest of DateStyle (day or month first) stays the server's.
    ['DateStyle', 'ISO'],
    ['application_name', merged.applicationName ?? merged.fallbackApplicationName ?? 'fairlead'],
    // Empty, it keeps the role's own: see readPinned.
    ...Object.entries(merged.parameters ?? {}).filter(
      ([name, value]) => value !== '' || !FLOAT_DIGITS.test(name),
    ),
  ]);
  for (const [name, value] of parameters) {
    checkFixed(name, value);
    if (/[\r\n\0]/.test(`${name}${value}`)) {
      throw usage(`the start-up parameter ${JSON.stringify(name)} holds CR, LF or NUL`);
    }
  }
  return parameters;
}

/** Settings that a role or a database may have changed, unless the caller sets them. */
function readPinned({ parameters = {} }: Merged): ReadonlyMap<string, string> {
  const isSaid = Object.entries(parameters).some(
    ([name, value]) =>
      /^extra_float_digits$/i.test(name) || (name === 'options' && /extra_float_digits/i.test(value)),
  );
  // The most: before version 12, floats lose digits with less.
  return new Map(isSaid ? [] : [['extra_float_digits', '3']]);
}

/** In libpq 0 means no limit; here it means the default, since every wait has an end. */
function readConnectTimeout({ connectTimeoutMs, connectTimeout = '0' }: Merged): number {
  if (!/^\d{1,6}$/.test(connectTimeout)) throw usage('connect_timeout is not a whole number of seconds');
  checkTimeMs('connectTimeoutMs', connectTimeoutMs);
  return connectTimeoutMs ?? (Number(connectTimeout) * 1000 || DEFAULT_CONNECT_TIMEOUT_MS);
}

/** The server counts whole milliseconds, and takes no number over 2^31 - 1. */
function readStatementTimeout(timeMs: number | undefined): number | undefined {
  checkTimeMs('statementTimeoutMs', timeMs);
  return timeMs === undefined || timeMs > MAX_SERVER_TIME_MS ? undefined : Math.ceil(timeMs);
}

/** The result of a function is checked when it is called. @throws FairleadError `usage`. */
export function checkPassword(password: unknown): void {
  if (password === undefined || typeof password === 'function') return;
  if (typeof password !== 'string') throw usage('the password is a string, or a function that returns one');
  if (password.includes('\0')) throw usage('the password holds a NUL character');
}
