// One message on its way to the broker, and lists of such. They send nothing.
import type { PublishResult, Qos } from '../messages.ts';

/** How far a message has come: not sent, sent, or (QoS 2) taken by the broker and released. */
type FlightState = 'queued' | 'published' | 'released';

/** A message with QoS 1 or 2 that is not finished, or one of any QoS that waits to be sent. */
export interface Flight {
  readonly qos: Qos;
  state: FlightState;
  /** Whether it was ever sent in this session: DUP (section 3.3.1.1). */
  sent: boolean;
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
  resolve: ((result: PublishResult) => void) | undefined;
  reject: ((reason: Error) => void) | undefined;
  previous: Flight | undefined;
  next: Flight | undefined;
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
