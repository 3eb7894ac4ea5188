// A message and its properties: types only. No type of a codec appears here.

/** `0` at most once, `1` at least once, `2` exactly once (MQTT 5 section 4.3). */
export type Qos = 0 | 1 | 2;

/** Names and values of the sender's own; a name may appear more than once (section 3.3.2.3.7). */
export type UserProperties = readonly (readonly [name: string, value: string])[];

/** Properties of a message (section 3.3.2.3). MQTT 3.1.1 has none, and refuses them with a `usage` error. */
export interface MessageProperties {
  /** Whether the payload is UTF-8 text. */
  readonly payloadIsText?: boolean | undefined;
  /** The age in seconds at which the broker drops the message. */
  readonly messageExpirySeconds?: number | undefined;
  readonly contentType?: string | undefined;
  readonly responseTopic?: string | undefined;
  readonly correlationData?: Uint8Array | undefined;
  readonly userProperties?: UserProperties | undefined;
}

/** A message that was received. */
export interface Message {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: Qos;
  readonly retain: boolean;
  /** Whether the broker may have delivered the message before. */
  readonly duplicate: boolean;
  readonly properties: MessageProperties;
  /** The identifiers of the subscriptions that matched, where the broker sends them (MQTT 5). */
  readonly subscriptionIdentifiers: readonly number[];
  /** The payload as text. @throws FairleadError `protocol` if it is not UTF-8. */
  text(): string;
  /** The payload, parsed. @throws FairleadError `protocol` if it is not JSON. */
  json(): unknown;
  /**
   * Acknowledges the message under `acknowledge: 'manual'`. Does nothing for QoS 0, and the second time.
   * @param reasonCode MQTT 5: 0x80 and above refuses the message.
   * @throws FairleadError `usage` for a code that PUBACK does not have.
   */
  acknowledge(reasonCode?: number): void;
}
