// The options of `pg`'s Client as those of this package. It refuses what the platform cannot honour.
import type { Connector, TlsChoice } from '@fairlead/transport';
import type { ConnectOptions } from '../../options/connect-options.ts';
import { readConnectionString } from '../../options/connection-string.ts';
import { readTarget, type Target } from '../../options/target.ts';
import { readSsl, type SslOptions } from '../ssl.ts';
import { defaults } from './defaults.ts';
import type { TypeParsers } from './values/types.ts';

/** A time in milliseconds; 0 or false for no limit. */
type Millis = number | false | undefined;

/** Options of `Client`, by the names that `pg` has for them. */
export interface ClientConfig {
  /** A URL or libpq keywords. What it says goes before the other options. */
  readonly connectionString?: string | undefined;
  /** Default `localhost`. */
  readonly host?: string | undefined;
  /** Default 5432. */
  readonly port?: number | string | undefined;
  /** Default `postgres`. */
  readonly user?: string | undefined;
  readonly password?: string | (() => string | Promise<string>) | null | undefined;
  /** Default: the value of `user`. */
  readonly database?: string | undefined;
  /** TLS. Default true, other than in `pg`: with a certificate that is checked. */
  readonly ssl?: boolean | SslOptions | undefined;
  /** `direct`: TLS from the first byte (PostgreSQL 17). Default `postgres`. */
  readonly sslnegotiation?: 'postgres' | 'direct' | undefined;
  /** `false`: the login is not bound to its TLS connection. Default true where connector and server can, other than in `pg`. */
  readonly enableChannelBinding?: boolean | undefined;
  readonly application_name?: string | undefined;
  readonly fallback_application_name?: string | undefined;
  /** For dialling, TLS and login together. Default, and with 0: 10,000. */
  readonly connectionTimeoutMillis?: number | undefined;
  /** The time limit of a query at the client. Default 60,000, other than in `pg`; 0 or false for no limit. */
  readonly query_timeout?: Millis;
  readonly statement_timeout?: Millis;
  readonly lock_timeout?: Millis;
  readonly idle_in_transaction_session_timeout?: Millis;
  /** Command-line options for the server. */
  readonly options?: string | undefined;
  /** What finds the parsers of results. Default: `types`. */
  readonly types?: TypeParsers | undefined;
  /** As the option of `connect`; not of `pg`. */
  readonly prepare?: boolean | 'always' | undefined;
  /** As the option of `connect`; not of `pg`. */
  readonly connector?: Connector | undefined;
  /** As the option of `connect`; not of `pg`. */
  readonly signal?: AbortSignal | undefined;
  /** As the option of `connect`; not of `pg`. */
  readonly eager?: boolean | undefined;
}

/** What a connection is opened with. */
export interface Settings {
  readonly target: Target;
  readonly options: ConnectOptions;
}

/** @throws FairleadError `policy` as `readSsl`. */
function readTls({ ssl, sslnegotiation }: ClientConfig): boolean | TlsChoice | undefined {
  const tls = readSsl(ssl);
  if (sslnegotiation !== 'direct' || tls === false) return tls;
  return { ...(typeof tls === 'object' && tls), mode: 'implicit' };
}

function parametersOf(config: ClientConfig): Record<string, string> {
  const { statement_timeout, lock_timeout, idle_in_transaction_session_timeout, options } = config;
  const given = { statement_timeout, lock_timeout, idle_in_transaction_session_timeout, options };
  const used = Object.entries(given).filter(([, value]) => Boolean(value));
  return Object.fromEntries(used.map(([name, value]) => [name, String(value)]));
}

function timeoutOf(millis: Millis): number | undefined {
  return millis === undefined ? undefined : Number(millis) || Number.POSITIVE_INFINITY;
}

/** Options without those that are undefined. */
function defined(options: ConnectOptions): ConnectOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/**
 * Reads a configuration.
 * @throws FairleadError `usage`, `policy`, as `connect`.
 */
export function readConfig(given: string | ClientConfig, onNotice: ConnectOptions['onNotice']): Settings {
  const config: ClientConfig = typeof given === 'string' ? { connectionString: given } : given;
  const { connectionString, connector, signal, prepare, eager, query_timeout, connectionTimeoutMillis } =
    config;
  const text = connectionString === undefined ? undefined : readConnectionString(connectionString);
  const options = defined({
    hostname: config.host ?? defaults.host,
    port: Number(config.port ?? defaults.port),
    username: config.user ?? defaults.user,
    password: config.password ?? defaults.password ?? undefined,
    database: config.database ?? defaults.database,
    tls: readTls(config),
    channelBinding: config.enableChannelBinding === false ? ('disable' as const) : undefined,
    applicationName: config.application_name ?? config.fallback_application_name,
    connectTimeoutMs: connectionTimeoutMillis || undefined,
    ...{ connector, signal, prepare, eager, onNotice, timeoutMs: timeoutOf(query_timeout) },
  });
  const { sslmode, ...fromText } = text?.options ?? {};
  const hidden = new Set(Object.keys(fromText));
  if (sslmode !== undefined) hidden.add('tls');
  if (hidden.has('connectTimeout')) hidden.add('connectTimeoutMs');
  const rest: ConnectOptions = Object.fromEntries(
    Object.entries(options).filter(([name]) => !hidden.has(name)),
  );
  const parameters = { ...parametersOf(config), ...text?.parameters };
  return { target: readTarget(connectionString, { ...rest, parameters }), options };
}
