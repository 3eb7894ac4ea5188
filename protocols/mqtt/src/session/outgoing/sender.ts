// Messages to the broker: QoS 1 and 2, the broker's Receive Maximum, and what is sent again on a new connection.
import { Writer } from '@fairlead/bytes';
import type { FairleadError } from '@fairlead/errors';
import { limit, refused, sameFailure } from '../../errors.ts';
import type { PublishResult } from '../../types/messages.ts';
import { encodeAcknowledgement, encodePublish, readdress } from '../../wire/encode/publish.ts';
import { PUBACK, PUBREC, PUBREL } from '../../wire/packet-types.ts';
import type { Properties, Publication } from '../../wire/packets.ts';
import type { PendingChanges } from '../pending-changes.ts';
import type { SendBuffer } from '../send-buffer.ts';
import { checkLimits, hungUp, MAX_SUSPICIONS, mismatch, refusalOfStored } from './given-up.ts';
import {
  MessageList,
  NO_BYTES,
  newMessage,
  type OutgoingMessage,
  type Restored,
  restoredMessage,
  type Waiter,
} from './in-flight-messages.ts';
import { MAX_IN_FLIGHT, type PacketIdentifiers } from './packet-identifiers.ts';

/** Bytes of messages that may wait to be sent. */
const MAX_QUEUED_BYTES = 1 << 26;

/** Every message that went well. */
export const SUCCESS: PublishResult = Object.freeze({ reasonCode: 0 });
const NO_SUBSCRIBERS: PublishResult = Object.freeze({ reasonCode: 0x10 });
/** MQTT 3.1.1: a broker without QoS 2 took the message with QoS 1, and has no other way to say so. */
const TAKEN_WITH_QOS_1: PublishResult = Object.freeze({ reasonCode: 0, qos: 1 });

/** The sender's half of a session. */
export class Sender {
  /** Sent, in that order; PUBACK or PUBREC is awaited. */
  readonly published = new MessageList();
  /** Released, in that order; PUBCOMP is awaited. */
  readonly released = new MessageList();
  /** Not sent, or to be sent again. */
  readonly queue = new MessageList();
  readonly #buffer: SendBuffer;
  readonly #identifiers: PacketIdentifiers;
  readonly #changes: PendingChanges;
  /** What waits is encoded here. */
  readonly #waiting = new Writer(2 ** 29);
  #queuedBytes = 0;
  /** How many more messages with a QoS the broker takes now; 0 without a connection. */
  #quota = 0;
  /** Whether the broker has answered a message on the latest connection. */
  answered = false;
  /** Called for a message that is given up while nobody waits for it. */
  onGivenUp: (message: OutgoingMessage, reason: FairleadError) => void = () => {};

  constructor(buffer: SendBuffer, identifiers: PacketIdentifiers, changes: PendingChanges) {
    this.#buffer = buffer;
    this.#identifiers = identifiers;
    this.#changes = changes;
  }

  /** Whether anything waits for the broker. */
  get owed(): boolean {
    return this.published.first !== undefined || this.released.first !== undefined;
  }

  /**
   * Sends a message, or lets it wait for the broker or a connection.
   * @throws FairleadError `usage` or `limit`; it was not taken then.
   */
  publish(publication: Publication, deadline: number, waiter: Waiter): OutgoingMessage {
    checkLimits(publication.qos, publication.retain, this.#buffer.limits);
    const isDirect = this.#quota > 0 && this.queue.first === undefined;
    const message = newMessage(publication.qos, deadline, waiter);
    const { writer, limits } = this.#buffer;
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
   * @throws FairleadError `protocol` for one that its message cannot have; the message is given up, since it would end
   *   the next connection too.
   */
  acknowledge(type: number, identifier: number, reasonCode: number, properties: Properties): void {
    const message = this.#identifiers.get(identifier);
    if (message === undefined || message.state === 'queued') {
      // Section 4.3.3: a receiver that waits for PUBREL is let go; the other two change nothing.
      if (type === PUBREC) this.#acknowledge(PUBREL, identifier, 0x92);
      return;
    }
    this.answered = true;
    const isPublished = message.state === 'published';
    if (type === PUBACK && message.qos === 2 && isPublished && this.#buffer.limits.version === 4) {
      this.#settle(message, TAKEN_WITH_QOS_1);
      this.#next();
      return;
    }
    const isRight =
      type === PUBACK ? message.qos === 1 : message.qos === 2 && (type === PUBREC || !isPublished);
    if (!isRight) {
      const reason = mismatch(type, message);
      this.#giveUp(message, sameFailure(reason, reason.code, false));
      throw reason;
    }
    if (type === PUBREC && reasonCode < 0x80) this.#release(message);
    else this.#finish(message, reasonCode, properties);
  }

  /**
   * Begins on a new connection: what the broker may not have is sent again, in its order (section 4.4).
   * @param isResumed Whether the broker still has the session.
   */
  resume(isResumed: boolean): void {
    this.#quota = Math.min(this.#buffer.limits.receiveMaximum, MAX_IN_FLIGHT);
    this.answered = false;
    for (const message of this.released) {
      if (isResumed) {
        // Until PUBCOMP it counts.
        this.#quota--;
        this.#acknowledge(PUBREL, message.identifier, 0);
      }
      // The broker has had it; sent again it would be another message.
      else this.#settle(message, SUCCESS);
    }
    for (const message of this.published) {
      message.state = 'queued';
      message.sent = isResumed;
      this.#queuedBytes += message.end - message.start;
    }
    this.queue.prepend(this.published);
    this.#sendQueue();
  }

  /**
   * The connection is gone.
   * @param ending What the broker ended it with, `undefined` where this side or the network between them may have.
   */
  pause(ending: FairleadError | undefined): void {
    this.#quota = 0;
    const message = this.released.first ?? this.published.first;
    // A broker works through messages in their order: the first one that it did not answer made it hang up, if any did.
    if (ending === undefined || this.answered || message === undefined) return;
    if (++message.suspicions < MAX_SUSPICIONS) {
      this.#changes.put('s', message.key, Uint8Array.of(message.suspicions));
    } else if (message.state === 'released') this.#settle(message, SUCCESS);
    else this.#giveUp(message, hungUp(ending));
  }

  /** Takes a loaded record in. @returns Whether its identifier was free. */
  restore(isRelease: boolean, record: Restored): boolean {
    if (this.#identifiers.get(record.identifier) !== undefined) return false;
    const message = restoredMessage(isRelease, record);
    this.#identifiers.add(message);
    (isRelease ? this.released : this.published).push(message);
    return true;
  }

  /** The caller waits no longer. A message that was not sent is dropped. @returns Whether it was not sent. */
  abandon(message: OutgoingMessage): boolean {
    message.waiter = undefined;
    message.deadline = Number.POSITIVE_INFINITY;
    if (message.state !== 'queued' || message.identifier > 0) return false;
    this.queue.remove(message);
    this.#queuedBytes -= message.end - message.start;
    return true;
  }

  /** Rejects all that wait; what was sent stays in message. */
  fail(reason: FairleadError): void {
    for (const list of [this.released, this.published, this.queue]) {
      for (const message of list) {
        const { waiter } = message;
        const unsent = this.abandon(message);
        waiter?.reject(sameFailure(reason, reason.code, unsent));
      }
    }
  }

  /** The message is in the bytes to be sent. */
  #begin(message: OutgoingMessage): void {
    this.#quota--;
    message.state = 'published';
    if (message.key === 0) {
      message.key = this.#changes.nextKey();
      if (this.#changes.enabled) {
        this.#changes.put(this.#buffer.kind, message.key, message.bytes.slice(message.start, message.end));
      }
    }
    message.sent = true;
    message.sends++;
    this.#identifiers.add(message);
    this.published.push(message);
  }

  #sendQueue(): void {
    for (let message = this.queue.first; message !== undefined; message = this.queue.first) {
      if (this.#quota <= 0) return;
      this.queue.remove(message);
      this.#queuedBytes -= message.end - message.start;
      this.#send(message);
    }
  }

  #send(message: OutgoingMessage): void {
    const { writer, limits } = this.#buffer;
    const packet = message.bytes.subarray(message.start, message.end);
    const isOld = message.identifier > 0;
    if (isOld) this.#identifiers.remove(message);
    const refusal = refusalOfStored(packet, limits, message.sends === 0);
    if (refusal !== undefined) {
      this.#tell(message, refusal);
      if (isOld) this.#forget(message);
      return;
    }
    if (message.qos === 0) {
      writer.raw(packet);
      message.waiter?.resolve(SUCCESS);
      return;
    }
    if (!isOld) message.identifier = this.#identifiers.next();
    readdress(packet, message.identifier, message.sent);
    writer.raw(packet);
    this.#begin(message);
  }

  #release(message: OutgoingMessage): void {
    if (message.state === 'published') {
      this.#forget(message);
      this.published.remove(message);
      this.released.push(message);
      message.state = 'released';
      message.bytes = NO_BYTES;
      message.start = message.end = 0;
      message.key = this.#changes.nextKey();
      this.#changes.put('r', message.key, Uint8Array.of(message.identifier >> 8, message.identifier));
    }
    this.#acknowledge(PUBREL, message.identifier, 0);
  }

  #finish(message: OutgoingMessage, reasonCode: number, properties: Properties): void {
    const { reasonString, userProperties } = properties;
    if (reasonCode >= 0x80 && message.state === 'published') {
      // Sent twice, the first of them may have been taken.
      const options = { safeToRetry: message.sends === 1 };
      this.#giveUp(message, refused('refused the message', reasonCode, reasonString, 'server', options));
    } else if (reasonString === undefined && userProperties === undefined) {
      this.#settle(message, reasonCode === 0x10 ? NO_SUBSCRIBERS : SUCCESS);
    } else {
      this.#settle(message, { reasonCode, reasonString, userProperties });
    }
    this.#next();
  }

  /** The broker takes one more message. */
  #next(): void {
    this.#quota++;
    if (this.queue.first !== undefined) this.#sendQueue();
  }

  /** The message will never arrive: it leaves the session and its store. */
  #giveUp(message: OutgoingMessage, reason: FairleadError): void {
    this.#tell(message, reason);
    this.#settle(message, undefined);
  }

  #tell(message: OutgoingMessage, reason: FairleadError): void {
    if (message.waiter === undefined) this.onGivenUp(message, reason);
    else message.waiter.reject(reason);
    message.waiter = undefined;
  }

  #settle(message: OutgoingMessage, result: PublishResult | undefined): void {
    (message.state === 'released' ? this.released : this.published).remove(message);
    this.#identifiers.remove(message);
    this.#forget(message);
    message.bytes = NO_BYTES;
    if (result !== undefined) message.waiter?.resolve(result);
  }

  /** Takes the message's records out of the store. */
  #forget(message: OutgoingMessage): void {
    this.#changes.delete(message.state === 'released' ? 'r' : this.#buffer.kind, message.key);
    if (message.suspicions > 0) this.#changes.delete('s', message.key);
    message.suspicions = 0;
  }

  #acknowledge(type: number, identifier: number, reasonCode: number): void {
    const { writer, limits } = this.#buffer;
    encodeAcknowledgement(writer, type, identifier, reasonCode, limits.version);
  }
}
