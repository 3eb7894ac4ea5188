// Rows as JSON bytes, straight from the server's: a builder for `streamWith`. It makes no values.
export { type JsonRowOptions, JsonRowWriter } from './row-writer.ts';
