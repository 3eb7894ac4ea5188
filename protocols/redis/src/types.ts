// Public types and options. Types only; arguments and replies are in wire/messages.ts.
import type { Password } from '@fairlead/client';
import type { Connector, TlsChoice } from '@fairlead/transport';
import type { Login } from './session/handshake.ts';
import type { ReplyLimits } from './wire/messages.ts';

/** Options of a connection. They win over what the URL says. */
export interface RedisOptions extends Omit<Login, 'password'>, ReplyLimits {
  /** Host name or address. Default `localhost`. */
  readonly hostname?: string | undefined;
  /** Default 6379. */
  readonly port?: number | undefined;
  /** Or a function that gives it: it is called for each connection, within `connectTimeoutMs`. */
  readonly password?: Password | undefined;
  /**
   * TLS from the first byte, verified against `hostname`. An object turns it on with a CA, a client certificate and other
   * wishes, for a connector that honours them: `overTls` of `@fairlead/tls`. Default: true for `rediss:`, else false.
   */
  readonly tls?: boolean | TlsChoice | undefined;
  /** Opens the transport. Default: `connect` of `@fairlead/transport`. */
  readonly connector?: Connector | undefined;
  /** Aborts the attempt to connect; later it ends the connection. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Milliseconds for the function that gives the password, TCP and TLS together; `Infinity` for no limit. Default 10,000.
   * The login leaves with the first command and is part of that command's time.
   */
  readonly connectTimeoutMs?: number | undefined;
  /** Milliseconds from a call to its reply; `Infinity` for no limit. Default 10,000. */
  readonly timeoutMs?: number | undefined;
  /** Bytes of commands that may wait to be sent. Default 67,108,864 (64 MiB). */
  readonly maxQueuedBytes?: number | undefined;
}

/** Options of one call. */
export interface CallOptions {
  /** How strings of the reply come back. Default `'text'`. */
  readonly as?: As | undefined;
  /** Takes the command back. If it was sent already, the connection ends, since replies are matched by their order. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds from the call to its reply; `Infinity` for no limit. Default: the client's. Then the connection ends. */
  readonly timeoutMs?: number | undefined;
}

/** The name of a key, field, channel or member. */
export type Key = string | Uint8Array;

/** How strings of a reply come back: as text (the default, strictly UTF-8) or as the bytes that were stored. */
export type As = 'text' | 'bytes';

/** A published message, as the server pushed it. */
export interface Message<T> {
  readonly channel: string;
  readonly message: T;
  /** The pattern that matched; only for `psubscribe`. */
  readonly pattern?: string;
}
