// The bounds of a request in raw bytes: constants, apart from the code that sends, so that a route can state them without loading it.

/** The longest answer where the caller says nothing. */
export const DEFAULT_MAX_BYTES = 1_048_576;

/** The longest pattern that ends an answer. */
export const MAX_PATTERN_BYTES = 1_024;
