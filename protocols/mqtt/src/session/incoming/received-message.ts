// A message from the broker, as users see it. It acknowledges through the session.
import { decodeUtf8 } from '@fairlead/bytes';
import { FairleadError, usage } from '@fairlead/errors';
import type { Message, MessageProperties, Qos } from '../../types/messages.ts';
import type { Decoder } from '../../wire/decode/decoder.ts';
import { PUBACK } from '../../wire/packet-types.ts';
import { isReasonCode } from '../../wire/reason-codes.ts';
import type { IncomingState } from '../states.ts';

/** A message with QoS 1 or 2 from the broker, which several consumers may have got. */
export interface Delivery {
  readonly qos: number;
  readonly identifier: number;
  state: IncomingState;
  /** The number of the connection that it came on last. */
  connection: number;
  /** How many consumers have not acknowledged it. */
  left: number;
  /** The highest reason code that a consumer has acknowledged it with. */
  reasonCode: number;
}

/** Tells the session that one consumer has acknowledged a message. */
export type Acknowledge = (delivery: Delivery, reasonCode: number) => void;

/** The fields that a message has from its PUBLISH, besides payload and properties. */
type MessageHeader = Pick<Decoder, 'topic' | 'qos' | 'retain' | 'duplicate' | 'subscriptionIdentifiers'>;

/** A message, as consumers get it. */
export class ReceivedMessage implements Message {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: Qos;
  readonly retain: boolean;
  readonly duplicate: boolean;
  readonly properties: MessageProperties;
  readonly subscriptionIdentifiers: readonly number[];
  #delivery: Delivery | undefined;
  readonly #acknowledge: Acknowledge;

  constructor(
    from: MessageHeader,
    payload: Uint8Array,
    properties: MessageProperties,
    delivery: Delivery | undefined,
    acknowledge: Acknowledge,
  ) {
    this.topic = from.topic;
    this.payload = payload;
    this.qos = from.qos as Qos;
    this.retain = from.retain;
    this.duplicate = from.duplicate;
    this.properties = properties;
    this.subscriptionIdentifiers = from.subscriptionIdentifiers;
    this.#delivery = delivery;
    this.#acknowledge = acknowledge;
  }

  /** 0 with QoS 0, and once it is acknowledged. */
  get packetIdentifier(): number {
    return this.#delivery?.identifier ?? 0;
  }

  text(): string {
    const text = decodeUtf8(this.payload);
    if (text === undefined) throw new FairleadError('protocol', 'The payload is not UTF-8');
    return text;
  }

  json(): unknown {
    try {
      return JSON.parse(this.text());
    } catch (cause) {
      throw new FairleadError('protocol', 'The payload is not JSON', { cause });
    }
  }

  /** The same message for one more consumer. The broker gets the acknowledgement when both have acknowledged it. */
  forAnotherConsumer(): ReceivedMessage {
    if (this.#delivery !== undefined) this.#delivery.left++;
    const { payload, properties } = this;
    return new ReceivedMessage(this, payload, properties, this.#delivery, this.#acknowledge);
  }

  acknowledge(reasonCode = 0): void {
    if (!isReasonCode(PUBACK, reasonCode))
      throw usage('reasonCode must be one that PUBACK has (MQTT 5 section 3.4.2.1)');
    const delivery = this.#delivery;
    this.#delivery = undefined;
    if (delivery !== undefined) this.#acknowledge(delivery, reasonCode);
  }
}
