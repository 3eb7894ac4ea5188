// The package's exports, and nothing else.
export { pooledConnector } from './caller/connector.ts';
export type { Front, FrontStep } from './caller/front.ts';
export type { PoolTarget } from './caller/sharded-pool.ts';
export { type MooringClass, type MooringObject, type MooringOptions, mooring } from './object/mooring.ts';
export { limitsOf, type PoolOptions } from './pool/limits.ts';
export type { PoolStats } from './pool/pool.ts';
export type {
  AnswerTracker,
  Berth,
  Flight,
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
  Trace,
} from './types.ts';
