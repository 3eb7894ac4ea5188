// The message numbers of the transport layer protocol, by the section of RFC 4253. Constants only.

/** Section 11.1. */
export const DISCONNECT = 1;
/** Section 11.2. */
export const IGNORE = 2;
/** Section 11.4. */
export const UNIMPLEMENTED = 3;
/** Section 11.3. */
export const DEBUG = 4;
/** Section 10. */
export const SERVICE_REQUEST = 5;
/** Section 10. */
export const SERVICE_ACCEPT = 6;
/** RFC 8308 section 2.3. */
export const EXT_INFO = 7;
/** Section 7.1. */
export const KEXINIT = 20;
/** Section 7.3. */
export const NEWKEYS = 21;
/** Elliptic curves and hybrids use the numbers of ECDH (RFC 5656 section 7.1). */
export const KEX_ECDH_INIT = 30;
/** RFC 5656 section 7.1. */
export const KEX_ECDH_REPLY = 31;
