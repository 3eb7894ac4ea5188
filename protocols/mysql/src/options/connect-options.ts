// What a caller may say about a connection: types only. `options.ts` checks them.
import type { Password } from '@fairlead/client';
import type { Connector } from '@fairlead/transport';

/** `disable`: plain. `require` and `verify-full`: TLS with a verified certificate, both alike. */
export type SslMode = 'disable' | 'require' | 'verify-full';

/** A way to authenticate, by the name of the server's plugin. */
export type AuthMethod =
  | 'caching_sha2_password'
  | 'sha256_password'
  | 'mysql_native_password'
  | 'client_ed25519'
  | 'parsec'
  | 'mysql_clear_password';

/** Where to connect and as whom. In a URL, in this object, or both: the object wins. */
export interface TargetOptions {
  /** Host name or IP address. No default. */
  readonly host?: string | undefined;
  /** Default 3306. */
  readonly port?: number | undefined;
  /** Default `root`. */
  readonly user?: string | undefined;
  /** A text, or a function that is asked for it at each login, also for those that cancel: for tokens that rotate. */
  readonly password?: Password | undefined;
  /** Default: none is selected. */
  readonly database?: string | undefined;
  /** Default `require`. */
  readonly sslmode?: SslMode | undefined;
  /** Shown in `performance_schema.session_connect_attrs` as `program_name`. Default `fairlead`. */
  readonly applicationName?: string | undefined;
  /** Authentication methods that are acceptable; the connection fails on another one. Default: all but `mysql_clear_password`. */
  readonly requireAuth?: readonly AuthMethod[] | undefined;
  /** Lets the server ask for the password as it is (`mysql_clear_password`, for PAM and LDAP): inside TLS, never without. Default false. */
  readonly allowCleartextPassword?: boolean | undefined;
  /**
   * Without TLS, lets `caching_sha2_password` and `sha256_password` fetch the server's RSA key from whoever
   * answers, and send it the password under that key: somebody in between could read it. Default false.
   */
  readonly allowPublicKeyRetrieval?: boolean | undefined;
  /** Lets `query` run several statements in one text, parted by `;`. Default false. */
  readonly multiStatements?: boolean | undefined;
}

/** Everything `connect` takes. */
export interface ConnectOptions extends TargetOptions {
  /** Opens the connection. Default: the runtime's (`cloudflare:sockets`, or `node:net`). */
  readonly connector?: Connector | undefined;
  /** Aborts the attempt, and later ends the open connection. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for the password, TCP, TLS and authentication together. Default 10,000, or the URL's `connect_timeout`. */
  readonly timeoutMs?: number | undefined;
  /** Milliseconds for each query that says nothing else, `Infinity` for no limit. The server is told too. Default 60,000. */
  readonly queryTimeoutMs?: number | undefined;
  /** JSON columns: parsed, or the server's text, which loses no digit. Default `parsed`. */
  readonly json?: 'parsed' | 'raw' | undefined;
  /**
   * `utc` sets the session's `time_zone` to `+00:00` when it begins, so TIMESTAMP values are in UTC. `session` leaves it
   * alone: they are in whatever zone the server is set to. Default `utc`.
   */
  readonly timeZone?: 'utc' | 'session' | undefined;
  readonly limits?: ResultLimits | undefined;
}

/** How much `query` and `execute` may gather, and how much one packet may hold. */
export interface ResultLimits {
  /** Default: no limit. */
  readonly maxRows?: number | undefined;
  /** Measured on the values: text by its length, bytes by theirs, anything else as eight. Default 67,108,864. */
  readonly maxBytes?: number | undefined;
  /** The largest packet, which is to say row, that is taken from the server, streams included. Default 67,108,864. */
  readonly maxPacketBytes?: number | undefined;
}
