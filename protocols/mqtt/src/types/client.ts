// The client as its users see it: types only.
import type { Message, Qos, UserProperties } from './messages.ts';
import type { PublishOptions, PublishResult, RequestOptions } from './publish.ts';
import type { SubscribeOptions, Subscription, TopicFilter } from './subscribe.ts';

export type * from './connect-options.ts';
export type * from './login.ts';
export type * from './messages.ts';
export type * from './publish.ts';
export type * from './subscribe.ts';

/** The broker's side of the connection, as CONNACK states it (section 3.2). */
export interface ServerInfo {
  readonly protocolVersion: 4 | 5;
  /** Whether the broker still had this client's session. */
  readonly sessionPresent: boolean;
  /** The `clientId` of the options, or the one that the broker assigned. */
  readonly clientId: string;
  readonly keepAliveSeconds: number;
  readonly sessionExpirySeconds: number;
  /** How many unacknowledged QoS 1 and 2 messages the broker takes at once; 20 in MQTT 3.1.1, where it cannot say. */
  readonly receiveMaximum: number;
  readonly maximumQos: Qos;
  readonly retainAvailable: boolean;
  /** The largest packet that the broker takes; `undefined` for no limit. */
  readonly maximumPacketBytes: number | undefined;
  readonly topicAliasMaximum: number;
  readonly wildcardSubscriptionAvailable: boolean;
  readonly subscriptionIdentifiersAvailable: boolean;
  readonly sharedSubscriptionAvailable: boolean;
  readonly responseInformation: string | undefined;
  readonly serverReference: string | undefined;
  readonly reasonString: string | undefined;
  readonly userProperties: UserProperties;
}

/** Topic filters of one subscription: a filter, or several. */
export type TopicFilters = string | TopicFilter | readonly (string | TopicFilter)[];

/** Options of `close`. */
export interface CloseOptions {
  /** How long the broker keeps the session from now on. Default: as connected. MQTT 5 only. */
  readonly sessionExpirySeconds?: number | undefined;
  /** Whether the broker publishes the will. Default false. MQTT 5 only. */
  readonly withWill?: boolean | undefined;
}

/** A client of one MQTT broker. */
export interface Client extends AsyncDisposable {
  /** What the broker stated when it accepted the latest connection. */
  readonly server: ServerInfo;
  /**
   * Publishes one message. Resolves when the platform has its bytes (QoS 0), at PUBACK (QoS 1) or at PUBCOMP (QoS 2).
   * @throws FairleadError `usage` (topic, properties), `limit` (the broker's maximum packet size, a full queue),
   *   `server` (the broker's reason code in `server.code`), `timeout`, `aborted`, `connection_lost`, `closed`.
   * @example
   * ```ts
   * import { connect } from '@fairlead/mqtt';
   *
   * await using client = await connect('mqtts://broker.example.com');
   * await client.publish('plant/7/temperature', '21.5', { qos: 1, retain: true });
   * ```
   */
  publish(topic: string, payload: string | Uint8Array, options?: PublishOptions): Promise<PublishResult>;
  /**
   * Subscribes to one topic filter or several. If the broker refuses one of them, the others are unsubscribed again.
   * @throws FairleadError as `publish`.
   * @example
   * ```ts
   * import { connect } from '@fairlead/mqtt';
   *
   * await using client = await connect('mqtts://broker.example.com');
   * await using readings = await client.subscribe(['plant/+/temperature', '$share/workers/jobs/#'], { qos: 2 });
   * for await (const message of readings) console.log(message.topic, message.text());
   * ```
   */
  subscribe(filters: TopicFilters, options?: SubscribeOptions): Promise<Subscription>;
  /**
   * Publishes a request and resolves with the answer (section 4.10). MQTT 5 only.
   * @throws FairleadError as `publish`; `timeout` where no answer comes.
   * @example
   * ```ts
   * import { connect } from '@fairlead/mqtt';
   *
   * await using client = await connect('mqtts://broker.example.com');
   * const answer = await client.request('service/echo', 'ping', { timeoutMs: 2000 });
   * console.log(answer.text());
   * ```
   */
  request(topic: string, payload: string | Uint8Array, options?: RequestOptions): Promise<Message>;
  /**
   * Waits up to a second for owed acknowledgements, sends DISCONNECT and closes, within two seconds. Idempotent; rejects
   * only for options of another type.
   * @throws FairleadError `usage`.
   * @example
   * ```ts
   * import { connect } from '@fairlead/mqtt';
   *
   * const client = await connect('mqtts://broker.example.com');
   * await client.close();
   * ```
   */
  close(options?: CloseOptions): Promise<void>;
  /** Settles when the client has ended for good: with the reason, or `undefined` after `close()`. Never rejects. */
  readonly closed: Promise<Error | undefined>;
}
