// The message numbers of the connection protocol, by the section of RFC 4254. Constants only.

/** Section 4. */
export const GLOBAL_REQUEST = 80;
/** Section 4. */
export const REQUEST_SUCCESS = 81;
/** Section 4. */
export const REQUEST_FAILURE = 82;
/** Section 5.1. */
export const CHANNEL_OPEN = 90;
/** Section 5.1. */
export const CHANNEL_OPEN_CONFIRMATION = 91;
/** Section 5.1. */
export const CHANNEL_OPEN_FAILURE = 92;
/** Section 5.2. */
export const CHANNEL_WINDOW_ADJUST = 93;
/** Section 5.2. */
export const CHANNEL_DATA = 94;
/** Section 5.2. */
export const CHANNEL_EXTENDED_DATA = 95;
/** Section 5.3. */
export const CHANNEL_EOF = 96;
/** Section 5.3. */
export const CHANNEL_CLOSE = 97;
/** Section 5.4. */
export const CHANNEL_REQUEST = 98;
/** Section 5.4. */
export const CHANNEL_SUCCESS = 99;
/** Section 5.4. */
export const CHANNEL_FAILURE = 100;
