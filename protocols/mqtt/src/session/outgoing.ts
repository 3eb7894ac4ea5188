// Messages to the broker: QoS 1 and 2, the broker's Receive Maximum, and what is sent again on a new connection.
import { Writer } from '@fairlead/bytes';
import type { FairleadError } from '@fairlead/errors';
import { encodeAcknowledgement, encodePublish, readdress } from '../encode/publish.ts';
import { limit, PROTOCOL_ERROR, protocolError, refused, sameFailure, usage } from '../errors.ts';
import type { PublishResult } from '../messages.ts';
import { PUBACK, PUBCOMP, PUBREC, PUBREL } from '../packet-types.ts';
import type { Properties, Publication } from '../packets.ts';
import { type Flight, FlightList } from './flight.ts';
import { type Identifiers, MAX_IN_FLIGHT } from './identifiers.ts';
import type { Journal } from './journal.ts';
import type { Wire } from './wire.ts';

/** Bytes of messages that may wait to be sent. */
const MAX_QUEUED_BYTES = 1 << 26;
const NO_BYTES = new Uint8Array(0);

/** Every message that went well. */
export const SUCCESS: PublishResult = Object.freeze({ reasonCode: 0 });
const NO_SUBSCRIBERS: PublishResult = Object.freeze({ reasonCode: 0x10 });

/** What waits for a message, and how long. */
export type Waiter = Pick<Flight, 'deadline' | 'resolve' | 'reject'>;

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
  #latestTopic = '';

  constructor(wire: Wire, identifiers: Identifiers, journal: Journal) {
    this.#wire = wire;
    this.#identifiers = identifiers;
    this.#journal = journal;
  }

  /** Whether anything waits for the broker. */
  get owed(): boolean {
    return this.published.first !== undefined || this.released.first !== undefined;
  }

  /** Appends a QoS 0 message to what is to be sent. The connection must be open. */
  publishAtMostOnce(publication: Publication): void {
    this.#check(publication);
    const { topic } = publication;
    const { aliases, writer, limits } = this.#wire;
    let alias = aliases.get(topic) ?? 0;
    const isKnown = alias > 0;
    if (!isKnown && topic === this.#latestTopic && aliases.size < limits.topicAliasMaximum) {
      alias = aliases.size + 1;
    }
    encodePublish(writer, publication, 0, limits, alias, isKnown);
    if (alias > 0 && !isKnown) aliases.set(topic, alias);
    this.#latestTopic = topic;
  }

  /**
   * Sends a message, or lets it wait for the broker or a connection.
   * @throws FairleadError `usage` or `limit`; it was not taken then.
   */
  publish(publication: Publication, { deadline, resolve, reject }: Waiter): Flight {
    this.#check(publication);
    const { qos } = publication;
    const isDirect = this.#quota > 0 && this.queue.first === undefined;
    const flight: Flight = {
      qos,
      state: 'queued',
      sent: false,
      identifier: 0,
      bytes: NO_BYTES,
      start: 0,
      end: 0,
      key: 0,
      deadline,
      resolve,
      reject,
      previous: undefined,
      next: undefined,
    };
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

  /** Takes PUBACK, PUBREC or PUBCOMP. */
  acknowledge(type: number, identifier: number, reasonCode: number, properties: Properties): void {
    const flight = this.#identifiers.get(identifier);
    if (flight === undefined || flight.state === 'queued') {
      // Section 4.3.3: a receiver that waits for PUBREL is let go; the other two change nothing.
      if (type === PUBREC) this.#acknowledge(PUBREL, identifier, 0x92);
      return;
    }
    if (type === PUBACK ? flight.qos !== 1 : flight.qos !== 2) {
      throw protocolError(
        PROTOCOL_ERROR,
        `an acknowledgement of type ${type} for a message with QoS ${flight.qos}`,
      );
    }
    if (type === PUBREC && reasonCode < 0x80) this.#release(flight);
    else if (type === PUBCOMP && flight.state !== 'released') {
      throw protocolError(PROTOCOL_ERROR, 'a PUBCOMP before PUBREC');
    } else this.#finish(flight, reasonCode, properties);
  }

  /**
   * Begins on a new connection: what the broker may not have is sent again, in its order (section 4.4).
   * @param isResumed Whether the broker still has the session.
   */
  resume(isResumed: boolean): void {
    this.#quota = Math.min(this.#wire.limits.receiveMaximum, MAX_IN_FLIGHT);
    this.#latestTopic = '';
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

  /** The connection is gone. */
  pause(): void {
    this.#quota = 0;
  }

  /** Takes a loaded record in. */
  restore(kind: 'p' | 'r', key: number, identifier: number, packet: Uint8Array): void {
    const flight: Flight = {
      qos: kind === 'p' && (packet[0] ?? 0) >> 1 === 0x19 ? 1 : 2,
      state: kind === 'p' ? 'published' : 'released',
      sent: true,
      identifier,
      bytes: packet,
      start: 0,
      end: packet.length,
      key,
      deadline: Number.POSITIVE_INFINITY,
      resolve: undefined,
      reject: undefined,
      previous: undefined,
      next: undefined,
    };
    this.#identifiers.add(flight);
    (kind === 'p' ? this.published : this.released).push(flight);
  }

  /** The caller waits no longer. A message that was not sent is dropped. @returns Whether it was not sent. */
  abandon(flight: Flight): boolean {
    flight.resolve = flight.reject = undefined;
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
        const { reject } = flight;
        const unsent = this.abandon(flight);
        reject?.(sameFailure(reason, reason.code, unsent));
      }
    }
  }

  #check({ qos, retain }: Publication): void {
    const { maximumQos, retainAvailable } = this.#wire.limits;
    if (qos > maximumQos) throw usage(`The broker takes QoS ${maximumQos} at most`);
    if (retain && !retainAvailable) throw usage('The broker retains no messages');
  }

  /** The message is in the bytes to be sent. */
  #begin(flight: Flight): void {
    this.#quota--;
    flight.state = 'published';
    if (flight.key === 0) {
      flight.key = this.#journal.nextKey();
      if (this.#journal.enabled) {
        this.#journal.put('p', flight.key, flight.bytes.slice(flight.start, flight.end));
      }
    }
    flight.sent = true;
    this.#identifiers.add(flight);
    this.published.push(flight);
  }

  #sendQueue(): void {
    for (let flight = this.queue.first; flight !== undefined; flight = this.queue.first) {
      if (this.#quota <= 0) return;
      this.queue.remove(flight);
      const size = flight.end - flight.start;
      this.#queuedBytes -= size;
      this.#send(flight, size);
    }
  }

  #send(flight: Flight, size: number): void {
    const { writer, limits } = this.#wire;
    const isOld = flight.identifier > 0;
    if (isOld) this.#identifiers.remove(flight);
    if (size > (limits.maximumPacketBytes ?? size)) {
      if (isOld) this.#journal.delete('p', flight.key);
      flight.reject?.(limit(`A packet of ${size} bytes is larger than the broker takes`));
      return;
    }
    const packet = flight.bytes.subarray(flight.start, flight.end);
    if (flight.qos === 0) {
      writer.raw(packet);
      flight.resolve?.(SUCCESS);
      return;
    }
    if (!isOld) flight.identifier = this.#identifiers.next();
    readdress(packet, flight.identifier, flight.sent);
    writer.raw(packet);
    this.#begin(flight);
  }

  #release(flight: Flight): void {
    if (flight.state === 'published') {
      this.published.remove(flight);
      this.released.push(flight);
      flight.state = 'released';
      flight.bytes = NO_BYTES;
      flight.start = flight.end = 0;
      this.#journal.delete('p', flight.key);
      flight.key = this.#journal.nextKey();
      this.#journal.put('r', flight.key, Uint8Array.of(flight.identifier >> 8, flight.identifier));
    }
    this.#acknowledge(PUBREL, flight.identifier, 0);
  }

  #finish(flight: Flight, reasonCode: number, properties: Properties): void {
    this.#quota++;
    const { reasonString, userProperties } = properties;
    if (reasonCode >= 0x80 && flight.state === 'published') {
      flight.reject?.(refused('refused the message', reasonCode, reasonString));
      this.#settle(flight, undefined);
    } else if (reasonString === undefined && userProperties === undefined) {
      this.#settle(flight, reasonCode === 0x10 ? NO_SUBSCRIBERS : SUCCESS);
    } else {
      this.#settle(flight, { reasonCode, reasonString, userProperties });
    }
    if (this.queue.first !== undefined) this.#sendQueue();
  }

  #settle(flight: Flight, result: PublishResult | undefined): void {
    const isReleased = flight.state === 'released';
    (isReleased ? this.released : this.published).remove(flight);
    this.#identifiers.remove(flight);
    this.#journal.delete(isReleased ? 'r' : 'p', flight.key);
    flight.bytes = NO_BYTES;
    if (result !== undefined) flight.resolve?.(result);
  }

  #acknowledge(type: number, identifier: number, reasonCode: number): void {
    const { writer, limits } = this.#wire;
    encodeAcknowledgement(writer, type, identifier, reasonCode, limits.version);
  }
}
