// The gateway's version: one constant, held equal to package.json by a test.

/** Semantic version. */
export const VERSION = '0.0.0';
