// The flags of OPEN (draft-ietf-secsh-filexfer-02 section 6.3). Constants only.

/** To read. */
export const READ = 1;
/** To write. */
export const WRITE = 2;
/** Each write goes to the end. */
export const APPEND = 4;
/** The file is made where there is none. */
export const CREAT = 8;
/** With `CREAT`: a file that is there is emptied. */
export const TRUNC = 16;
/** With `CREAT`: a file that is there is refused. */
export const EXCL = 32;
