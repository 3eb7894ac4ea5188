// The client's exports. A bundler leaves out what is not imported. The HTTP face is `@fairlead/redis/route`.

export type { Inbox } from '@fairlead/client';
export { FairleadError, isFairleadError } from '@fairlead/errors';
export { connect, type RedisClient } from './client.ts';
export type { Commands, Queued } from './commands/methods.ts';
export type * from './commands/types.ts';
export { hscan, type ScanOptions, scan, sscan, zscan } from './multi-step/scan.ts';
export { Script } from './multi-step/script.ts';
export type { Multi } from './multi-step/transaction.ts';
export { psubscribe, ssubscribe, subscribe, tracking } from './pubsub/subscribe.ts';
export type {
  Invalidation,
  ListenOptions,
  Subscribe,
  SubscribeOptions,
  Subscription,
  TrackingOptions,
} from './pubsub/types.ts';
export type { As, CallOptions, Key, Message, RedisOptions } from './types.ts';
export type { Arg, Reply, ReplyLimits, ServerInfo } from './wire/messages.ts';
