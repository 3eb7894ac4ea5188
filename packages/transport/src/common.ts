// What both entry points export, whatever the runtime.
export {
  type Blame,
  type CertificateSummary,
  type ErrorCode,
  FairleadError,
  isFairleadError,
  type Peer,
  type ServerWords,
} from '@fairlead/errors';
export { formatAddress, normalizeAddress, parseAddress } from './address.ts';
export type { Channel, ChannelFault } from './core/channel.ts';
export { connectTimeoutOf, DEFAULT_CONNECT_TIMEOUT_MS, withTimeLeft } from './core/connect-timeout.ts';
export { createTransport } from './core/core.ts';
export {
  type Attempt,
  connectAborted,
  connectFailed,
  connectionLost,
  connectTimeout,
  dialFailure,
  type TlsFailureDetails,
  tlsFailed,
} from './core/failures.ts';
export { READ_BUFFER_BYTES } from './core/paced-reads.ts';
export { MAX_WRITE_BYTES } from './core/write-queue.ts';
export { bounded, checkTimeMs, MAX_TIMER_MS, type Outcome } from './deadline.ts';
export { bindingSocket, type ConnectBinding } from './sockets/binding-socket.ts';
export type {
  PlatformConnect,
  PlatformRead,
  PlatformReader,
  PlatformSocket,
  PlatformWriter,
} from './sockets/socket-channel.ts';
export {
  checkOwnWishes,
  checkTlsOptions,
  joinTls,
  mergeTlsOptions,
  type ReadTls,
  readTls,
  refuseTlsOptions,
  type TlsChoice,
  TRUSTS_NOBODY,
} from './tls/options.ts';
export type {
  ChannelBindingType,
  PeerCertificate,
  TlsOptions,
  TlsSession,
  TlsVersion,
} from './tls/types.ts';
export type { Address, ConnectOptions, Connector, TlsMode, Transport } from './types.ts';
