// The client's exports, and nothing else. A bundler leaves out what is not imported. The HTTP face is `@fairlead/redis/route`.

export type { Inbox } from '@fairlead/client';
export { FairleadError, isFairleadError } from '@fairlead/errors';
export { connect, type RedisClient } from './client.ts';
export type { Commands, Queued } from './commands/methods.ts';
export type * from './commands/types.ts';
export { hscan, type ScanOptions, scan, sscan, zscan } from './multi-step/scan.ts';
export { Script } from './multi-step/script.ts';
export type { Multi } from './multi-step/transaction.ts';
export type { CallOptions, RedisOptions } from './options/options.ts';
export {
  type Invalidation,
  type ListenOptions,
  psubscribe,
  type Subscribe,
  type SubscribeOptions,
  type Subscription,
  ssubscribe,
  subscribe,
  type TrackingOptions,
  tracking,
} from './pubsub/subscriptions.ts';
export type { Arg, As, Key, Message, Reply, ReplyLimits, ServerInfo } from './types.ts';
