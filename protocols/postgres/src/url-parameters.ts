// The parameters of a Postgres URL or keyword string, by libpq's names (manual, section 34.1.2), and `eager`. One that
// is unknown, or that would promise what the platform cannot do, is refused.
import type { ErrorCode, FairleadError } from '@fairlead/errors';
import { failure } from './errors.ts';

/** Parameters by the names of their options, as text; run-time parameters apart. */
export interface Found {
  readonly options: Record<string, string>;
  readonly parameters: Record<string, string>;
}

/** Each is the option of the same name in camel case, but for `dbname`. `readTarget` checks the values. */
const OPTION =
  /^(host|port|user|password|dbname|sslmode|eager|(fallback_)?application_name|connect_timeout|require_auth|target_session_attrs|load_balance_hosts|max_protocol_version)$/;

const RUN_TIME = /^(options|search_path|(statement|lock|idle_in_transaction_session)_timeout)$/;

const PLATFORM = "the platform's sockets";
const NO_CA =
  `${PLATFORM} trust public authorities only and take no CA; use verify-full with a publicly trusted ` +
  'certificate, or Hyperdrive for a private CA';

/** What cannot be had: the values that ask for nothing else, why any other is refused, and the way out. */
const FIXED: readonly (readonly [names: RegExp, accepted: RegExp, reason: string])[] = [
  [
    /^sslmode$/,
    /^(?!prefer$|allow$)/,
    'it lets anybody in between choose plain text; use require, or disable if that is meant',
  ],
  [/^sslmode$/, /^(?!verify-ca$)/, NO_CA],
  [/^sslrootcert$/, /^system$/, NO_CA],
  [
    /^ssl(cert|key|password)$/,
    /^$/,
    `${PLATFORM} present no client certificate; use a password (scram-sha-256), or Hyperdrive`,
  ],
  [/^sslcrl(dir)?$/, /^$/, `${PLATFORM} take no revocation list`],
  [
    /^sslnegotiation$/,
    /^postgres$/,
    `TLS from the first byte needs ALPN, which ${PLATFORM} do not offer; use sslnegotiation=postgres`,
  ],
  [
    /^channel_binding$/,
    /^(disable|prefer)$/,
    `it needs the server's certificate, which ${PLATFORM} do not show; use channel_binding=prefer over sslmode=verify-full`,
  ],
  [/^gssencmode$/, /^(disable|prefer)$/, 'GSSAPI encryption is not spoken here; use sslmode=require'],
  [/^hostaddr$/, /^$/, `${PLATFORM} check certificates against the name that is dialled; use host`],
  [/^client_encoding$/, /^(utf-?8|auto)$/i, 'text is UTF-8 here'],
  [/^datestyle$/, /^iso\b/i, 'dates are read as ISO has them'],
  [
    /^(sslsni|ssl_min_protocol_version)$/,
    /^(1|TLSv1(\.[12])?)$/,
    `${PLATFORM} decide that (SNI, and TLS 1.2 at least)`,
  ],
  [/^min_protocol_version$/, /^3\.0$/, 'the server may choose 3.0'],
  // About idle sockets, which the platform looks after.
  [/^(keepalives(_idle|_interval|_count)?|tcp_user_timeout)$/, /^/, ''],
];

/**
 * Adds one parameter to what was found. One without a value says nothing.
 * @throws FairleadError `usage` for one that is unknown, `policy` for what the platform cannot honour.
 */
export function addParameter({ options, parameters }: Found, name: string, value: string): void {
  const isOption = OPTION.test(name);
  const isRunTime = RUN_TIME.test(name);
  if (!isOption && !isRunTime && !checkFixed(name, value)) {
    // Where a password was not percent-encoded, a part of it may stand where a name should.
    throw usage(
      `the parameter ${/^\w{1,50}$/.test(name) ? `"${name}"` : 'without a proper name'} is unknown`,
    );
  }
  if (value === '') return;
  if (isRunTime) parameters[name] = value;
  if (isOption) options[optionName(name)] = value;
}

function optionName(name: string): string {
  if (name === 'dbname') return 'database';
  return name.replace(/_./g, (letter) => letter.charAt(1).toUpperCase());
}

/**
 * Whether the parameter is one that may say certain things only.
 * @throws FairleadError `policy` when it says another.
 */
export function checkFixed(name: string, value = ''): boolean {
  const rules = FIXED.filter(([names]) => names.test(name.toLowerCase()));
  const broken = value === '' ? undefined : rules.find(([, accepted]) => !accepted.test(value));
  // The value is not shown: it may be a secret.
  if (broken) throw refusal('policy', `"${name}" is refused: ${broken[2]}`);
  return rules.length > 0;
}

/** The error that the caller's own words deserve. */
export function usage(what: string, cause?: unknown): FairleadError {
  return refusal('usage', what, cause);
}

function refusal(code: ErrorCode, what: string, cause?: unknown): FairleadError {
  return failure(code, `Postgres: ${what}.`, { cause });
}
