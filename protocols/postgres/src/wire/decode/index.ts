// Bytes to messages of the server. What only tests and tools need (the client's own messages) is in `wire.ts`.
export { decodeBackend } from './backend.ts';
export {
  type Decode,
  decodeAuthentication,
  decodeCopyResponse,
  decodeErrorFields,
  decodeFields,
  decodeKeyData,
  decodeNegotiate,
  decodeNotification,
  decodeParameterStatus,
  decodeParameterTypes,
  decodeTag,
} from './body.ts';
export { frameLength } from './frame.ts';
