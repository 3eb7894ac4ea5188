// Messages from the broker: which subscriptions get each, when it is acknowledged, and that QoS 2 delivers it once.
import { protocolError, RECEIVE_MAXIMUM_EXCEEDED } from '../../errors.ts';
import type { MessageProperties } from '../../types/messages.ts';
import type { Decoder } from '../../wire/decode/decoder.ts';
import { NO_PROPERTIES } from '../../wire/decode/properties.ts';
import { PUBACK, PUBCOMP, PUBREC, PUBREL } from '../../wire/packet-types.ts';
import type { SessionOutput } from '../output.ts';
import {
  ACKNOWLEDGE,
  AWAITING_PUBREL,
  DELIVERED_WITH_QOS_1,
  DELIVERED_WITH_QOS_2,
  move,
  REFUSE,
  stateBehind,
} from '../states.ts';
import { type Delivery, ReceivedMessage } from './received-message.ts';
import type { Router } from './router.ts';

const NO_MESSAGE_PROPERTIES: MessageProperties = Object.freeze({});
/** The largest packet identifier (section 2.2.1). */
const MAX_IDENTIFIER = 0xffff;
const NO_RECORD = new Uint8Array(0);

/** Receives a session's messages, and follows those with QoS 1 and 2 through the states of `INCOMING`. */
export class Receiver {
  /** Whether a message came on the latest connection. */
  received = false;
  readonly #output: SessionOutput;
  readonly #router: Router;
  /** Messages with QoS 1 and 2 that are not finished, by packet identifier. */
  readonly #unfinished = new Map<number, Delivery>();
  readonly #receiveMaximum: number;
  /** How many unacknowledged messages this connection may have. */
  #limit = 0;
  /** Messages with QoS 1 and 2 that came on this connection and are not acknowledged. */
  #open = 0;
  /** Changes with each connection, and between two of them. */
  #connection = 0;

  constructor(output: SessionOutput, router: Router, receiveMaximum: number) {
    this.#output = output;
    this.#router = router;
    this.#receiveMaximum = receiveMaximum;
  }

  /** Begins on a new connection. */
  resume(isResumed: boolean): void {
    this.#connection++;
    this.received = false;
    this.#open = 0;
    // Mosquitto 2.0 does not count the messages of a resumed session that it sends again. `maxBufferedBytes` is a limit too.
    this.#limit = isResumed ? MAX_IDENTIFIER : this.#receiveMaximum;
    if (isResumed) return;
    for (const identifier of this.#unfinished.keys()) this.#output.change('i', identifier);
    this.#unfinished.clear();
  }

  /** The connection has ended. Its messages are acknowledged when they come again. */
  pause(): void {
    this.#connection++;
  }

  /** Takes a record of the store: the packet identifier of a message with QoS 2 for which PUBREC was sent. */
  restore(identifier: number): void {
    const state = AWAITING_PUBREL;
    this.#unfinished.set(identifier, { qos: 2, identifier, state, connection: 0, left: 0, reasonCode: 0 });
  }

  /** Takes the PUBLISH that the decoder holds. */
  publish(decoder: Decoder): void {
    const { qos, packetIdentifier: identifier, topic } = decoder;
    this.received = true;
    if (qos > 0 && ++this.#open > this.#limit && this.#output.limits.version === 5) {
      throw protocolError(RECEIVE_MAXIMUM_EXCEEDED, 'more unacknowledged messages than Receive Maximum');
    }
    const known = qos > 0 ? this.#unfinished.get(identifier) : undefined;
    if (known !== undefined && this.#isRedelivery(known, qos)) return;
    const subscriptions = this.#router.route(topic, decoder.subscriptionIdentifiers);
    const delivery = qos > 0 ? this.#begin(qos, identifier, subscriptions.length) : undefined;
    if (subscriptions.length === 0) {
      // No subscription wants it, or it has just ended.
      if (delivery !== undefined) this.#acknowledge(delivery);
      return;
    }
    const payload = decoder.payload.slice();
    const properties =
      decoder.properties === NO_PROPERTIES ? NO_MESSAGE_PROPERTIES : messageProperties(decoder);
    for (const subscription of subscriptions) {
      subscription.deliver(new ReceivedMessage(decoder, payload, properties, delivery, this.acknowledge));
    }
  }

  /** Acknowledges a message for one of its consumers. The broker is told when the last one has. */
  readonly acknowledge = (delivery: Delivery, reasonCode: number): void => {
    delivery.reasonCode = Math.max(delivery.reasonCode, reasonCode);
    if (--delivery.left > 0) return;
    this.#acknowledge(delivery);
    this.#output.schedule();
  };

  /** Takes PUBREL. */
  release(identifier: number): void {
    const known = this.#unfinished.get(identifier);
    const next = known === undefined ? 0 : stateBehind(known.state, PUBREL);
    if (known !== undefined && next !== 0) {
      known.state = next;
      this.#unfinished.delete(identifier);
      this.#output.change('i', identifier);
      // It may have come on an earlier connection.
      if (this.#open > 0) this.#open--;
    }
    this.#output.acknowledge(PUBCOMP, identifier, next === 0 ? 0x92 : 0);
  }

  #begin(qos: number, identifier: number, left: number): Delivery {
    const state = qos === 1 ? DELIVERED_WITH_QOS_1 : DELIVERED_WITH_QOS_2;
    const delivery: Delivery = {
      qos,
      identifier,
      state,
      connection: this.#connection,
      left,
      reasonCode: 0,
    };
    this.#unfinished.set(identifier, delivery);
    return delivery;
  }

  /** Whether a PUBLISH with the identifier of an unfinished message is that message again: its consumers have it. */
  #isRedelivery(known: Delivery, qos: number): boolean {
    if (known.state === AWAITING_PUBREL) this.#output.acknowledge(PUBREC, known.identifier, 0);
    else if (known.connection !== this.#connection) known.connection = this.#connection;
    // On one connection a broker may give the identifier to another message; with QoS 2 only behind PUBCOMP.
    else if (qos === 1) return false;
    else this.#open--;
    return true;
  }

  #acknowledge(delivery: Delivery): void {
    const { qos, identifier, reasonCode } = delivery;
    // The broker of another connection delivers it again, and is answered then.
    const isCurrent = delivery.connection === this.#connection;
    const isKnown = this.#unfinished.get(identifier) === delivery;
    if (qos === 2 && !isKnown) return;
    delivery.state = move(delivery.state, reasonCode < 0x80 ? ACKNOWLEDGE : REFUSE);
    if (delivery.state === AWAITING_PUBREL) this.#output.change('i', identifier, NO_RECORD);
    else {
      if (isKnown) this.#unfinished.delete(identifier);
      if (isCurrent) this.#open--;
    }
    if (isCurrent) this.#output.acknowledge(qos === 1 ? PUBACK : PUBREC, identifier, reasonCode);
  }
}

function messageProperties({ properties }: Decoder): MessageProperties {
  const { payloadFormatIndicator, messageExpiryInterval, contentType, responseTopic } = properties;
  const { correlationData, userProperties } = properties;
  return {
    payloadIsText: payloadFormatIndicator === undefined ? undefined : payloadFormatIndicator === 1,
    messageExpirySeconds: messageExpiryInterval,
    contentType,
    responseTopic,
    correlationData,
    userProperties,
  };
}
