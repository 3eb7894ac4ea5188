// Options and results of subscriptions: types only.
import type { Inbox, InboxOptions } from '@fairlead/client';
import type { ClientBase } from '../client.ts';
import type { As, Key, Message } from '../types.ts';

/** An async iterable of messages, which `close()` or leaving the loop ends. */
export type Subscription<T> = Inbox<Message<T>>;

/** How many messages, or invalidations, may wait to be taken. */
export interface ListenOptions extends InboxOptions {
  /**
   * What happens when more wait than may. Default `'error'`: the loop gets what was queued and then ends with
   * FairleadError `limit`, so that no loss stays unseen. The other two go on, and count in `dropped`.
   */
  readonly overflow?: 'error' | 'drop-oldest' | 'drop-newest' | undefined;
}

/** Options of a subscription. */
export interface SubscribeOptions extends ListenOptions {
  /** How payloads come. Default `'text'`, strictly UTF-8: another payload ends the subscription with `usage`. */
  readonly as?: As | undefined;
}

/** Options of `tracking` (`CLIENT TRACKING`). */
export interface TrackingOptions extends ListenOptions {
  /** Every key that begins with one of `prefixes` (every key without `prefixes`), not only keys that this connection has read. */
  readonly bcast?: boolean | undefined;
  readonly prefixes?: readonly Key[] | undefined;
  /** Leave out keys that this connection has changed. */
  readonly noloop?: boolean | undefined;
}

/** Keys that have changed; `undefined` when every key may have changed, after a flush. */
export interface Invalidation {
  readonly keys: readonly string[] | undefined;
}

/** The type of `subscribe`, `psubscribe` and `ssubscribe`: payloads come as text, or as bytes with `as: 'bytes'`. */
export interface Subscribe {
  (
    client: ClientBase<unknown>,
    names: readonly string[],
    options: SubscribeOptions & { readonly as: 'bytes' },
  ): Promise<Subscription<Uint8Array>>;
  (
    client: ClientBase<unknown>,
    names: readonly string[],
    options?: SubscribeOptions,
  ): Promise<Subscription<string>>;
}
