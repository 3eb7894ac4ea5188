// What a caller may say about a connection: types only. `options.ts` checks them.
import type { Connector } from '@fairlead/transport';
import type { AuthMethod } from './session.ts';

/** `disable`: plain. `require` and `verify-full`: TLS with a verified certificate, both alike. */
export type SslMode = 'disable' | 'require' | 'verify-full';

/** Where to connect and as whom. In a URL, in this object, or both: the object wins. */
export interface TargetOptions {
  /** Host name or IP address. No default. */
  readonly host?: string | undefined;
  /** Default 5432. */
  readonly port?: number | undefined;
  /** Default `postgres`. */
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** Default: the user's name, as everywhere in Postgres. */
  readonly database?: string | undefined;
  /** Default `require`. */
  readonly sslmode?: SslMode | undefined;
  /** Shown in `pg_stat_activity`. Default `fairlead`. */
  readonly applicationName?: string | undefined;
  /** Run-time parameters to begin with, such as `{ search_path: 'app', TimeZone: 'UTC' }`. */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  /** Authentication methods that are acceptable; the connection fails on another one. Default: all. */
  readonly requireAuth?: readonly AuthMethod[] | undefined;
  /** Lets a server without TLS have the password in clear text. Default false. */
  readonly allowCleartextPassword?: boolean | undefined;
}

/** Everything `connect` takes. */
export interface ConnectOptions extends TargetOptions {
  /** Opens the connection. Default: the runtime's (`cloudflare:sockets`, or `node:net`). */
  readonly connector?: Connector | undefined;
  /** Aborts the attempt, and later ends the open connection. */
  readonly signal?: AbortSignal | undefined;
  /** For TCP, TLS and authentication together. Default 10,000, or the URL's `connect_timeout`. */
  readonly timeoutMs?: number | undefined;
  /** For each query that says nothing else. Default 60,000. */
  readonly queryTimeoutMs?: number | undefined;
  /** Whether texts that are seen again are prepared on the server. Off for poolers that cannot. Default true. */
  readonly prepare?: boolean | undefined;
  /** `json` and `jsonb`: parsed, or the server's text, which loses no digit. Default `parsed`. */
  readonly json?: 'parsed' | 'raw' | undefined;
  readonly limits?: ResultLimits | undefined;
}

/** How much `query` may gather; `stream` gathers nothing and has no such limits. */
export interface ResultLimits {
  /** Default: no limit. */
  readonly maxRows?: number | undefined;
  /** Measured on the values: text by its length, bytes by theirs, anything else as eight. Default 67,108,864. */
  readonly maxBytes?: number | undefined;
}
