// The gateway's own request headers: names only.

/** Chooses a named connection. */
export const CONNECTION_HEADER = 'Fairlead-Connection';
/** Holds a URL of the caller's own, with its credentials; a header, because URLs end up in logs. */
export const URL_HEADER = 'Fairlead-Url';
/** The caller's wish for the operation's time, in milliseconds; capped by `maxTimeoutMs`. */
export const TIMEOUT_HEADER = 'Fairlead-Timeout-Ms';
/** With the value `at-once` an answer of NDJSON begins before there is a first line, so that its caller can end it. */
export const BEGIN_HEADER = 'Fairlead-Begin';
