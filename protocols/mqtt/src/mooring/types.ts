// A session in a mooring, as its callers see it: types only.
import type { SessionChoice } from '@fairlead/mooring';
import type { ServerInfo, TopicFilters } from '../types/client.ts';
import type { ConnectOptions } from '../types/connect-options.ts';
import type { Message, Qos } from '../types/messages.ts';
import type { PublishOptions, PublishResult } from '../types/publish.ts';
import type { GrantedFilter } from '../types/subscribe.ts';

/** What a session's connection has of its own: the mooring's connector, a store in the object, and a way to come back. */
type OwnOptions = 'connector' | 'store' | 'clean' | 'reconnect' | 'onGivenUp' | 'authentication' | 'signal';

/** Options of a session in a mooring. */
export interface MooredOptions extends Omit<ConnectOptions, OwnOptions>, SessionChoice {}

/** Options of `subscribe`. */
export interface MooredSubscribeOptions {
  /** For filters that set no QoS of their own. Default 0. */
  readonly qos?: Qos | undefined;
  /** Names the reader of this subscription. Default: the client's. */
  readonly reader?: string | undefined;
  /** Ends the wait for the broker's answer. */
  readonly signal?: AbortSignal | undefined;
  /** How long to wait for the broker's answer, in milliseconds. Default: the client's `timeoutMs`. */
  readonly timeoutMs?: number | undefined;
}

/** A caller's view of a session. */
export interface MooredClient extends AsyncDisposable {
  /** What the broker stated when it accepted the latest connection that this client has asked for. */
  readonly server: ServerInfo;
  /**
   * Publishes over the session's connection, as the client's `publish`. The message is the session's: it is sent again
   * where its connection is lost, also when the caller has gone.
   */
  publish(topic: string, payload: string | Uint8Array, options?: PublishOptions): Promise<PublishResult>;
  /** Subscribes the session, and reads the messages as one of its readers. */
  subscribe(filters: TopicFilters, options?: MooredSubscribeOptions): Promise<MooredSubscription>;
  /** Leaves the session, which goes on: its loops end, and confirm what they have worked on. */
  close(): Promise<void>;
  /** Ends the session for all: at the broker, and in the mooring with the messages that wait. */
  end(): Promise<void>;
}

/** One reader's messages. Leaving the loop keeps the reader's place: a later loop goes on there. */
export interface MooredSubscription extends AsyncIterable<Message>, AsyncDisposable {
  readonly granted: readonly GrantedFilter[];
  /** How many messages for this reader were dropped because the buffer was full, as far as this loop was told. */
  readonly lost: number;
  /** Leaves the loop. Confirms the messages that were worked on. */
  close(): Promise<void>;
  /** Forgets this reader. The session unsubscribes from the filters that no other reader has. */
  unsubscribe(): Promise<void>;
}
