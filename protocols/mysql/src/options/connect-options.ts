// The options of `connect`: types only. `target.ts` checks them.
import type { Password } from '@fairlead/client';
import type { Connector, TlsChoice } from '@fairlead/transport';

/** An authentication method, by the name of the server's plugin. */
export type AuthMethod =
  | 'caching_sha2_password'
  | 'sha256_password'
  | 'mysql_native_password'
  | 'client_ed25519'
  | 'parsec'
  | 'mysql_clear_password';

/** The server's address and the account. They stand in a URL, in this object, or in both: the object wins. */
export interface TargetOptions {
  /** Host name or IP address. Required, here or in the URL. */
  readonly hostname?: string | undefined;
  /** Default 3306. */
  readonly port?: number | undefined;
  /** Default `root`. */
  readonly username?: string | undefined;
  /**
   * The password, or a function that returns it. The function is called at each login (also at the login of the
   * connection that cancels a statement), so that tokens may rotate. Default: empty.
   */
  readonly password?: Password | undefined;
  /** Default: none is selected. */
  readonly database?: string | undefined;
  /**
   * `true`: TLS with a verified certificate, and no login without it. `false`: plain text. The URL's parameter `sslmode`
   * says the same as `require` and `disable`. Default `true`.
   *
   * An object is `true` with wishes, for connectors that honour them (`overTls` of @fairlead/tls, `nodeSocket`): a private CA
   * (`ca`), a client certificate (`cert`, `key`), `servername`, ... In a URL: `ssl-ca`, `ssl-cert` and `ssl-key` hold the PEM
   * texts themselves, and `sslmode=verify-ca` is `anyName`.
   */
  readonly tls?: boolean | TlsChoice | undefined;
  /** Shown in `performance_schema.session_connect_attrs` as `program_name`. Default `fairlead`. */
  readonly applicationName?: string | undefined;
  /** The authentication methods that may be used; `connect` rejects with `auth` if the server asks for another one. Default: all but `mysql_clear_password`. */
  readonly requireAuth?: readonly AuthMethod[] | undefined;
  /**
   * Sends the unhashed password where the server asks for it (`mysql_clear_password`, for PAM and LDAP). It is sent inside
   * TLS only. Default false.
   */
  readonly allowCleartextPassword?: boolean | undefined;
  /**
   * Without TLS, lets `caching_sha2_password` and `sha256_password` ask the server for its RSA key and encrypt the
   * password with it. Nothing verifies that key: an attacker on the network path can replace it and read the password.
   * Default false.
   */
  readonly allowPublicKeyRetrieval?: boolean | undefined;
  /** Lets one `query` run several statements, separated by `;`. Default false. */
  readonly multiStatements?: boolean | undefined;
}

/**
 * All options of `connect`.
 * @example
 * ```ts
 * import { connect, type ConnectOptions } from '@fairlead/mysql';
 *
 * const options: ConnectOptions = {
 *   hostname: 'db.example.com',
 *   username: 'app',
 *   password: () => env.MYSQL_PASSWORD ?? '',
 *   database: 'shop',
 *   connectTimeoutMs: 5_000,
 *   timeoutMs: 2_000,
 *   limits: { maxRows: 10_000 },
 * };
 * await using reports = await connect(options);
 * ```
 */
export interface ConnectOptions extends TargetOptions {
  /** Opens the connection. Default: the runtime's (`cloudflare:sockets`, or `node:net`). */
  readonly connector?: Connector | undefined;
  /** Aborts the attempt. Later it ends the open connection: running statements are cancelled and reject with `aborted`. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Milliseconds for the password function, TCP, TLS and the login together, `Infinity` for no limit. Default: the URL's
   * `connect_timeout`, else 10,000.
   */
  readonly connectTimeoutMs?: number | undefined;
  /**
   * Default time limit of one call, in milliseconds, `Infinity` for none. The server gets the same limit
   * (`serverTimeoutMs`). Default 60,000.
   */
  readonly timeoutMs?: number | undefined;
  /** JSON columns: `parsed`, or `raw` for the server's text, which keeps all digits of numbers. Default `parsed`. */
  readonly json?: 'parsed' | 'raw' | undefined;
  /**
   * `utc` sets the session's `time_zone` to `+00:00`, so that TIMESTAMP values are in UTC. `session` keeps the server's
   * `time_zone`, and TIMESTAMP values are in that zone. Default `utc`.
   */
  readonly timeZone?: 'utc' | 'session' | undefined;
  /**
   * `false` is for connections that a pooler hands from one client to another (ProxySQL, MaxScale, a mooring): `execute` sends
   * its parameters in the text as `query` does, and every statement brings its time limit with it. Default true.
   */
  readonly prepare?: boolean | undefined;
  /** Limits of results and packets. */
  readonly limits?: ResultLimits | undefined;
}

/** How large the results of `query` and `execute`, and one packet, may be. */
export interface ResultLimits {
  /** Rows of all results of one call together. Default: no limit. */
  readonly maxRows?: number | undefined;
  /** Size of all results of one call: a text counts its length, bytes count theirs, any other value counts 8. Default 67,108,864. */
  readonly maxBytes?: number | undefined;
  /** The largest packet (one row is one packet) that is accepted from the server, also in streams. Default 67,108,864. */
  readonly maxPacketBytes?: number | undefined;
}
