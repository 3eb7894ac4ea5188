// What users see of a client: types only. No type of any codec appears here.
import type {
  Message,
  PublishOptions,
  PublishResult,
  RequestOptions,
  ServerInfo,
  SubscribeOptions,
  Subscription,
  TopicFilter,
} from './messages.ts';

export type * from './connect-options.ts';
export type * from './messages.ts';

/** One connection to an MQTT broker. */
export interface Client extends AsyncDisposable {
  /** What the broker said of itself; of the latest connection. */
  readonly server: ServerInfo;
  /**
   * Publishes one message. Resolves when it was handed over (QoS 0), at PUBACK (QoS 1) or PUBCOMP (QoS 2).
   * @throws FairleadError `usage` (topic, properties), `limit` (the broker's maximum packet size, a full queue),
   *   `server` (the broker's reason code in `server.code`), `timeout`, `aborted`, `connection_lost`, `closed`.
   */
  publish(topic: string, payload: string | Uint8Array, options?: PublishOptions): Promise<PublishResult>;
  /**
   * Subscribes to one filter or several. If the broker refuses one of them, all are given up.
   * @throws FairleadError as `publish`.
   */
  subscribe(
    filters: string | TopicFilter | readonly (string | TopicFilter)[],
    options?: SubscribeOptions,
  ): Promise<Subscription>;
  /** Publishes a request and resolves with the answer (section 4.10). MQTT 5 only. */
  request(topic: string, payload: string | Uint8Array, options?: RequestOptions): Promise<Message>;
  /** Sends DISCONNECT and closes; takes at most two seconds. Idempotent, never rejects. */
  close(options?: { readonly sessionExpirySeconds?: number; readonly withWill?: boolean }): Promise<void>;
  /** Settles when the client has ended for good; with the reason, or `undefined` after `close()`. Never rejects. */
  readonly closed: Promise<Error | undefined>;
}
