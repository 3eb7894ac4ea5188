// The package's exports, and nothing else.
export { fromBase64, toBase64 } from './base64.ts';
export { LineDecoder, type LineOptions } from './buffers/line-decoder.ts';
export { Reader } from './buffers/reader.ts';
export { ReceiveBuffer } from './buffers/receive-buffer.ts';
export { Writer } from './buffers/writer.ts';
export { concat } from './concat.ts';
export { equalBytes, equalsRange } from './equal.ts';
export { fromHex, toHex } from './hex.ts';
export { assertNoCrLfNul, decodeUtf8, decodeUtf8Lossy } from './text.ts';
