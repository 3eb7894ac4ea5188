// One message on its way to the broker, and lists of such. They send nothing.
import type { PublishResult, Qos } from '../types/messages.ts';

/** The bytes of a message that has none any more. */
export const NO_BYTES: Uint8Array = new Uint8Array(0);

/** How far a message has come: not sent, sent, or (QoS 2) taken by the broker and released. */
type FlightState = 'queued' | 'published' | 'released';

/** Whoever waits for a message. */
export interface Waiter {
  resolve(result: PublishResult): void;
  /** `reason` is this message's own error: no other call gets the same one. */
  reject(reason: Error): void;
}

/** A message with QoS 1 or 2 that is not finished, or one of any QoS that waits to be sent. */
export interface Flight {
  readonly qos: Qos;
  state: FlightState;
  /** Whether it was ever sent in this session: DUP (section 3.3.1.1). */
  sent: boolean;
  /** How often it was sent, in this session or an earlier one. */
  sends: number;
  /** How many connections in a row the broker has ended when this was the first message that it had not answered. */
  suspicions: number;
  /** 0 until it is sent. */
  identifier: number;
  /** The encoded PUBLISH: `bytes[start..end)`. Let go of when the broker has taken the message. */
  bytes: Uint8Array;
  start: number;
  end: number;
  /** Where it is in the store; 0 where nothing is stored. */
  key: number;
  /** When the caller stops waiting, in milliseconds of the clock; `Infinity` for never. */
  deadline: number;
  /** Unset where nobody waits (any more). */
  waiter: Waiter | undefined;
  previous: Flight | undefined;
  next: Flight | undefined;
}

/** A message that nothing was done for yet. */
export function newFlight(qos: Qos, deadline: number, waiter: Waiter | undefined): Flight {
  return {
    qos,
    state: 'queued',
    sent: false,
    sends: 0,
    suspicions: 0,
    identifier: 0,
    bytes: NO_BYTES,
    start: 0,
    end: 0,
    key: 0,
    deadline,
    waiter,
    previous: undefined,
    next: undefined,
  };
}

/** A message, or its release, that a store has kept: it was sent in an earlier connection. */
export function restoredFlight(
  isRelease: boolean,
  { key, identifier, suspicions, packet }: Restored,
): Flight {
  const flight = newFlight(
    isRelease || ((packet[0] ?? 0) & 6) === 4 ? 2 : 1,
    Number.POSITIVE_INFINITY,
    undefined,
  );
  const state = isRelease ? 'released' : 'published';
  return Object.assign(flight, {
    state,
    sent: true,
    sends: 1,
    key,
    identifier,
    suspicions,
    bytes: packet,
    end: packet.length,
  });
}

/** What a record of the store says. */
export interface Restored {
  readonly key: number;
  readonly identifier: number;
  readonly suspicions: number;
  readonly packet: Uint8Array;
}

/** A chain, from which the middle can be taken out. */
export class FlightList {
  first: Flight | undefined;
  last: Flight | undefined;

  push(flight: Flight): void {
    flight.previous = this.last;
    flight.next = undefined;
    if (this.last === undefined) this.first = flight;
    else this.last.next = flight;
    this.last = flight;
  }

  remove(flight: Flight): void {
    const { previous, next } = flight;
    if (previous === undefined) this.first = next;
    else previous.next = next;
    if (next === undefined) this.last = previous;
    else next.previous = previous;
    flight.previous = flight.next = undefined;
  }

  /** Puts all of `other` before what is here. */
  prepend(other: FlightList): void {
    const { last } = other;
    if (last === undefined) return;
    last.next = this.first;
    if (this.first === undefined) this.last = last;
    else this.first.previous = last;
    this.first = other.first;
    other.first = other.last = undefined;
  }

  /** Takes all out, oldest first. */
  drain(): Flight[] {
    const all = [...this];
    for (const flight of all) this.remove(flight);
    return all;
  }

  *[Symbol.iterator](): Generator<Flight, void, undefined> {
    for (let flight = this.first; flight !== undefined; ) {
      const { next } = flight;
      yield flight;
      flight = next;
    }
  }
}
