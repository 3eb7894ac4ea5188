// What `send` takes and gives: types only.
import type { Connector, TlsChoice } from '@fairlead/transport';

/** What ends an answer before the server's end of the stream; the first that comes true. */
export interface SendUntil {
  /** So many bytes have come, at least 1. What comes behind them is dropped. */
  readonly bytes?: number | undefined;
  /** These bytes (text: its UTF-8 form), 1 to 1,024 of them, have come. The answer ends with them. */
  readonly pattern?: string | Uint8Array | undefined;
  /** Nothing has come for so many milliseconds, counted from the open connection or the last bytes. */
  readonly silentMs?: number | undefined;
  /** So many milliseconds have passed since the connection was open. */
  readonly totalMs?: number | undefined;
}

/** Options of `send`. */
export interface SendOptions {
  /**
   * TLS from the first byte, with a verified certificate. An object turns it on with a CA, a client certificate and other
   * wishes, for a connector that honours them: `overTls` of `@fairlead/tls`. Default false.
   */
  readonly tls?: boolean | TlsChoice | undefined;
  /** Whether this side's direction ends behind the data, which some servers wait for. Default false. */
  readonly end?: boolean | undefined;
  /** Default: nothing but the server's end. */
  readonly until?: SendUntil | undefined;
  /** The longest answer in bytes: it ends there, whether or not more would have come. Default 1,048,576. */
  readonly maxBytes?: number | undefined;
  /** What dials. Default: the runtime's own. */
  readonly connector?: Connector | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for connecting, TLS included. Default 10,000. */
  readonly connectTimeoutMs?: number | undefined;
  /** Milliseconds for the whole call, which fails then. Default 30,000; `Infinity` for no limit. */
  readonly timeoutMs?: number | undefined;
}

/**
 * What ended an answer: `close` the server's end of the stream, `bytes`, `pattern`, `silentMs` and `totalMs` the option of
 * that name, `maxBytes` the cap.
 */
export type SendEnd = 'close' | 'bytes' | 'pattern' | 'silentMs' | 'totalMs' | 'maxBytes';

/** What `send` got. */
export interface SendResult {
  /** The answer, an array of its own. */
  readonly data: Uint8Array<ArrayBuffer>;
  readonly endedBy: SendEnd;
  /** Milliseconds to the open connection, TLS included. */
  readonly connectMs: number;
  /** Milliseconds from there to the first bytes of the answer; undefined where none came. */
  readonly firstByteMs?: number;
  /** Milliseconds of the whole call up to the answer's end. */
  readonly totalMs: number;
}
