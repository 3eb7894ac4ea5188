// What users give and get: options, arguments, replies. Types only.
import type { Password } from '@fairlead/client';
import type { FairleadError } from '@fairlead/errors';
import type { Connector } from '@fairlead/transport';

/** Options of a connection. They win over what the URL says. */
export interface RedisOptions extends ReplyLimits {
  /** Host name or address. Default `localhost`. */
  readonly hostname?: string | undefined;
  /** Default 6379. */
  readonly port?: number | undefined;
  /** Default: the server's `default` user. Needs a password. */
  readonly username?: string | undefined;
  /** Or a function that gives it: it is called for each connection, within `connectTimeoutMs`. */
  readonly password?: Password | undefined;
  /** Number of the database. Default 0. */
  readonly database?: number | undefined;
  /** TLS from the first byte, verified against `hostname`. Default: true for `rediss:`, else false. */
  readonly tls?: boolean | undefined;
  /** Name of the connection in `CLIENT LIST`. */
  readonly name?: string | undefined;
  /** Default 3, or 2 on a server that does not know RESP3. With 2, replies have the shapes of RESP2, without `tracking()`. */
  readonly protocol?: 2 | 3 | undefined;
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

/** An argument of a command. Numbers are sent in decimal (`Infinity` as `inf`), texts as UTF-8. */
export type Arg = string | number | bigint | Uint8Array;

/** The name of a key, field, channel or member. */
export type Key = string | Uint8Array;

/** How strings of a reply come back: as text (the default, strictly UTF-8) or as the bytes that were stored. */
export type As = 'text' | 'bytes';

/**
 * One reply, as RESP2 and RESP3 can express it (https://redis.io/docs/latest/develop/reference/protocol-spec/).
 *
 * - simple, bulk, verbatim and streamed strings: `string`, or `Uint8Array` where bytes were asked for
 *   (simple strings such as `OK` stay text; a verbatim string loses its format prefix)
 * - integers: `number`, beyond 2^53 `bigint`; big numbers: `bigint`; doubles: `number`, also `NaN` and infinities
 * - null in all its spellings: `null`; booleans: `boolean`
 * - arrays and pushes: arrays; sets: `Set`; maps: `Map`; attributes are read and dropped
 * - an error inside an array (as `EXEC` returns them): the `FairleadError` as a value
 */
export type Reply =
  | string
  | number
  | bigint
  | boolean
  | null
  | Uint8Array
  | FairleadError
  | Reply[]
  | Set<Reply>
  | Map<Reply, Reply>;

/** What the server says of itself in its answer to `HELLO`. */
export interface ServerInfo {
  /** `redis`, `valkey`, ...; `unknown` where the server does not know `HELLO`. */
  readonly name: string;
  /** For example `7.0.15`; empty where the server does not know `HELLO`. */
  readonly version: string;
  /** The protocol in use. */
  readonly protocol: 2 | 3;
}

/** Caps on one reply. A reply over one of them ends the connection with FairleadError `limit`. */
export interface ReplyLimits {
  /** Bytes of one reply with everything in it. Default 67,108,864 (64 MiB). */
  readonly maxReplyBytes?: number | undefined;
  /** Values in one reply, over all levels. Default 1,000,000. */
  readonly maxReplyValues?: number | undefined;
  /** Levels of nesting. Default 32. */
  readonly maxReplyDepth?: number | undefined;
}

/** A published message, as the server pushed it. */
export interface Message<T> {
  readonly channel: string;
  readonly message: T;
  /** The pattern that matched; only for `psubscribe`. */
  readonly pattern?: string;
}
