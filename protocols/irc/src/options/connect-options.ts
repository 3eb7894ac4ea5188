// The options of `connect` and of calls: types only. `resolve-options.ts` checks them.
import type { Password } from '@fairlead/client';
import type { Connector, TlsChoice, TlsMode, TlsOptions } from '@fairlead/transport';
import type { RegistrationOptions } from '../session/registration/registration-options.ts';
import type { SessionOptions } from '../session/session-options.ts';
import type { StsStore } from '../sts/sts-policy.ts';
import type { Tags } from '../types.ts';

/** Options of one call. */
export interface CallOptions {
  /** Gives the command up with `aborted`; if it was sent, it may have had its effect. */
  readonly signal?: AbortSignal | undefined;
  /** The limit of each command, from its turn (`flood`) to its answer, in milliseconds. Default: the client's `timeoutMs`. */
  readonly timeoutMs?: number | undefined;
}

/** Options of any command. */
export interface RequestOptions extends CallOptions {
  /** Client tags, such as `+reply`. */
  readonly tags?: Tags | undefined;
}

/** A SASL mechanism. EXTERNAL logs in by the client certificate (`tls.cert`), without a password. */
export type SaslMechanism = 'SCRAM-SHA-256' | 'PLAIN' | 'EXTERNAL';

/** What happens when the queue of events is full: see `overflow`. */
export type EventOverflow = 'error' | 'wait' | 'drop-oldest';

/** Options of the queue that `for await (const event of client)` reads. */
export interface EventQueueOptions {
  /** Events that wait at most. Default 1,024. */
  readonly maxQueuedEvents?: number | undefined;
  /**
   * What happens when the queue is full. Default `'error'`: the connection ends, and the loop ends with FairleadError
   * `limit` behind the queued events. `'wait'` stops reading from the server, which may close the connection then.
   * `'drop-oldest'` drops events, and counts them in `droppedEvents`; so does each policy while no loop runs.
   */
  readonly overflow?: EventOverflow | undefined;
}

/** The options of `connect`. They win over what the URL says. */
export interface IrcOptions extends Omit<SessionOptions, 'nick' | keyof SecretOptions>, EventQueueOptions {
  /** The nick to register with. Required, here or in the URL. */
  readonly nick?: string | undefined;
  /** Host name or IP address. Default `localhost`. */
  readonly hostname?: string | undefined;
  /** Default 6697 with `tls: true`, otherwise 6667. */
  readonly port?: number | undefined;
  /**
   * `true`: TLS from the first byte, with a certificate that is verified for `hostname`. `'starttls'`: the connection is
   * upgraded by the command STARTTLS before the registration, or given up. `false`: plain text. An object adds a CA, a client
   * certificate and other wishes, for a connector that honours them: `overTls` of `@fairlead/tls`. Default `true`.
   */
  readonly tls?: boolean | 'starttls' | TlsChoice | undefined;
  /** The account at the network's services, for the login by SASL. Default: the nick. */
  readonly username?: string | undefined;
  /** The account's password, or a function that returns it, which is called at each connection. Default: no login. */
  readonly password?: Password | undefined;
  /**
   * The only SASL mechanism to use. Default: the strongest that the server offers, SCRAM-SHA-256 or PLAIN. EXTERNAL needs
   * `tls.cert`, takes no password, and names an account only if `username` does.
   */
  readonly saslMechanism?: SaslMechanism | undefined;
  /** The server's own password, sent as PASS, or a function that returns it. Few servers have one. */
  readonly serverPassword?: Password | undefined;
  /** Channels to join before `connect` resolves. */
  readonly channels?: readonly string[] | undefined;
  /** Keeps the servers' demands for TLS (`sts`) between connections. Default: a demand holds for its connection only. */
  readonly stsStore?: StsStore | undefined;
  /** Opens the transport. Default: `connect` of `@fairlead/transport`. */
  readonly connector?: Connector | undefined;
  /** Aborts the attempt. Later it ends the connection at once, without QUIT. */
  readonly signal?: AbortSignal | undefined;
  /**
   * The limit of the whole attempt up to the welcome, in milliseconds: password functions, TCP, TLS and registration, and
   * the second connection if the server demands TLS (`sts`). Default 30,000, since servers look up the client's host name
   * and ident before they answer.
   */
  readonly connectTimeoutMs?: number | undefined;
  /** The longest line that the server may send, tags included, in bytes. Default 16,384; IRC's own limit is 8,703. */
  readonly maxLineBytes?: number | undefined;
}

/** The options that may be functions, as they are once the functions have answered. */
interface SecretOptions extends Pick<RegistrationOptions, 'serverPassword'> {
  readonly password?: string | undefined;
}

/** Checked options with their defaults. */
export interface ResolvedOptions extends Omit<IrcOptions, 'tls'> {
  readonly hostname: string;
  readonly nick: string;
  readonly tls: TlsMode;
  /** For the connector, on each connection. */
  readonly tlsOptions: TlsOptions | undefined;
}

/** Resolved options whose passwords are known. */
export interface Settings extends Omit<ResolvedOptions, keyof SecretOptions>, SecretOptions {}
