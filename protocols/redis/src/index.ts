// The client's exports, and nothing else. A bundler leaves out what is not imported. The HTTP face is `@fairlead/redis/route`.
export { FairleadError, isFairleadError } from '@fairlead/errors';
export { connect, type RedisClient } from './client.ts';
export type * from './commands.ts';
export type { Inbox, InboxOptions, Overflow } from './inbox.ts';
export type { Arg, As, Key, Message, Reply, ReplyLimits, ServerInfo } from './messages.ts';
export type { Multi } from './multi.ts';
export type { CallOptions, RedisOptions } from './options.ts';
export { hscan, type ScanOptions, scan, sscan, zscan } from './scan.ts';
export { Script } from './script.ts';
export {
  type Invalidation,
  psubscribe,
  type Subscribe,
  type SubscribeOptions,
  type Subscription,
  ssubscribe,
  subscribe,
  type TrackingOptions,
  tracking,
} from './subscriptions.ts';
