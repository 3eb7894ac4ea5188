// The vocabulary of the transport: types only. Everything else in the house is written against this file.
import type { Peer } from '@fairlead/errors';
import type { TlsOptions, TlsSession } from './tls/types.ts';

/** Where to dial. */
export interface Address {
  /** Host name, IPv4, or IPv6 with or without brackets. Non-ASCII names are converted to punycode. */
  readonly hostname: string;
  /** 1 to 65535, but 25: the platform forbids it. */
  readonly port: number;
}

/** How TLS begins: never, before the first byte, or later by `startTls()`. */
export type TlsMode = 'off' | 'implicit' | 'starttls';

/** Options of every connector. */
export interface ConnectOptions {
  /** Default `'off'`. `'starttls'` means plain now, upgradable later. */
  readonly tls?: TlsMode | undefined;
  /**
   * A CA, a client certificate and other wishes, for when `tls` is on. A connector that cannot honour one refuses it with
   * `usage`; none is ever passed over.
   */
  readonly tlsOptions?: TlsOptions | undefined;
  /**
   * A connection whose TLS session this one has to resume where the server lets it: FTPS wants that of its data connections.
   * Connectors that cannot choose a session refuse it with `usage`.
   */
  readonly resume?: TlsSession | undefined;
  /** Aborts the attempt, and later destroys the open transport. */
  readonly signal?: AbortSignal | undefined;
  /**
   * For TCP and the TLS handshake together, in milliseconds above 0; `Infinity` for no limit. `startTls()` has what
   * connecting left of it. Default 10,000.
   */
  readonly connectTimeoutMs?: number | undefined;
  /**
   * Whether writing goes on when the peer has ended its direction. Default false: once the peer's end was read, nothing
   * can be written. With true the transport stays open until `close()` or `destroy()`.
   */
  readonly allowHalfOpen?: boolean | undefined;
}

/** Opens a transport. All connectors have this one shape. */
export type Connector = (address: Address, options?: ConnectOptions) => Promise<Transport>;

/**
 * A connected byte stream. Reads are pulled by the caller, never pumped behind its back; one read at a time.
 * Every promise that a transport returns may be left unawaited: none becomes an unhandled rejection.
 */
export interface Transport extends AsyncDisposable {
  /** Who is at the other end, and whether TLS is on. */
  readonly peer: Peer;
  /** What is known of the TLS that is on; `undefined` without TLS, and where the platform tells nothing. */
  readonly tls?: TlsSession | undefined;
  /**
   * The next bytes, at least one; `undefined` at the end of the stream.
   * @param atLeast Wait for this many bytes (default 1, capped at 65,536). Fewer come only at the end
   *   of the stream. Ask only for what the peer has promised: the read waits until it is there.
   * @param into A buffer of the caller's for the rest of something large, no longer than what the peer has promised. Where the platform
   *   can read into it, it fills it whole (but for the end of the stream): it takes the whole `ArrayBuffer` (`into` is detached, its
   *   length is 0), and the bytes come back as a view of the same memory under a new `ArrayBuffer`, at the same offset. Else `into`
   *   stays as it is, and the bytes come as without it.
   * @returns A view that is valid until the next call of `read`; in memory of `into` as long as the caller wants.
   * @throws FairleadError `connection_lost`, `tls_failed`, `closed`, `usage` (a second read at once),
   *   or the reason given to `destroy`.
   */
  read(atLeast?: number, into?: Uint8Array): Promise<Uint8Array | undefined>;
  /**
   * Queues bytes; what is queued within one tick leaves in one segment, cut to at most 65,536 bytes.
   * Leave `bytes` unchanged until the promise settles.
   * @returns Settles when the platform has accepted the bytes: that is the backpressure. It does not mean delivered.
   * @throws FairleadError `connection_lost`, `closed`, or the reason given to `destroy`.
   */
  write(bytes: Uint8Array): Promise<void>;
  /**
   * Ends the sending direction behind what was written (TCP's FIN, under TLS its close_notify); reading goes on.
   * Idempotent. A WebSocket and a pooled connection end both directions together, and refuse.
   * @returns Settles when the platform has accepted the end.
   * @throws FairleadError `usage` (refused, or during `startTls()`), `connection_lost`, `closed`, or the reason given to
   *   `destroy`. `write` and `startTls` behind it are `usage`.
   */
  closeWrite(): Promise<void>;
  /**
   * Turns TLS on in place, verified against the host name that was dialled. Flushes first.
   * @throws FairleadError `tls_failed` (bad certificate, no TLS, bytes injected behind the plaintext reply),
   *   `connect_timeout`, `usage` (not a `'starttls'` transport, twice, or while a read is pending).
   */
  startTls(): Promise<void>;
  /** Flushes, then closes; takes at most two seconds, then destroys. Never rejects. Idempotent. */
  close(): Promise<void>;
  /** Ends everything at once; pending reads and writes reject with `reason`. Idempotent. */
  destroy(reason: Error): void;
  /** Settles when the transport has ended, whichever way. Never rejects. */
  readonly closed: Promise<void>;
}
