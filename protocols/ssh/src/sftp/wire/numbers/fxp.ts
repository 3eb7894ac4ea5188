// The message types of SFTP 3, by the section of draft-ietf-secsh-filexfer-02. Constants only.

/** Section 4. */
export const INIT = 1;
/** Section 4. */
export const VERSION = 2;
/** Section 6.3. */
export const OPEN = 3;
/** Section 6.3. */
export const CLOSE = 4;
/** Section 6.4. */
export const READ = 5;
/** Section 6.4. */
export const WRITE = 6;
/** Section 6.8. */
export const LSTAT = 7;
/** Section 6.8. */
export const FSTAT = 8;
/** Section 6.9. */
export const SETSTAT = 9;
/** Section 6.9. */
export const FSETSTAT = 10;
/** Section 6.7. */
export const OPENDIR = 11;
/** Section 6.7. */
export const READDIR = 12;
/** Section 6.5. */
export const REMOVE = 13;
/** Section 6.6. */
export const MKDIR = 14;
/** Section 6.6. */
export const RMDIR = 15;
/** Section 6.11. */
export const REALPATH = 16;
/** Section 6.8. */
export const STAT = 17;
/** Section 6.5. */
export const RENAME = 18;
/** Section 6.10. */
export const READLINK = 19;
/** Section 6.10. */
export const SYMLINK = 20;
/** Section 7. */
export const STATUS = 101;
/** Section 7. */
export const HANDLE = 102;
/** Section 7. */
export const DATA = 103;
/** Section 7. */
export const NAME = 104;
/** Section 7. */
export const ATTRS = 105;
/** Section 8. */
export const EXTENDED = 200;
/** Section 8. */
export const EXTENDED_REPLY = 201;
