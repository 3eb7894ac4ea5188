// The Postgres protocol in both directions, for proxies, tools and tests that play a server. It keeps no state: what
// may come when is the session's. The client itself imports less.

export { type Frame, FrameReader, type FrameReaderOptions } from './decode/frame-reader.ts';
export { decodeFirstPacket, decodeFrontend, type PasswordKind } from './decode/frontend.ts';
export * from './decode/index.ts';
export { encodeBackend, writeBackend } from './encode/backend.ts';
export {
  encodeCancelRequest,
  encodeSslRequest,
  encodeStartup,
  writeBind,
  writeClose,
  writeCopyData,
  writeCopyDone,
  writeCopyFail,
  writeDescribe,
  writeExecute,
  writeExecuteSync,
  writeFlush,
  writeParse,
  writePassword,
  writeQuery,
  writeSaslInitial,
  writeSaslResponse,
  writeSync,
  writeTerminate,
} from './encode/client.ts';
export { encodeFirstPacket, writeFrontend } from './encode/frontend.ts';
export type * from './messages.ts';
