// The message numbers of the authentication protocol, by the section of RFC 4252. 60 to 79 mean something else with each method. Constants only.

/** Section 5. */
export const REQUEST = 50;
/** Section 5.1. */
export const FAILURE = 51;
/** Section 5.1. */
export const SUCCESS = 52;
/** Section 5.4. */
export const BANNER = 53;
/**
 * With `keyboard-interactive` (RFC 4256 section 3.2). PK_OK of `publickey` (section 7) and PASSWD_CHANGEREQ of `password` (section 8)
 * have the same number.
 */
export const INFO_REQUEST = 60;
/** With `keyboard-interactive` (RFC 4256 section 3.4). */
export const INFO_RESPONSE = 61;
