// How much of one file is under way at a time. Types and constants only.

/** The size of a transfer's requests, and how many of them are sent ahead. */
export interface TransferWindow {
  /** The bytes of one READ or WRITE. */
  readonly requestBytes: number;
  /** Requests without a reply, at most. */
  readonly maxRequests: number;
}

/**
 * The most bytes of one transfer that are under way or were read ahead: what 80 MB/s need at 50 ms. It bounds the memory
 * of a reader that stops.
 */
export const MAX_BYTES_AHEAD = 4_194_304;
