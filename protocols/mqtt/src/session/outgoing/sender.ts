// Messages to the broker: QoS 1 and 2, the broker's Receive Maximum, and what is sent again on a new connection.
import { Writer } from '@fairlead/bytes';
import type { FairleadError } from '@fairlead/errors';
import { limit, sameFailure } from '../../errors.ts';
import type { PublishResult } from '../../types/publish.ts';
import { encodePublish, readdress, refusalOf } from '../../wire/encode/publish.ts';
import { PUBACK, PUBREC, PUBREL } from '../../wire/packet-types.ts';
import type { Properties, Publication } from '../../wire/packets.ts';
import type { SessionOutput } from '../output.ts';
import {
  AWAITING_PUBCOMP,
  AWAITING_PUBREC,
  DROP,
  FINISHED,
  GIVE_UP,
  GIVEN_UP,
  NEW_CONNECTION,
  PUBACK_OF_MQTT_3_1_1,
  QUEUED,
  REFUSAL,
  SEND_WITH_QOS_0,
  SESSION_LOST,
  stateBehind,
} from '../states.ts';
import { hungUp, MAX_SUSPICIONS, mismatch, refusal } from './given-up-messages.ts';
import {
  advance,
  MAX_IN_FLIGHT,
  MessageList,
  NO_BYTES,
  newMessage,
  type OutgoingMessage,
  type PacketIdentifiers,
  restoredMessage,
  resultOf,
  type StoredMessage,
  SUCCESS,
  TAKEN_WITH_QOS_1,
  type Waiter,
} from './in-flight-messages.ts';

/** Bytes of messages that may wait to be sent. */
const MAX_QUEUED_BYTES = 1 << 26;

/** Sends a session's messages with QoS 1 and 2, and follows each of them through the states of `OUTGOING`. */
export class Sender {
  /** In the states AWAITING_PUBACK and AWAITING_PUBREC, in the order of sending. */
  readonly published = new MessageList();
  /** In the state AWAITING_PUBCOMP, in the order of PUBREL. */
  readonly released = new MessageList();
  /** In the state QUEUED. */
  readonly queue = new MessageList();
  readonly #output: SessionOutput;
  readonly #identifiers: PacketIdentifiers;
  /** Queued messages are encoded here. */
  readonly #waiting = new Writer(2 ** 29);
  #queuedBytes = 0;
  /** How many more messages with QoS 1 or 2 the broker takes now; 0 without a connection. */
  #quota = 0;
  /** Whether the broker has answered a message on the latest connection. */
  answered = false;
  /** Called for a message that is given up while no call waits for it. */
  onGivenUp: (message: OutgoingMessage, reason: FairleadError) => void = () => {};

  constructor(output: SessionOutput, identifiers: PacketIdentifiers) {
    this.#output = output;
    this.#identifiers = identifiers;
  }

  /** Whether the broker owes an acknowledgement. */
  get owed(): boolean {
    return this.published.first !== undefined || this.released.first !== undefined;
  }

  /**
   * Sends a message, or queues it until the broker takes one more, or until there is a connection.
   * @throws FairleadError `usage` or `limit`; the message was not accepted then.
   */
  publish(publication: Publication, deadline: number, waiter: Waiter): OutgoingMessage {
    const isDirect = this.#quota > 0 && this.queue.first === undefined;
    const message = newMessage(publication.qos, deadline, waiter);
    const { writer, limits } = this.#output;
    const target = isDirect ? writer : this.#waiting;
    const before = target.length;
    const identifier = isDirect ? this.#identifiers.next() : 0;
    encodePublish(target, publication, identifier, limits);
    const size = target.length - before;
    message.bytes = target.bytes;
    message.end = target.at;
    message.start = message.end - size;
    if (isDirect) {
      message.identifier = identifier;
      this.#begin(message);
    } else {
      target.take();
      if (this.#queuedBytes + size > MAX_QUEUED_BYTES) {
        throw limit(`More than ${MAX_QUEUED_BYTES} bytes of messages wait to be sent`);
      }
      this.#queuedBytes += size;
      this.queue.push(message);
    }
    return message;
  }

  /**
   * Takes PUBACK, PUBREC or PUBCOMP.
   * @throws FairleadError `protocol` where there is no such move: the message is given up, or the next connection ends too.
   */
  acknowledge(type: number, identifier: number, reasonCode: number, properties: Properties): void {
    const message = this.#identifiers.get(identifier);
    if (message === undefined || message.state === QUEUED) {
      // Section 4.3.3: a receiver that waits for PUBREL is let go; the other two packets change nothing.
      if (type === PUBREC) this.#output.acknowledge(PUBREL, identifier, 0x92);
      return;
    }
    this.answered = true;
    const event = type + (reasonCode < 0x80 ? 0 : REFUSAL);
    const next = stateBehind(message.state, event);
    if (next === AWAITING_PUBCOMP) {
      this.#release(message);
      return;
    }
    if (next === FINISHED) this.#settle(message, event, resultOf(reasonCode, properties));
    else if (next === GIVEN_UP) this.#giveUp(message, refusal(message, reasonCode, properties));
    else if (type === PUBACK && this.#output.limits.version === 4 && message.state === AWAITING_PUBREC) {
      this.#settle(message, PUBACK_OF_MQTT_3_1_1, TAKEN_WITH_QOS_1);
    } else {
      const reason = mismatch(type, message);
      this.#giveUp(message, sameFailure(reason, reason.code, false));
      throw reason;
    }
    this.#quota++;
    this.#sendQueue();
  }

  /**
   * Begins on a new connection: what the broker may not have is sent again, in its order (section 4.4).
   * @param isResumed Whether the broker still has the session.
   */
  resume(isResumed: boolean): void {
    this.#quota = Math.min(this.#output.limits.receiveMaximum, MAX_IN_FLIGHT);
    this.answered = false;
    for (const message of this.released) {
      if (isResumed) {
        // Until PUBCOMP it counts.
        this.#quota--;
        this.#output.acknowledge(PUBREL, message.identifier, 0);
      }
      // The broker has the message; sent again it would be another message.
      else this.#settle(message, SESSION_LOST, SUCCESS);
    }
    for (const message of this.published) {
      advance(message, NEW_CONNECTION);
      message.sent = isResumed;
      this.#queuedBytes += message.end - message.start;
    }
    this.queue.prepend(this.published);
    this.#sendQueue();
  }

  /**
   * The connection has ended.
   * @param ending The broker's error; `undefined` where this side or the network may have ended it.
   */
  pause(ending: FairleadError | undefined): void {
    this.#quota = 0;
    const message = this.released.first ?? this.published.first;
    // A broker takes messages in their order: if one made it hang up, it is the first one without an answer.
    if (ending === undefined || this.answered || message === undefined) return;
    if (++message.suspicions < MAX_SUSPICIONS) {
      this.#output.change('s', message.key, Uint8Array.of(message.suspicions));
    } else if (message.state === AWAITING_PUBCOMP) {
      this.#settle(message, GIVE_UP, SUCCESS);
    } else this.#giveUp(message, hungUp(ending));
  }

  /** Takes a record of the store. @returns Whether its packet identifier was free. */
  restore(isRelease: boolean, record: StoredMessage): boolean {
    if (this.#identifiers.get(record.identifier) !== undefined) return false;
    const message = restoredMessage(isRelease, record);
    this.#identifiers.add(message);
    (isRelease ? this.released : this.published).push(message);
    return true;
  }

  /** The caller waits no longer. A message that was never sent is dropped. @returns Whether it was never sent. */
  abandon(message: OutgoingMessage): boolean {
    message.waiter = undefined;
    message.deadline = Number.POSITIVE_INFINITY;
    if (message.state !== QUEUED || message.identifier > 0) return false;
    advance(message, DROP);
    this.queue.remove(message);
    this.#queuedBytes -= message.end - message.start;
    return true;
  }

  /** Rejects every call that waits. Messages that were sent stay in flight. */
  fail(reason: FairleadError): void {
    for (const list of [this.released, this.published, this.queue]) {
      for (const message of list) {
        const { waiter } = message;
        const unsent = this.abandon(message);
        waiter?.reject(sameFailure(reason, reason.code, unsent));
      }
    }
  }

  /** Puts a message whose packet is in the send buffer in flight. */
  #begin(message: OutgoingMessage): void {
    this.#quota--;
    advance(message, SEND_WITH_QOS_0 + message.qos);
    if (message.key === 0) {
      message.key = this.#output.nextKey();
      if (this.#output.stores) {
        this.#output.change(this.#output.kind, message.key, message.bytes.slice(message.start, message.end));
      }
    }
    message.sent = true;
    message.sends++;
    this.#identifiers.add(message);
    this.published.push(message);
  }

  #sendQueue(): void {
    while (this.#quota > 0 && this.queue.first !== undefined) {
      const message = this.queue.first;
      this.queue.remove(message);
      this.#queuedBytes -= message.end - message.start;
      this.#send(message);
    }
  }

  #send(message: OutgoingMessage): void {
    const { writer, limits } = this.#output;
    const packet = message.bytes.subarray(message.start, message.end);
    const isOld = message.identifier > 0;
    if (isOld) this.#identifiers.remove(message);
    const reason = refusalOf(packet[0] ?? 0, packet.length, limits, message.sends === 0);
    if (reason !== undefined) {
      advance(message, GIVE_UP);
      this.#tell(message, reason);
      if (isOld) this.#forget(message);
      return;
    }
    if (message.qos === 0) {
      advance(message, SEND_WITH_QOS_0);
      writer.raw(packet);
      message.waiter?.resolve(SUCCESS);
      return;
    }
    if (!isOld) message.identifier = this.#identifiers.next();
    readdress(packet, message.identifier, message.sent);
    writer.raw(packet);
    this.#begin(message);
  }

  /** PUBREC has come: the broker has the message, so its identifier takes the payload's place in the store. */
  #release(message: OutgoingMessage): void {
    if (message.state === AWAITING_PUBREC) {
      this.#forget(message);
      this.published.remove(message);
      this.released.push(message);
      advance(message, PUBREC);
      message.bytes = NO_BYTES;
      message.start = message.end = 0;
      message.key = this.#output.nextKey();
      this.#output.change('r', message.key, Uint8Array.of(message.identifier >> 8, message.identifier));
    }
    this.#output.acknowledge(PUBREL, message.identifier, 0);
  }

  /** The broker will never take the message. */
  #giveUp(message: OutgoingMessage, reason: FairleadError): void {
    this.#tell(message, reason);
    this.#settle(message, GIVE_UP);
  }

  #tell(message: OutgoingMessage, reason: FairleadError): void {
    if (message.waiter === undefined) this.onGivenUp(message, reason);
    else message.waiter.reject(reason);
    message.waiter = undefined;
  }

  /** The message ends, and leaves the session and its store. */
  #settle(message: OutgoingMessage, event: number, result?: PublishResult): void {
    (message.state === AWAITING_PUBCOMP ? this.released : this.published).remove(message);
    this.#identifiers.remove(message);
    this.#forget(message);
    advance(message, event);
    message.bytes = NO_BYTES;
    if (result !== undefined) message.waiter?.resolve(result);
  }

  /** Deletes the message's records from the store. */
  #forget(message: OutgoingMessage): void {
    this.#output.change(message.state === AWAITING_PUBCOMP ? 'r' : this.#output.kind, message.key);
    if (message.suspicions > 0) this.#output.change('s', message.key);
    message.suspicions = 0;
  }
}
