// The seam between the transport's state machine and a platform: types only.

import type { TlsSession } from '../tls/types.ts';

/**
 * What a platform has to offer for a transport to stand on it. The core calls each member only in a legal
 * state: one `read` at a time, none during `startTls`; writes in order, the next before the last has settled
 * only while fewer than 65,536 bytes are on their way, and none during `startTls`.
 */
export interface Channel {
  /**
   * At least `atLeast` bytes (fewer only at the end of the stream); `undefined` at the end.
   * @param into May be filled instead, whole but for the end of the stream: the result is then a view of its memory, at its place, and
   *   `into` is detached. To be passed over where bytes would have to be copied.
   */
  read(atLeast: number, into?: Uint8Array): Promise<Uint8Array | undefined>;
  /** Accepts 1 to 65,536 bytes; they stay unchanged until the promise settles. */
  write(bytes: Uint8Array): Promise<void>;
  /** Turns TLS on, verified for the dialled name. Its wait is bounded by the core. */
  startTls(): Promise<void>;
  /** What is known of the TLS that is on, where the platform tells. */
  readonly tls?: TlsSession | undefined;
  /** Bytes that arrived and were not read yet, as far as the platform lets one see. */
  buffered(): number;
  /** Ends the sending direction behind what was written; reading goes on. */
  finish(): Promise<void>;
  /** `false` where `finish` ends both directions, so that `closeWrite()` is refused. Default true. */
  readonly halfClose?: boolean;
  /** Ends the connection and settles when the platform has let go of it. */
  close(): Promise<void>;
  /** Whether the platform has let go of it, so that nothing is left to destroy. Default false. */
  readonly isGone?: boolean;
  /** Ends at once; pending calls reject. */
  destroy(reason: Error): void;
  /** Settles when the platform holds the connection for ended. Never rejects. */
  readonly ended: Promise<void>;
  /** What a platform error, thrown by this channel, says; the core knows no platform's words. */
  classify(error: unknown): ChannelFault;
  /** Why TLS failed, in the platform's words, where it has any. */
  explain?(error: unknown): string | undefined;
}

/**
 * - `tls`: can only have come from the TLS handshake.
 * - `foreign`: the connection belongs to another request, so the caller may not use it.
 * - `lost`: anything else; the connection is gone.
 */
export type ChannelFault = 'tls' | 'foreign' | 'lost';
