// What a caller may say about a connection: URL or keywords, and options, to one checked target. It refuses what it
// does not know and what the platform cannot honour, and never shows a URL, which may hold a password.
import { assertNoCrLfNul } from '@fairlead/bytes';
import { FairleadError } from '@fairlead/errors';
import { type Address, normalizeAddress } from '@fairlead/transport';
import type { AuthMethod, ConnectOptions, SessionAttrs } from './connect-options.ts';
import { readConnectionString } from './options/connection-string.ts';
import { checkAuthMethods, checkFixed, type Found, usage } from './url-parameters.ts';

/** A checked target. */
export interface Target {
  /** At least one, in the order given. */
  readonly addresses: readonly Address[];
  readonly sessionAttrs: SessionAttrs;
  /** Whether the addresses are tried in random order. */
  readonly loadBalance: boolean;
  readonly tls: boolean;
  /** `user`, `database` and run-time parameters for the StartupMessage. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly password: string | undefined;
  readonly requireAuth: readonly AuthMethod[] | undefined;
  readonly allowCleartextPassword: boolean;
  readonly eager: boolean;
  readonly protocolVersion: '3.0' | '3.2';
  /** For each address. */
  readonly connectTimeoutMs: number;
}

const DEFAULT_PORT = '5432';
const DEFAULT_CONNECT_TIMEOUT_MS = 10_000;

/** Modes that libpq has and this client refuses, with the reason and the way out. */
const REFUSED_MODES: ReadonlyMap<string | undefined, string> = new Map([
  [
    'prefer',
    'it falls back to plain text when anybody in between says so; use require, or disable if that is meant',
  ],
  ['allow', 'it begins in plain text; use require, or disable if that is meant'],
  [
    'verify-ca',
    "it needs an authority of one's own, and the platform's sockets take no CA and always check the name too; " +
      'use verify-full with a publicly trusted certificate, or Hyperdrive for a private CA',
  ],
]);

const CHOICES: readonly (readonly [option: keyof Found, ...values: string[]])[] = [
  ['sslmode', 'disable', 'require', 'verify-full'],
  ['targetSessionAttrs', 'any', 'read-write', 'read-only', 'primary', 'standby', 'prefer-standby'],
  ['loadBalanceHosts', 'disable', 'random'],
  ['maxProtocolVersion', '3.0', '3.2', 'latest'],
];

/**
 * Reads a URL (`postgres://user:password@host:port/database?sslmode=...`) or keywords (`host=... user=...`), options,
 * or both.
 * @throws FairleadError `usage` (malformed, unknown parameter), `policy` (what the platform cannot honour).
 */
export function readTarget(text: string | undefined, given: ConnectOptions): Target {
  const options: Found = { ...(text === undefined ? {} : readConnectionString(text)), ...defined(given) };
  checkChoices(options);
  if (options.password?.includes('\0')) throw usage('the password holds a NUL character');
  return {
    addresses: readAddresses(options),
    sessionAttrs: options.targetSessionAttrs ?? 'any',
    loadBalance: options.loadBalanceHosts === 'random',
    tls: options.sslmode !== 'disable',
    parameters: readParameters(options),
    password: options.password,
    requireAuth: options.requireAuth,
    allowCleartextPassword: options.allowCleartextPassword ?? false,
    eager: options.eager ?? false,
    protocolVersion: (options.maxProtocolVersion ?? '3.0') === '3.0' ? '3.0' : '3.2',
    connectTimeoutMs: options.timeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS,
  };
}

/** An option that is `undefined` says nothing. */
function defined(options: ConnectOptions): ConnectOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function checkChoices(options: Found): void {
  const reason = REFUSED_MODES.get(options.sslmode);
  if (reason !== undefined) {
    throw new FairleadError('policy', `sslmode "${options.sslmode}" is refused: ${reason}.`, {
      safeToRetry: true,
    });
  }
  for (const [option, ...values] of CHOICES) {
    const value = options[option];
    if (value !== undefined && !values.includes(value as string)) {
      throw usage(`${option} is none of ${values.join(', ')}`);
    }
  }
  checkAuthMethods(options.requireAuth ?? []);
}

/** As libpq has it: one port is for every host, several are for one each; an empty one is the default. */
function readAddresses({ host = '', port = '', hosts }: Found): Address[] {
  const names = hosts?.map((entry) => entry.host) ?? host.split(',');
  const ports = hosts?.map((entry) => `${entry.port ?? ''}`) ?? `${port}`.split(',');
  if (names.length === 0 || names.includes('')) throw usage('no host was given');
  if (names.some((name) => /^[/@]/.test(name)))
    throw usage('the host is a Unix socket; only TCP is spoken here');
  if (ports.length > 1 && ports.length !== names.length) {
    throw usage(`${ports.length} ports were given for ${names.length} hosts`);
  }
  return names.map((hostname, index) => {
    const digits = ports[ports.length > 1 ? index : 0] || DEFAULT_PORT;
    return normalizeAddress({ hostname, port: /^\d+$/.test(digits) ? Number(digits) : Number.NaN });
  });
}

function readParameters(options: Found): ReadonlyMap<string, string> {
  const { user = 'postgres', database = user, applicationName = 'fairlead' } = options;
  const own = Object.entries(options.parameters ?? {});
  for (const [name, value] of own) checkFixed(name, value);
  const parameters = new Map([
    ['user', user],
    ['database', database],
    ['client_encoding', 'UTF8'],
    // Dates are read by position; the rest of DateStyle (day or month first) stays the server's.
    ['DateStyle', 'ISO'],
    ['application_name', applicationName],
    ...own,
  ]);
  for (const [name, value] of parameters) assertNoCrLfNul(`${name}${value}`, `start-up parameter "${name}"`);
  return parameters;
}
