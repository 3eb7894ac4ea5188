// Messages to the broker: QoS 1 and 2, the broker's Receive Maximum, and what is sent again on a new connection.
import { Writer } from '@fairlead/bytes';
import type { FairleadError } from '@fairlead/errors';
import { limit, refused, sameFailure } from '../errors.ts';
import type { PublishResult } from '../types/messages.ts';
import { encodeAcknowledgement, encodePublish, readdress } from '../wire/encode/publish.ts';
import { PUBACK, PUBREC, PUBREL } from '../wire/packet-types.ts';
import type { Properties, Publication } from '../wire/packets.ts';
import {
  type Flight,
  FlightList,
  NO_BYTES,
  newFlight,
  type Restored,
  restoredFlight,
  type Waiter,
} from './flight.ts';
import { type Identifiers, MAX_IN_FLIGHT } from './identifiers.ts';
import type { Journal } from './journal.ts';
import { checkLimits, hungUp, MAX_SUSPICIONS, mismatch, refusalOfStored } from './undeliverable.ts';
import type { Wire } from './wire.ts';

/** Bytes of messages that may wait to be sent. */
const MAX_QUEUED_BYTES = 1 << 26;

/** Every message that went well. */
export const SUCCESS: PublishResult = Object.freeze({ reasonCode: 0 });
const NO_SUBSCRIBERS: PublishResult = Object.freeze({ reasonCode: 0x10 });
/** MQTT 3.1.1: a broker without QoS 2 took the message with QoS 1, and has no other way to say so. */
const TAKEN_WITH_QOS_1: PublishResult = Object.freeze({ reasonCode: 0, qos: 1 });

/** The sender's half of a session. */
export class Outgoing {
  /** Sent, in that order; PUBACK or PUBREC is awaited. */
  readonly published = new FlightList();
  /** Released, in that order; PUBCOMP is awaited. */
  readonly released = new FlightList();
  /** Not sent, or to be sent again. */
  readonly queue = new FlightList();
  readonly #wire: Wire;
  readonly #identifiers: Identifiers;
  readonly #journal: Journal;
  /** What waits is encoded here. */
  readonly #waiting = new Writer(2 ** 29);
  #queuedBytes = 0;
  /** How many more messages with a QoS the broker takes now; 0 without a connection. */
  #quota = 0;
  /** Whether the broker has answered a message on the latest connection. */
  answered = false;
  /** Called for a message that is given up while nobody waits for it. */
  onGivenUp: (flight: Flight, reason: FairleadError) => void = () => {};

  constructor(wire: Wire, identifiers: Identifiers, journal: Journal) {
    this.#wire = wire;
    this.#identifiers = identifiers;
    this.#journal = journal;
  }

  /** Whether anything waits for the broker. */
  get owed(): boolean {
    return this.published.first !== undefined || this.released.first !== undefined;
  }

  /**
   * Sends a message, or lets it wait for the broker or a connection.
   * @throws FairleadError `usage` or `limit`; it was not taken then.
   */
  publish(publication: Publication, deadline: number, waiter: Waiter): Flight {
    checkLimits(publication.qos, publication.retain, this.#wire.limits);
    const isDirect = this.#quota > 0 && this.queue.first === undefined;
    const flight = newFlight(publication.qos, deadline, waiter);
    const { writer, limits } = this.#wire;
    const target = isDirect ? writer : this.#waiting;
    const before = target.length;
    const identifier = isDirect ? this.#identifiers.next() : 0;
    encodePublish(target, publication, identifier, limits);
    const size = target.length - before;
    flight.bytes = target.bytes;
    flight.end = target.at;
    flight.start = flight.end - size;
    if (isDirect) {
      flight.identifier = identifier;
      this.#begin(flight);
    } else {
      target.take();
      if (this.#queuedBytes + size > MAX_QUEUED_BYTES) {
        throw limit(`More than ${MAX_QUEUED_BYTES} bytes of messages wait to be sent`);
      }
      this.#queuedBytes += size;
      this.queue.push(flight);
    }
    return flight;
  }

  /**
   * Takes PUBACK, PUBREC or PUBCOMP.
   * @throws FairleadError `protocol` for one that its message cannot have; the message is given up, since it would end
   *   the next connection too.
   */
  acknowledge(type: number, identifier: number, reasonCode: number, properties: Properties): void {
    const flight = this.#identifiers.get(identifier);
    if (flight === undefined || flight.state === 'queued') {
      // Section 4.3.3: a receiver that waits for PUBREL is let go; the other two change nothing.
      if (type === PUBREC) this.#acknowledge(PUBREL, identifier, 0x92);
      return;
    }
    this.answered = true;
    const isPublished = flight.state === 'published';
    if (type === PUBACK && flight.qos === 2 && isPublished && this.#wire.limits.version === 4) {
      this.#settle(flight, TAKEN_WITH_QOS_1);
      this.#next();
      return;
    }
    const isRight =
      type === PUBACK ? flight.qos === 1 : flight.qos === 2 && (type === PUBREC || !isPublished);
    if (!isRight) {
      const reason = mismatch(type, flight);
      this.#giveUp(flight, sameFailure(reason, reason.code, false));
      throw reason;
    }
    if (type === PUBREC && reasonCode < 0x80) this.#release(flight);
    else this.#finish(flight, reasonCode, properties);
  }

  /**
   * Begins on a new connection: what the broker may not have is sent again, in its order (section 4.4).
   * @param isResumed Whether the broker still has the session.
   */
  resume(isResumed: boolean): void {
    this.#quota = Math.min(this.#wire.limits.receiveMaximum, MAX_IN_FLIGHT);
    this.answered = false;
    for (const flight of this.released) {
      if (isResumed) {
        // Until PUBCOMP it counts.
        this.#quota--;
        this.#acknowledge(PUBREL, flight.identifier, 0);
      }
      // The broker has had it; sent again it would be another message.
      else this.#settle(flight, SUCCESS);
    }
    for (const flight of this.published) {
      flight.state = 'queued';
      flight.sent = isResumed;
      this.#queuedBytes += flight.end - flight.start;
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
    const flight = this.released.first ?? this.published.first;
    // A broker works through messages in their order: the first one that it did not answer made it hang up, if any did.
    if (ending === undefined || this.answered || flight === undefined) return;
    if (++flight.suspicions < MAX_SUSPICIONS) {
      this.#journal.put('s', flight.key, Uint8Array.of(flight.suspicions));
    } else if (flight.state === 'released') this.#settle(flight, SUCCESS);
    else this.#giveUp(flight, hungUp(ending));
  }

  /** Takes a loaded record in. @returns Whether its identifier was free. */
  restore(isRelease: boolean, record: Restored): boolean {
    if (this.#identifiers.get(record.identifier) !== undefined) return false;
    const flight = restoredFlight(isRelease, record);
    this.#identifiers.add(flight);
    (isRelease ? this.released : this.published).push(flight);
    return true;
  }

  /** The caller waits no longer. A message that was not sent is dropped. @returns Whether it was not sent. */
  abandon(flight: Flight): boolean {
    flight.waiter = undefined;
    flight.deadline = Number.POSITIVE_INFINITY;
    if (flight.state !== 'queued' || flight.identifier > 0) return false;
    this.queue.remove(flight);
    this.#queuedBytes -= flight.end - flight.start;
    return true;
  }

  /** Rejects all that wait; what was sent stays in flight. */
  fail(reason: FairleadError): void {
    for (const list of [this.released, this.published, this.queue]) {
      for (const flight of list) {
        const { waiter } = flight;
        const unsent = this.abandon(flight);
        waiter?.reject(sameFailure(reason, reason.code, unsent));
      }
    }
  }

  /** The message is in the bytes to be sent. */
  #begin(flight: Flight): void {
    this.#quota--;
    flight.state = 'published';
    if (flight.key === 0) {
      flight.key = this.#journal.nextKey();
      if (this.#journal.enabled) {
        this.#journal.put(this.#wire.kind, flight.key, flight.bytes.slice(flight.start, flight.end));
      }
    }
    flight.sent = true;
    flight.sends++;
    this.#identifiers.add(flight);
    this.published.push(flight);
  }

  #sendQueue(): void {
    for (let flight = this.queue.first; flight !== undefined; flight = this.queue.first) {
      if (this.#quota <= 0) return;
      this.queue.remove(flight);
      this.#queuedBytes -= flight.end - flight.start;
      this.#send(flight);
    }
  }

  #send(flight: Flight): void {
    const { writer, limits } = this.#wire;
    const packet = flight.bytes.subarray(flight.start, flight.end);
    const isOld = flight.identifier > 0;
    if (isOld) this.#identifiers.remove(flight);
    const refusal = refusalOfStored(packet, limits, flight.sends === 0);
    if (refusal !== undefined) {
      this.#tell(flight, refusal);
      if (isOld) this.#forget(flight);
      return;
    }
    if (flight.qos === 0) {
      writer.raw(packet);
      flight.waiter?.resolve(SUCCESS);
      return;
    }
    if (!isOld) flight.identifier = this.#identifiers.next();
    readdress(packet, flight.identifier, flight.sent);
    writer.raw(packet);
    this.#begin(flight);
  }

  #release(flight: Flight): void {
    if (flight.state === 'published') {
      this.#forget(flight);
      this.published.remove(flight);
      this.released.push(flight);
      flight.state = 'released';
      flight.bytes = NO_BYTES;
      flight.start = flight.end = 0;
      flight.key = this.#journal.nextKey();
      this.#journal.put('r', flight.key, Uint8Array.of(flight.identifier >> 8, flight.identifier));
    }
    this.#acknowledge(PUBREL, flight.identifier, 0);
  }

  #finish(flight: Flight, reasonCode: number, properties: Properties): void {
    const { reasonString, userProperties } = properties;
    if (reasonCode >= 0x80 && flight.state === 'published') {
      // Sent twice, the first of them may have been taken.
      const options = { safeToRetry: flight.sends === 1 };
      this.#giveUp(flight, refused('refused the message', reasonCode, reasonString, 'server', options));
    } else if (reasonString === undefined && userProperties === undefined) {
      this.#settle(flight, reasonCode === 0x10 ? NO_SUBSCRIBERS : SUCCESS);
    } else {
      this.#settle(flight, { reasonCode, reasonString, userProperties });
    }
    this.#next();
  }

  /** The broker takes one more message. */
  #next(): void {
    this.#quota++;
    if (this.queue.first !== undefined) this.#sendQueue();
  }

  /** The message will never arrive: it leaves the session and its store. */
  #giveUp(flight: Flight, reason: FairleadError): void {
    this.#tell(flight, reason);
    this.#settle(flight, undefined);
  }

  #tell(flight: Flight, reason: FairleadError): void {
    if (flight.waiter === undefined) this.onGivenUp(flight, reason);
    else flight.waiter.reject(reason);
    flight.waiter = undefined;
  }

  #settle(flight: Flight, result: PublishResult | undefined): void {
    (flight.state === 'released' ? this.released : this.published).remove(flight);
    this.#identifiers.remove(flight);
    this.#forget(flight);
    flight.bytes = NO_BYTES;
    if (result !== undefined) flight.waiter?.resolve(result);
  }

  /** Takes the message's records out of the store. */
  #forget(flight: Flight): void {
    this.#journal.delete(flight.state === 'released' ? 'r' : this.#wire.kind, flight.key);
    if (flight.suspicions > 0) this.#journal.delete('s', flight.key);
    flight.suspicions = 0;
  }

  #acknowledge(type: number, identifier: number, reasonCode: number): void {
    const { writer, limits } = this.#wire;
    encodeAcknowledgement(writer, type, identifier, reasonCode, limits.version);
  }
}
