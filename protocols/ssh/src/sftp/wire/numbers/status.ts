// The status codes of SFTP (draft-ietf-secsh-filexfer-02 section 7). Constants only.

/** The request was done. */
export const OK = 0;
/** The end of a file or a listing. */
export const EOF = 1;

/** Names of the status codes: 0 to 8 of version 3, then those of later drafts, which some servers send all the same. */
export const STATUS_NAMES: readonly string[] = [
  'OK',
  'EOF',
  'NO_SUCH_FILE',
  'PERMISSION_DENIED',
  'FAILURE',
  'BAD_MESSAGE',
  'NO_CONNECTION',
  'CONNECTION_LOST',
  'OP_UNSUPPORTED',
  'INVALID_HANDLE',
  'NO_SUCH_PATH',
  'FILE_ALREADY_EXISTS',
  'WRITE_PROTECT',
  'NO_MEDIA',
  'NO_SPACE_ON_FILESYSTEM',
  'QUOTA_EXCEEDED',
  'UNKNOWN_PRINCIPAL',
  'LOCK_CONFLICT',
  'DIR_NOT_EMPTY',
  'NOT_A_DIRECTORY',
  'INVALID_FILENAME',
  'LINK_LOOP',
];
