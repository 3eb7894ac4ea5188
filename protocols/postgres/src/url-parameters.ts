// The parameters of a Postgres URL or keyword string, by libpq's names (manual, section 34.1.2). One that is unknown,
// or that would promise what the platform cannot do, is refused.
import { FairleadError } from '@fairlead/errors';
import type { AuthMethod, ConnectOptions } from './connect-options.ts';

/** Options as text says them: what stands in a list of hosts has its list of ports. */
export type Found = Omit<ConnectOptions, 'port'> & { readonly port?: number | string | undefined };

const AUTH_METHODS: readonly string[] = ['none', 'password', 'md5', 'scram-sha-256'] satisfies AuthMethod[];

const PLATFORM = "the platform's sockets ";
const CHOSEN_BY_PLATFORM = `${PLATFORM}decide that (1.2 at least)`;

/** What is fixed: the values that ask for nothing else, and why any other is refused. */
const FIXED: readonly (readonly [names: RegExp, accepted: RegExp, reason: string])[] = [
  [
    /^ssl(cert|key|password)$/,
    /^$/,
    `${PLATFORM}present no client certificate; use a password (scram-sha-256), or Hyperdrive`,
  ],
  [/^sslcrl(dir)?$/, /^$/, `${PLATFORM}take no revocation list`],
  [
    /^sslrootcert$/,
    /^system$/,
    `${PLATFORM}trust public authorities only and take no CA; use a publicly trusted certificate, or Hyperdrive for a private CA`,
  ],
  [
    /^sslnegotiation$/,
    /^postgres$/,
    `TLS from the first byte needs ALPN, which ${PLATFORM}do not offer; use sslnegotiation=postgres`,
  ],
  [
    /^channel_binding$/,
    /^(disable|prefer)$/,
    `channel binding needs the server's certificate, which ${PLATFORM}do not show; use channel_binding=prefer over sslmode=verify-full`,
  ],
  [/^gssencmode$/, /^(disable|prefer)$/, 'GSSAPI encryption is not spoken here; use sslmode=require'],
  [/^hostaddr$/, /^$/, `${PLATFORM}check certificates against the name that is dialled; use host`],
  [/^client_encoding$/, /^(utf-?8|auto)$/i, 'text is UTF-8 here'],
  [/^datestyle$/, /^iso\b/i, 'dates are read as ISO writes them'],
  [/^sslsni$/, /^1$/, `${PLATFORM}decide that`],
  [/^ssl_min_protocol_version$/, /^TLSv1(\.[12])?$/, CHOSEN_BY_PLATFORM],
  [/^min_protocol_version$/, /^3\.0$/, 'the server may choose 3.0'],
  // About idle sockets, which the platform looks after.
  [/^(keepalives(_idle|_interval|_count)?|tcp_user_timeout)$/, /^/, ''],
];

/** Parameters whose value is an option as it stands; `readTarget` checks it, with those of the options. */
const OPTIONS: ReadonlyMap<string, keyof Found> = new Map([
  ['host', 'host'],
  ['port', 'port'],
  ['user', 'user'],
  ['password', 'password'],
  ['dbname', 'database'],
  ['sslmode', 'sslmode'],
  ['application_name', 'applicationName'],
  ['target_session_attrs', 'targetSessionAttrs'],
  ['load_balance_hosts', 'loadBalanceHosts'],
  ['max_protocol_version', 'maxProtocolVersion'],
]);

const RUN_TIME = /^(options|search_path|(statement|lock|idle_in_transaction_session)_timeout)$/;

/** What needs a look at its value. */
const READ: ReadonlyMap<string, (value: string, before: Found) => Found> = new Map([
  ['fallback_application_name', (value, { applicationName = value }) => ({ applicationName })],
  ['eager', (value) => ({ eager: matching('eager', value, /^(true|false)$/, 'true or false') === 'true' })],
  [
    'connect_timeout',
    (value) => {
      const seconds = Number(matching('connect_timeout', value, /^\d{1,9}$/, 'a whole number'));
      // libpq's 0 waits for ever; every wait here has an end.
      return seconds === 0 ? {} : { timeoutMs: seconds * 1000 };
    },
  ],
  [
    'require_auth',
    (value) => ({ requireAuth: value.split(',').map((method) => method.trim()) as AuthMethod[] }),
  ],
]);

/**
 * Adds one parameter to the options that were found before it. One without a value says nothing.
 * @throws FairleadError `usage` for an unknown parameter or value, `policy` for what the platform cannot honour.
 */
export function addParameter(before: Found, name: string, value: string): Found {
  const option = OPTIONS.get(name);
  const read = READ.get(name);
  if (!option && !read && !checkFixed(name, value) && !RUN_TIME.test(name)) {
    // Where a password was not percent-encoded, a part of it may stand where a name should.
    throw usage(
      `the unknown parameter ${/^\w{1,50}$/.test(name) ? `"${name}"` : '(no name at all)'} was given`,
    );
  }
  if (value === '') return before;
  if (option) return { ...before, [option]: value };
  if (read) return { ...before, ...read(value, before) };
  if (!RUN_TIME.test(name)) return before;
  return { ...before, parameters: { ...before.parameters, [name]: value } };
}

/**
 * Whether the parameter is one that can have one meaning only, and has it.
 * @throws FairleadError `policy` when it asks for another.
 */
export function checkFixed(name: string, value: string): boolean {
  const fixed = FIXED.find(([names]) => names.test(name.toLowerCase()));
  if (fixed && value !== '' && !fixed[1].test(value)) {
    throw new FairleadError('policy', `Postgres: "${name}" is refused: ${fixed[2]}.`, { safeToRetry: true });
  }
  return fixed !== undefined;
}

/** @throws FairleadError `usage` on a method that is unknown. */
export function checkAuthMethods(methods: readonly string[]): void {
  if (methods.every((method) => AUTH_METHODS.includes(method))) return;
  throw usage(`require_auth takes ${AUTH_METHODS.join(', ')}`);
}

function matching(name: string, value: string, pattern: RegExp, what: string): string {
  if (pattern.test(value)) return value;
  throw usage(`"${name}" is not ${what}`);
}

/** The error that the caller's own words deserve. */
export function usage(what: string, cause?: unknown): FairleadError {
  return new FairleadError('usage', `Postgres: ${what}.`, { cause, safeToRetry: true });
}
