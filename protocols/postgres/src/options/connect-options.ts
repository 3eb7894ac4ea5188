// The options of `connect` and `open`: types only. `target.ts` checks them.
import type { Password } from '@fairlead/client';
import type { Connector, TlsChoice } from '@fairlead/transport';
import type { Notice } from '../types.ts';
import type { BinaryFormat, TypeDecoder } from '../values/registry.ts';

/** An authentication method, by its name in libpq's `require_auth`. */
export type AuthMethod = 'none' | 'password' | 'md5' | 'scram-sha-256';

/** Whether the login is bound to its TLS connection, as libpq's `channel_binding` names it. */
export type ChannelBindingChoice = 'disable' | 'prefer' | 'require';

/**
 * The wanted kind of session (libpq's `target_session_attrs`). `read-write` and `read-only` are about the default of
 * transactions, `primary` and `standby` about the server's role; `prefer-standby` takes any server where there is no
 * standby.
 */
export type SessionAttrs = 'any' | 'read-write' | 'read-only' | 'primary' | 'standby' | 'prefer-standby';

/** One of several hosts. */
export interface HostOption {
  /** Host name or IP address. */
  readonly hostname: string;
  /** Default 5432. */
  readonly port?: number | undefined;
}

/**
 * The server, the login and the session's settings. A URL or a keyword string says the same by libpq's names (`host`, `user`,
 * `sslmode`, ...); where both are given, the object wins.
 */
export interface TargetOptions {
  /** Host name or IP address, or several, separated by commas. Required here or in the text. */
  readonly hostname?: string | undefined;
  /** The port of each host. Default 5432. */
  readonly port?: number | undefined;
  /** Several hosts, each with its own port, in place of `hostname` and `port`. The first suitable one is used. */
  readonly hosts?: readonly HostOption[] | undefined;
  /** Default `any`. */
  readonly targetSessionAttrs?: SessionAttrs | undefined;
  /** `random`: several hosts are tried in random order. Default `disable`: in the order given. */
  readonly loadBalanceHosts?: 'disable' | 'random' | undefined;
  /** Default `postgres`. */
  readonly username?: string | undefined;
  /** A string, or a function that is called at each login, for tokens that rotate. */
  readonly password?: Password | undefined;
  /** Default: the value of `username`. */
  readonly database?: string | undefined;
  /**
   * `true`: TLS, with a certificate that is valid for `hostname`. `false`: plain text, also for the password's exchange.
   * Default true. In a URL: `sslmode=require` or `verify-full`, and `sslmode=disable`.
   *
   * An object is `true` with wishes, for connectors that honour them (`overTls` of @fairlead/tls, `nodeSocket`): a private CA
   * (`ca`), a client certificate (`cert`, `key`), `servername`, ... In a URL: `sslrootcert`, `sslcert` and `sslkey` hold the PEM
   * texts themselves, and `sslmode=verify-ca` is `anyName`. `mode: 'implicit'` begins with TLS, without asking the server first
   * (PostgreSQL 17), which saves a round trip; in a URL: `sslnegotiation=direct`.
   */
  readonly tls?: boolean | TlsChoice | undefined;
  /**
   * Whether SCRAM binds the login to its TLS connection, so that nobody in between can pass it on: SCRAM-SHA-256-PLUS. `require`
   * accepts nothing else; it needs a connector that tells of its TLS. Default `prefer`: where connector and server can.
   */
  readonly channelBinding?: ChannelBindingChoice | undefined;
  /** Shown in `pg_stat_activity`. Default `fairlead`. */
  readonly applicationName?: string | undefined;
  /** Run-time parameters to begin with, such as `{ search_path: 'app', TimeZone: 'UTC' }`. */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  /** The acceptable authentication methods; the login fails on any other one. Default: all of them. */
  readonly requireAuth?: readonly AuthMethod[] | undefined;
  /** Allows the password in clear text without TLS, if the server asks for it. Default false. */
  readonly allowCleartextPassword?: boolean | undefined;
  /**
   * Starts SCRAM-SHA-256 behind the start-up message, unasked, which saves a round trip. A server that asks for
   * anything else costs a second connection. In a URL, `eager=true`; libpq knows no such parameter. Default false.
   */
  readonly eager?: boolean | undefined;
  /**
   * The newest protocol to ask for; the server may answer with an older one. `3.2` (PostgreSQL 18) has longer keys
   * for cancelling, and some poolers refuse it. `latest` is `3.2`. Default `3.0`, as libpq has it.
   */
  readonly maxProtocolVersion?: '3.0' | '3.2' | 'latest' | undefined;
}

/** Everything `connect` takes. */
export interface ConnectOptions extends TargetOptions {
  /** Opens the connection. Default: the runtime's (`cloudflare:sockets`, or `node:net`). */
  readonly connector?: Connector | undefined;
  /** Aborts the attempt. Later it ends the open connection: running statements are cancelled and reject with `aborted`. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Time limit for dialling, TLS and login together, for each host; milliseconds above 0. Default 10,000, or the text's
   * `connect_timeout`, which is in seconds.
   */
  readonly connectTimeoutMs?: number | undefined;
  /**
   * Time limit of each call that has no `timeoutMs` of its own; milliseconds above 0, `Infinity` for no limit. Default
   * 60,000.
   */
  readonly timeoutMs?: number | undefined;
  /**
   * The server's own time limit for each statement (`statement_timeout`), in milliseconds, so that none outlives a client
   * that is gone. It is a start-up parameter, and costs nothing; a pooler that refuses it is connected to again, without.
   * `parameters` win. Default: the server's.
   */
  readonly statementTimeoutMs?: number | undefined;
  /**
   * Whether statements are prepared on the server under a name (256 are kept, each for a minute). `true`: where the
   * answer is the same as without, by text and values; the README has the rules. `always`: any text, whatever it holds.
   * `false`, for poolers that cannot: none. Default true.
   */
  readonly prepare?: boolean | 'always' | undefined;
  /** `json` and `jsonb`: parsed, or the server's text, which loses no digit. Default `parsed`. */
  readonly json?: 'parsed' | 'raw' | undefined;
  /** Further decoders by the names of types, such as `{ int8: { text: BigInt } }`. They win over the built-in ones. */
  readonly types?: Readonly<Record<string, TypeDecoder>> | undefined;
  /**
   * How values in the binary format are decoded: `binaryFormat` of `@fairlead/postgres/binary`. Default: text kinds
   * only; other values stay bytes, as suits bytea.
   */
  readonly binary?: BinaryFormat | undefined;
  /** Called with each notice and warning of the server. Default: they are dropped. */
  readonly onNotice?: ((notice: Notice) => void) | undefined;
  readonly limits?: ResultLimits | undefined;
}

/** How much a server may send. `maxRows` and `maxBytes` are limits of collected results (`query`, `batch`, `script`), not of streams. */
export interface ResultLimits {
  /** Of each result. Default: no limit. */
  readonly maxRows?: number | undefined;
  /** Of all rows of a call, as the server sent them. Default 67,108,864. */
  readonly maxBytes?: number | undefined;
  /** Of one row, or piece of a COPY: no memory is set aside for a longer one, and its statement ends. Default 67,108,864. */
  readonly maxRowBytes?: number | undefined;
}
