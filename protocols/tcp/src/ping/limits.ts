// The bounds of a ping: constants, apart from the code that pings, so that a route can state them without loading it.

/** The most samples of one call. */
export const MAX_PING_COUNT = 100;

/** The longest interval between two samples, in milliseconds. */
export const MAX_INTERVAL_MS = 60_000;
