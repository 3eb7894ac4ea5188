// Arguments and replies, as RESP carries them: types only.
import type { FairleadError } from '@fairlead/errors';

/** An argument of a command. Numbers are sent in decimal (`Infinity` as `inf`), texts as UTF-8. */
export type Arg = string | number | bigint | Uint8Array;

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
