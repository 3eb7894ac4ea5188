// What users see of messages, subscriptions and the broker: types only. No type of any codec appears here.
import type { FairleadError } from '@fairlead/errors';

/** `0` at most once, `1` at least once, `2` exactly once (MQTT 5 section 4.3). */
export type Qos = 0 | 1 | 2;

/** Names and values that the sender made up; a name may stand more than once (section 3.3.2.3.7). */
export type UserProperties = readonly (readonly [name: string, value: string])[];

/** Properties of a message (section 3.3.2.3). MQTT 3.1.1 has none: giving one is a `usage` error there. */
export interface MessageProperties {
  /** Whether the payload is UTF-8 text. */
  readonly payloadIsText?: boolean | undefined;
  /** The broker drops the message when it is older, in seconds. */
  readonly messageExpirySeconds?: number | undefined;
  readonly contentType?: string | undefined;
  readonly responseTopic?: string | undefined;
  readonly correlationData?: Uint8Array | undefined;
  readonly userProperties?: UserProperties | undefined;
}

/** The message that the broker publishes when the connection ends without a goodbye (section 3.1.2.5). */
export interface Will {
  readonly topic: string;
  readonly payload: string | Uint8Array;
  readonly qos?: Qos | undefined;
  readonly retain?: boolean | undefined;
  /** How long the broker waits before it publishes it. MQTT 5 only. Default 0. */
  readonly delaySeconds?: number | undefined;
  readonly properties?: MessageProperties | undefined;
}

/** Options of `publish`. */
export interface PublishOptions {
  /** Default 0. */
  readonly qos?: Qos | undefined;
  /** Default false. */
  readonly retain?: boolean | undefined;
  readonly properties?: MessageProperties | undefined;
  /** Stops waiting for the acknowledgement; a message that was sent stays sent, and is finished in the background. */
  readonly signal?: AbortSignal | undefined;
  /** How long to wait for the acknowledgement. Default: the connection's `timeoutMs`. */
  readonly timeoutMs?: number | undefined;
}

/** What the broker said of a published message. */
export interface PublishResult {
  /** 0 for QoS 0 and in MQTT 3.1.1; 16 (0x10) where nobody subscribes (section 3.4.2.1). */
  readonly reasonCode: number;
  readonly reasonString?: string | undefined;
  readonly userProperties?: UserProperties | undefined;
  /** 1 where a broker of MQTT 3.1.1 took a message with QoS 2 as one with QoS 1 (RabbitMQ): it may arrive twice. */
  readonly qos?: Qos | undefined;
}

/** A message that was in flight, for which nobody waits, and that this broker will never take. */
export interface GivenUpMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: Qos;
  readonly retain: boolean;
  /** `server` (it was refused), `limit`, `usage` (it is more than this broker takes), `protocol`, `connection_lost`. */
  readonly reason: FairleadError;
}

/** A message that was received. */
export interface Message {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: Qos;
  readonly retain: boolean;
  /** Whether this may be a second delivery. */
  readonly duplicate: boolean;
  readonly properties: MessageProperties;
  /** Of the subscriptions that matched, where the broker says (MQTT 5). */
  readonly subscriptionIdentifiers: readonly number[];
  /** The payload as UTF-8 text. */
  text(): string;
  /** The payload as JSON. @throws FairleadError `protocol` if it is none. */
  json(): unknown;
  /**
   * Acknowledges the message where `acknowledge: 'manual'` was asked for; QoS 0 needs none. Idempotent.
   * @param reasonCode MQTT 5: 0x80 and above refuses the message.
   * @throws FairleadError `usage` for a code that PUBACK does not have.
   */
  acknowledge(reasonCode?: number): void;
}

/** One topic filter, with its options (section 3.8.3). A string is a filter with the defaults. */
export interface TopicFilter {
  /** `sport/+/score`, `sport/#`, `$share/group/sport/#`. */
  readonly filter: string;
  /** The most that messages are delivered with. Default: the call's. */
  readonly qos?: Qos | undefined;
  /** Do not send back what this client publishes itself. MQTT 5 only. */
  readonly noLocal?: boolean | undefined;
  readonly retainAsPublished?: boolean | undefined;
  /** Whether retained messages are wanted: on each subscribe, only on a new one, never. MQTT 5 only. */
  readonly retainHandling?: 'send' | 'send-if-new' | 'never' | undefined;
}

/** Options of `subscribe`. */
export interface SubscribeOptions {
  /** For filters that say nothing else. Default 0. */
  readonly qos?: Qos | undefined;
  /** `automatic`: when the next message is asked for; `manual`: by `message.acknowledge()`. Default `automatic`. */
  readonly acknowledge?: 'automatic' | 'manual' | undefined;
  readonly userProperties?: UserProperties | undefined;
  /** Ends the subscription when it fires; the loop over it then rejects with `aborted`. */
  readonly signal?: AbortSignal | undefined;
  /** How long to wait for SUBACK. Default: the connection's `timeoutMs`. */
  readonly timeoutMs?: number | undefined;
  /**
   * Bytes of messages that may wait to be taken; beyond that nothing more is read from the broker until some are
   * taken. Default 1,048,576.
   */
  readonly maxBufferedBytes?: number | undefined;
}

/** What the broker granted for one filter. */
export interface GrantedFilter {
  readonly filter: string;
  readonly qos: Qos;
}

/** Messages of some filters, as they come. Leaving the loop unsubscribes. */
export interface Subscription extends AsyncIterable<Message>, AsyncDisposable {
  readonly granted: readonly GrantedFilter[];
  /** Ends the subscription; a loop over it ends after what had arrived. Idempotent. */
  unsubscribe(): Promise<void>;
}

/** What the broker said when it accepted the connection (section 3.2). */
export interface ServerInfo {
  readonly protocolVersion: 4 | 5;
  /** Whether the broker still had this client's session. */
  readonly sessionPresent: boolean;
  /** As asked for, or as the broker assigned it. */
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

/** Answers the broker's AUTH packets (section 4.12). */
export interface EnhancedAuthentication {
  /** Such as `SCRAM-SHA-256`. */
  readonly method: string;
  /** Sent with CONNECT; a function is asked for it at each connection (tokens that rotate). */
  readonly initialData?: Uint8Array | (() => Uint8Array | Promise<Uint8Array>) | undefined;
  /** The answer to one challenge. What it throws ends the attempt. */
  readonly respond: (challenge: Uint8Array | undefined) => Promise<Uint8Array | undefined>;
}

/** Options of `request`. */
export interface RequestOptions extends Omit<PublishOptions, 'retain'> {
  /** Where the answer is awaited. Default: a topic of this client's own, below the broker's response information. */
  readonly responseTopic?: string | undefined;
}
