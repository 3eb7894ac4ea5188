// How long messages and requests of SFTP may be. Constants only.

/** The longest message that is taken: OpenSSH's own limit, and its header. */
export const MAX_MESSAGE_BYTES = 262_144 + 1_024;

/** The most bytes of one READ or WRITE: what OpenSSH allows in `limits@openssh.com`. */
export const MAX_REQUEST_BYTES = 261_120;

/** What every server must take in one READ or WRITE (section 3). */
export const SAFE_REQUEST_BYTES = 32_768;
