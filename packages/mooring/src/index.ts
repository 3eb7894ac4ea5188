// The package's exports, and nothing else.
export { onPoolTiming, pooledConnector, poolObjects } from './caller/connector.ts';
export type { Front, FrontStep } from './caller/front.ts';
export {
  type PoolObject,
  type PoolTarget,
  type PoolTargetOptions,
  poolTarget,
} from './caller/sharded-pool.ts';
export { LOCATION_HINTS, type LocationHint } from './location.ts';
export { type MooringClass, type MooringObject, type MooringOptions, mooring } from './object/mooring.ts';
export type { LazySeat } from './object/seats.ts';
export { limitsOf, type PoolChoice, type PoolDefaults, type PoolOptions } from './pool/limits.ts';
export type { PoolStats } from './pool/metrics.ts';
export {
  type AskOptions,
  digest,
  type SessionAddress,
  SessionClient,
} from './sessions/caller/session-client.ts';
export { type NumberedEvent, SessionReader } from './sessions/caller/session-reader.ts';
export { type SessionChoice, type SessionOptions, sessionLimitsOf } from './sessions/limits.ts';
export { sessionSeat } from './sessions/object/session-dock.ts';
export type {
  Audience,
  Batch,
  DeliveryOptions,
  OpenSessionOptions,
  ReaderName,
  RunningSession,
  SessionAnswer,
  SessionAsk,
  SessionKeeper,
  SessionLimits,
  SessionProtocol,
  SessionRequest,
  SessionSeat,
  SessionStats,
  SessionStorage,
  SessionStub,
  SessionTarget,
} from './sessions/types.ts';
export { worseTrace } from './trace.ts';
export type {
  AnswerTracker,
  Berth,
  Flight,
  Greeting,
  LoanStub,
  MooringNamespace,
  MooringStub,
  OpenBerthOptions,
  Piece,
  PlainError,
  PoolLimits,
  PoolName,
  Seat,
  Settings,
  Timing,
  Trace,
} from './types.ts';
