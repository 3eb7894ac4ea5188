// The parameters of a Postgres URL or keyword string, by libpq's names (manual, section 34.1.2), and `eager`. It refuses
// unknown parameters, and values that the platform cannot honour.
import { failure, usage } from '../errors.ts';

/** Parameters by the names of their options, as text; run-time parameters apart. */
export interface Found {
  readonly options: Record<string, string>;
  readonly parameters: Record<string, string>;
}

/** Parameters whose option has the same name in camel case, or the name in `OPTION_NAMES`. `readTarget` checks the values. */
const OPTION =
  /^(host|port|user|password|dbname|ssl(mode|rootcert|cert|key|negotiation)|ssl_min_protocol_version|channel_binding|eager|(fallback_)?application_name|connect_timeout|require_auth|target_session_attrs|load_balance_hosts|max_protocol_version)$/;

const OPTION_NAMES: Readonly<Record<string, string | undefined>> = {
  host: 'hostname',
  user: 'username',
  dbname: 'database',
};

const RUN_TIME = /^(options|search_path|(statement|lock|idle_in_transaction_session)_timeout)$/;

/**
 * Parameters that are not supported, one rule a line: names, the values that are harmless, and why any other value is
 * refused with the way out. Those about idle sockets are accepted and ignored, since the platform takes care of them.
 */
const FIXED: readonly (readonly [names: RegExp, accepted: RegExp, reason: string])[] = [
  [
    /^sslmode$/,
    /^(?!prefer$|allow$)/,
    'an attacker in between could choose plain text; use require, or disable',
  ],
  [/^sslpassword$/, /^$/, 'keys have no passphrase here; give sslkey as PEM of PKCS#8 without one'],
  [/^sslcrl(dir)?$/, /^$/, 'no revocation lists are read here'],
  [/^gssencmode$/, /^(disable|prefer)$/, 'GSSAPI is not supported here; use sslmode=require'],
  [/^hostaddr$/, /^$/, 'the name that is dialled is checked; use host'],
  [/^client_encoding$/, /^(utf-?8|auto)$/i, 'text is UTF-8 here'],
  [/^datestyle$/, /^iso\b/i, 'dates are read as ISO has them'],
  [/^sslsni$/, /^1$/, 'the name is always sent'],
  [/^min_protocol_version$/, /^3\.0$/, 'the server may choose 3.0'],
  [/^(keepalives(_idle|_interval|_count)?|tcp_user_timeout)$/, /^/, ''],
];

/** The names of all of them: most names are none, and need not be tried rule by rule. */
const IS_FIXED = /* @__PURE__ */ new RegExp(/* @__PURE__ */ FIXED.map(([names]) => names.source).join('|'));

/**
 * Adds one parameter to `found`. An empty value is ignored.
 * @throws FairleadError `usage` for one that is unknown, `policy` for what the platform cannot honour.
 */
export function addParameter({ options, parameters }: Found, name: string, value: string): void {
  const isOption = OPTION.test(name);
  const isRunTime = RUN_TIME.test(name);
  if (!isOption && !isRunTime && !checkFixed(name, value)) {
    // Where a password was not percent-encoded, a part of it may stand where a name should.
    throw usage(`the parameter ${/^\w{1,50}$/.test(name) ? `"${name}"` : 'with no proper name'} is unknown`);
  }
  if (value === '') return;
  if (isRunTime) parameters[name] = value;
  if (isOption) options[optionName(name)] = value;
}

function optionName(name: string): string {
  return OPTION_NAMES[name] ?? name.replace(/_./g, (letter) => letter.charAt(1).toUpperCase());
}

/**
 * Whether the parameter is one of those with a fixed meaning.
 * @throws FairleadError `policy` when its value asks for another one.
 */
export function checkFixed(name: string, value = ''): boolean {
  const lower = name.toLowerCase();
  if (!IS_FIXED.test(lower)) return false;
  if (value === '') return true;
  const broken = FIXED.find(([names, accepted]) => names.test(lower) && !accepted.test(value));
  // The value is not shown: it may be a secret.
  if (broken) throw failure('policy', `Postgres: "${name}" is refused: ${broken[2]}.`);
  return true;
}
