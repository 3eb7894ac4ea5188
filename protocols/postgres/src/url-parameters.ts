// The query parameters of a Postgres URL, by libpq's names (manual, section 34.1.2). One that is unknown, or that
// would promise what the platform cannot do, is refused.
import { FairleadError } from '@fairlead/errors';
import type { ConnectOptions } from './connect-options.ts';
import type { AuthMethod } from './session.ts';

const AUTH_METHODS: readonly string[] = ['none', 'password', 'md5', 'scram-sha-256'];

/** libpq's parameters that the platform cannot honour: the reason and the way out. */
const IMPOSSIBLE: Readonly<Record<string, string>> = {
  sslcert:
    "the platform's sockets present no client certificate; use a password (scram-sha-256), or Hyperdrive",
  sslkey:
    "the platform's sockets present no client certificate; use a password (scram-sha-256), or Hyperdrive",
  sslpassword:
    "the platform's sockets present no client certificate; use a password (scram-sha-256), or Hyperdrive",
  sslcrl: "the platform's sockets take no revocation list",
  sslcrldir: "the platform's sockets take no revocation list",
};

const NO_PRIVATE_CA =
  "the platform's sockets trust public authorities only and take no CA; use a publicly trusted certificate, or " +
  'Hyperdrive for a private CA';
const NO_ALPN =
  "TLS from the first byte needs ALPN, which the platform's sockets do not offer; use sslnegotiation=postgres";
const NO_BINDING =
  "channel binding needs the server's certificate, which the platform's sockets do not show; use " +
  'channel_binding=prefer over sslmode=verify-full';
const NO_GSS = 'GSSAPI encryption is not spoken here; use sslmode=require';
const ONE_HOST = 'only one host is tried, whatever its role; use "any"';

/** Values with which a parameter asks for nothing special, and why any other is refused. */
const HARMLESS: Readonly<Record<string, readonly [accepted: readonly string[], reason: string]>> = {
  sslrootcert: [['system'], NO_PRIVATE_CA],
  sslnegotiation: [['postgres'], NO_ALPN],
  channel_binding: [['disable', 'prefer'], NO_BINDING],
  gssencmode: [['disable', 'prefer'], NO_GSS],
  target_session_attrs: [['any'], ONE_HOST],
  client_encoding: [['utf8', 'UTF8', 'auto'], 'text is UTF-8 here'],
  sslsni: [['1'], "the platform's sockets decide that"],
  ssl_min_protocol_version: [
    ['TLSv1', 'TLSv1.1', 'TLSv1.2'],
    "the platform's sockets decide that (1.2 at least)",
  ],
};

/** What is about idle sockets, which the platform looks after. */
const IGNORED = /^(keepalives(_idle|_interval|_count)?|tcp_user_timeout)$/;

/**
 * One parameter as options.
 * @throws FairleadError `usage` for an unknown parameter or value, `policy` for what the platform cannot honour.
 */
export function checkUrlParameter(name: string, value: string): ConnectOptions {
  const impossible = IMPOSSIBLE[name];
  if (impossible !== undefined) throw refused(name, impossible);
  const harmless = HARMLESS[name];
  if (harmless !== undefined) {
    if (harmless[0].includes(value)) return {};
    throw refused(name, harmless[1]);
  }
  if (IGNORED.test(name)) return {};
  const known = readParameter(name, value);
  if (known === undefined) {
    throw new FairleadError('usage', `Postgres: the URL has the unknown parameter "${name.slice(0, 50)}".`, {
      safeToRetry: true,
    });
  }
  return known;
}

function readParameter(name: string, value: string): ConnectOptions | undefined {
  switch (name) {
    case 'host':
    case 'user':
    case 'password':
      return { [name]: value };
    case 'dbname':
      return { database: value };
    case 'port':
      return { port: whole(name, value) };
    case 'sslmode':
      // Checked with the options, where it can stand too.
      return { sslmode: value as NonNullable<ConnectOptions['sslmode']> };
    case 'application_name':
    case 'fallback_application_name':
      return { applicationName: value };
    case 'options':
      return { parameters: { options: value } };
    case 'statement_timeout':
    case 'lock_timeout':
    case 'idle_in_transaction_session_timeout':
    case 'search_path':
      return { parameters: { [name]: value } };
    case 'connect_timeout': {
      const seconds = whole(name, value);
      // libpq's 0 waits for ever; every wait here has an end.
      return seconds === 0 ? {} : { timeoutMs: seconds * 1000 };
    }
    case 'require_auth':
      return { requireAuth: authMethods(value) };
    default:
      return undefined;
  }
}

function authMethods(value: string): AuthMethod[] {
  const methods = value.split(',').map((method) => method.trim());
  const known = methods.filter((method): method is AuthMethod => AUTH_METHODS.includes(method));
  if (known.length === methods.length) return known;
  throw new FairleadError('usage', `Postgres: require_auth takes ${AUTH_METHODS.join(', ')}.`, {
    safeToRetry: true,
  });
}

function whole(name: string, value: string): number {
  if (/^\d{1,9}$/.test(value)) return Number(value);
  throw new FairleadError('usage', `Postgres: the URL's "${name}" is not a whole number.`, {
    safeToRetry: true,
  });
}

function refused(name: string, reason: string): FairleadError {
  return new FairleadError('policy', `Postgres: the URL's "${name}" is refused: ${reason}.`, {
    safeToRetry: true,
  });
}
