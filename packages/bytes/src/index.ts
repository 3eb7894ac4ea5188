// The package's exports, and nothing else.
export { fromBase64, toBase64 } from './base64.ts';
export { concat } from './concat.ts';
export { equalBytes } from './equal.ts';
export { LineDecoder, type LineOptions } from './line-decoder.ts';
export { Reader } from './reader.ts';
export { ReceiveBuffer } from './receive-buffer.ts';
export { assertNoCrLfNul, decodeUtf8, decodeUtf8Lossy } from './text.ts';
export { Writer } from './writer.ts';
