// The options of `connect`. Types only; options/ checks them.
import type { Password } from '@fairlead/client';
import type { Connector, TlsChoice } from '@fairlead/transport';
import type { Discovery } from '../options/settings.ts';
import type {
  AuthMechanism,
  Compression,
  ReadConcern,
  ReadPreference,
  ReadPreferenceMode,
  ServerApi,
  WriteConcern,
} from './option-values.ts';

export type * from './option-values.ts';

/** What the URL says too, by the names of its parameters. These win over the URL. */
export interface DeploymentOptions {
  /** The name of the replica set; members of another set are refused. */
  readonly replicaSet?: string | undefined;
  /** Talks to the one server that was named, whatever its part in a set. Default false. */
  readonly directConnection?: boolean | undefined;
  /** The server is behind a load balancer that speaks MongoDB's load-balanced mode. Default false. */
  readonly loadBalanced?: boolean | undefined;
  /** The database that knows the user. Default: the URL's database, else `admin`; `$external` for `PLAIN` and `MONGODB-X509`. */
  readonly authSource?: string | undefined;
  /**
   * Default: SCRAM-SHA-256 where the server has it for the user, else SCRAM-SHA-1. `MONGODB-X509` logs in by the client's
   * certificate (`tls: { cert, key }`), without a password; `username` may be left out.
   */
  readonly authMechanism?: AuthMechanism | undefined;
  /** Shown in the server's log and profiler; at most 128 bytes. */
  readonly appName?: string | undefined;
  /** Default `primary`. Any other than `primary` on a replica set needs `discovery`. */
  readonly readPreference?: ReadPreference | ReadPreferenceMode | undefined;
  readonly readConcern?: ReadConcern | undefined;
  readonly writeConcern?: WriteConcern | undefined;
  /** Reads are sent a second time after a network error. Default true. */
  readonly retryReads?: boolean | undefined;
  /** Writes are sent a second time after a network error, under a number by which the server knows them. Default true. */
  readonly retryWrites?: boolean | undefined;
  readonly serverApi?: ServerApi | undefined;
}

/**
 * All options of `connect`. They win over what the URL says.
 * @example
 * ```ts
 * import { connect, type ConnectOptions } from '@fairlead/mongodb';
 *
 * const options: ConnectOptions = {
 *   hostname: 'db.example.com',
 *   username: 'app',
 *   password: () => env.MONGODB_PASSWORD ?? '',
 *   database: 'shop',
 *   timeoutMs: 5_000,
 * };
 * await using client = await connect(options);
 * ```
 */
export interface ConnectOptions extends DeploymentOptions {
  /** Host name or IP address, in place of the URL's hosts. */
  readonly hostname?: string | undefined;
  /** Default 27017. */
  readonly port?: number | undefined;
  readonly username?: string | undefined;
  /** Or a function that gives it: it is called at each login, within `connectTimeoutMs`. */
  readonly password?: Password | undefined;
  /** The database that `db()` means without a name. Default: the URL's, else `test`. */
  readonly database?: string | undefined;
  /**
   * `true`: TLS with a verified certificate. `false`: plain text; the URL says it by `tls=false`. Default `true`, whatever the
   * scheme.
   *
   * An object is `true` with wishes, for connectors that honour them (`overTls` of @fairlead/tls, `nodeSocket`): a private CA
   * (`ca`), a client certificate (`cert`, `key`), `servername`, ... In a URL `tlsCAFile` and `tlsCertificateKeyFile` hold the PEM
   * texts themselves.
   */
  readonly tls?: boolean | TlsChoice | undefined;
  /** Opens the transport. Default: `connect` of `@fairlead/transport`. */
  readonly connector?: Connector | undefined;
  /** Aborts the attempt to connect; later it ends the client. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Milliseconds for the password function, DNS, TCP, TLS and the login of one connection together; `Infinity` for no limit.
   * Default: the URL's `connectTimeoutMS`, else 10,000.
   */
  readonly connectTimeoutMs?: number | undefined;
  /** Milliseconds of one call, retries included; `Infinity` for no limit. Default: the URL's `timeoutMS`, else 60,000. */
  readonly timeoutMs?: number | undefined;
  /** `discovery()` of `@fairlead/mongodb/discovery`: SRV records, all members of a set, read preferences. */
  readonly discovery?: Discovery | undefined;
  /** `zlib()` of `@fairlead/mongodb/zlib`. */
  readonly compression?: Compression | undefined;
}
