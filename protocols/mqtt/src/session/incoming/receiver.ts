// Messages from the broker: who gets them, their acknowledgement, and QoS 2's promise that none is delivered twice.

import { protocolError, RECEIVE_MAXIMUM_EXCEEDED } from '../../errors.ts';
import type { MessageProperties } from '../../types/messages.ts';
import type { Decoder } from '../../wire/decode/decoder.ts';
import { NO_PROPERTIES } from '../../wire/decode/properties.ts';
import { encodeAcknowledgement } from '../../wire/encode/publish.ts';
import { PUBACK, PUBCOMP, PUBREC } from '../../wire/packet-types.ts';
import type { PendingChanges } from '../pending-changes.ts';
import type { SendBuffer } from '../send-buffer.ts';
import { type Delivery, ReceivedMessage } from './received-message.ts';
import type { Router } from './router.ts';

const NO_MESSAGE_PROPERTIES: MessageProperties = Object.freeze({});
/** There are no more messages to be open at once. */
const MAX_IDENTIFIER = 0xffff;
const NO_RECORD = new Uint8Array(0);

/** A message of which the broker has not heard everything. `undefined` stands for one of QoS 2 that PUBREC was sent for. */
type Unfinished = Delivery | undefined;

/** The receiver's half of a session. */
export class Receiver {
  /** Whether a message came on the latest connection. */
  received = false;
  /** Called when an acknowledgement is to be sent. */
  onOutput: () => void = () => {};
  readonly #buffer: SendBuffer;
  readonly #changes: PendingChanges;
  readonly #router: Router;
  /** By packet identifier. */
  readonly #unfinished = new Map<number, Unfinished>();
  readonly #receiveMaximum: number;
  /** What it may not exceed on this connection. */
  #limit = 0;
  /** Messages with a QoS that the broker waits for, on this connection. */
  #open = 0;
  /** Another number for each connection, and for the time between two. */
  #connection = 0;

  constructor(buffer: SendBuffer, changes: PendingChanges, router: Router, receiveMaximum: number) {
    this.#buffer = buffer;
    this.#changes = changes;
    this.#router = router;
    this.#receiveMaximum = receiveMaximum;
  }

  /** Begins on a new connection. */
  resume(isResumed: boolean): void {
    this.#connection++;
    this.received = false;
    this.#open = 0;
    // Mosquitto 2.0 does not count a resumed session's messages that it sends again. What waits is capped all the same.
    this.#limit = isResumed ? MAX_IDENTIFIER : this.#receiveMaximum;
    if (isResumed) return;
    for (const identifier of this.#unfinished.keys()) this.#changes.delete('i', identifier);
    this.#unfinished.clear();
  }

  /** The connection is gone: what came on it is acknowledged when it comes again. */
  pause(): void {
    this.#connection++;
  }

  /** Takes a loaded record in. */
  restore(identifier: number): void {
    this.#unfinished.set(identifier, undefined);
  }

  /** Takes the PUBLISH that lies in the decoder. */
  publish(decoder: Decoder): void {
    const { qos, packetIdentifier: identifier, topic } = decoder;
    this.received = true;
    if (qos > 0 && ++this.#open > this.#limit && this.#buffer.limits.version === 5) {
      throw protocolError(RECEIVE_MAXIMUM_EXCEEDED, 'more unacknowledged messages than Receive Maximum');
    }
    if (qos > 0 && this.#unfinished.has(identifier) && this.#again(identifier, qos)) return;
    const receivers = this.#router.route(topic, decoder.subscriptionIdentifiers);
    const delivery: Delivery | undefined =
      qos === 0
        ? undefined
        : { qos, identifier, connection: this.#connection, left: receivers.length, reasonCode: 0 };
    if (qos > 0) this.#unfinished.set(identifier, delivery);
    if (receivers.length === 0) {
      // Nobody asked for it, or nobody does any more.
      if (delivery !== undefined) this.#acknowledge(delivery);
      return;
    }
    const payload = decoder.payload.slice();
    const properties =
      decoder.properties === NO_PROPERTIES ? NO_MESSAGE_PROPERTIES : messageProperties(decoder);
    for (const receiver of receivers) {
      receiver.deliver(new ReceivedMessage(decoder, payload, properties, delivery, this.acknowledge));
    }
  }

  /** Acknowledges for one of those who got the message; the last of them counts. */
  readonly acknowledge = (delivery: Delivery, reasonCode: number): void => {
    delivery.reasonCode = Math.max(delivery.reasonCode, reasonCode);
    if (--delivery.left > 0) return;
    this.#acknowledge(delivery);
    this.onOutput();
  };

  /** Takes PUBREL. */
  release(identifier: number): void {
    const isKnown = this.#unfinished.delete(identifier);
    if (isKnown) {
      this.#changes.delete('i', identifier);
      // It may have come on an earlier connection.
      if (this.#open > 0) this.#open--;
    }
    this.#send(PUBCOMP, identifier, isKnown ? 0 : 0x92);
  }

  /**
   * A message may have come again, on another connection: its receivers have it already.
   * @returns Whether it is so.
   */
  #again(identifier: number, qos: number): boolean {
    const delivery = this.#unfinished.get(identifier);
    if (delivery === undefined) this.#send(PUBREC, identifier, 0);
    else if (delivery.connection !== this.#connection) delivery.connection = this.#connection;
    else if (qos === 1) return false;
    else this.#open--;
    return true;
  }

  #acknowledge(delivery: Delivery): void {
    const { qos, identifier, reasonCode } = delivery;
    // The broker of another connection delivers it again, and is answered then.
    const isCurrent = delivery.connection === this.#connection;
    const isKnown = this.#unfinished.get(identifier) === delivery;
    if (qos === 1) {
      if (isCurrent) this.#send(PUBACK, identifier, reasonCode);
      if (isCurrent) this.#open--;
      if (isKnown) this.#unfinished.delete(identifier);
      return;
    }
    if (!isKnown) return;
    if (reasonCode < 0x80) {
      this.#unfinished.set(identifier, undefined);
      this.#changes.put('i', identifier, NO_RECORD);
    } else {
      this.#unfinished.delete(identifier);
      if (isCurrent) this.#open--;
    }
    if (isCurrent) this.#send(PUBREC, identifier, reasonCode);
  }

  #send(type: number, identifier: number, reasonCode: number): void {
    const { writer, limits } = this.#buffer;
    encodeAcknowledgement(writer, type, identifier, reasonCode, limits.version);
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
