// What both entry points export, whatever the runtime.
export {
  type Blame,
  type ErrorCode,
  FairleadError,
  isFairleadError,
  type Peer,
  type ServerWords,
} from '@fairlead/errors';
export { formatAddress, normalizeAddress, parseAddress } from './address.ts';
export { bindingSocket, type ConnectBinding } from './binding-socket.ts';
export type { Channel, ChannelFault } from './channel.ts';
export {
  connectTimeoutOf,
  createTransport,
  DEFAULT_CONNECT_TIMEOUT_MS,
  READ_BUFFER_BYTES,
  withTimeLeft,
} from './core.ts';
export { bounded, checkTimeMs, MAX_TIMER_MS, type Outcome } from './deadline.ts';
export { type Attempt, connectAborted, connectFailed, connectTimeout, tlsFailed } from './failures.ts';
export type {
  PlatformConnect,
  PlatformRead,
  PlatformReader,
  PlatformSocket,
  PlatformWriter,
} from './socket-channel.ts';
export type { Address, ConnectOptions, Connector, TlsMode, Transport } from './types.ts';
export { MAX_WRITE_BYTES } from './write-queue.ts';
