// Messages on their way to the broker: what belongs to one, its result, its packet identifier, and lists in their order.
// Nothing is sent here.
import type { Qos } from '../../types/messages.ts';
import type { PublishResult } from '../../types/publish.ts';
import type { Properties } from '../../wire/packets.ts';
import {
  AWAITING_PUBACK,
  AWAITING_PUBCOMP,
  AWAITING_PUBREC,
  move,
  type OutgoingState,
  QUEUED,
} from '../states.ts';

/** What stands for a payload that is not needed any more. */
export const NO_BYTES: Uint8Array = new Uint8Array(0);

/** The result of most messages. */
export const SUCCESS: PublishResult = Object.freeze({ reasonCode: 0 });
const NO_SUBSCRIBERS: PublishResult = Object.freeze({ reasonCode: 0x10 });
/** A broker without QoS 2 has answered by PUBACK. */
export const TAKEN_WITH_QOS_1: PublishResult = Object.freeze({ reasonCode: 0, qos: 1 });

/** The result of a message that the broker has. */
export function resultOf(reasonCode: number, { reasonString, userProperties }: Properties): PublishResult {
  if (reasonString === undefined && userProperties === undefined) {
    return reasonCode === 0x10 ? NO_SUBSCRIBERS : SUCCESS;
  }
  return { reasonCode, reasonString, userProperties };
}

/** The call that waits for a message. */
export interface Waiter {
  resolve(result: PublishResult): void;
  /** @param reason An error of this message alone: no other call gets the same one. */
  reject(reason: Error): void;
}

/** A message with QoS 1 or 2 that is not finished, or one of any QoS that waits to be sent. */
export interface OutgoingMessage {
  readonly qos: Qos;
  state: OutgoingState;
  /** Whether it was ever sent in this session: DUP (section 3.3.1.1). */
  sent: boolean;
  /** How often it was sent, in this session or an earlier one. */
  sends: number;
  /** How many connections in a row the broker has ended when this was the first message that it had not answered. */
  suspicions: number;
  /** 0 until it is sent. */
  identifier: number;
  /** The encoded PUBLISH: `bytes[start..end)`. Released when the broker has the message. */
  bytes: Uint8Array;
  start: number;
  end: number;
  /** The number of its record in the store; 0 where nothing is stored. */
  key: number;
  /** When the caller stops waiting, in milliseconds of the clock; `Infinity` for never. */
  deadline: number;
  /** Undefined where no call waits any more. */
  waiter: Waiter | undefined;
  previous: OutgoingMessage | undefined;
  next: OutgoingMessage | undefined;
}

/** A message that was not sent yet. */
export function newMessage(qos: Qos, deadline: number, waiter: Waiter | undefined): OutgoingMessage {
  return {
    qos,
    state: QUEUED,
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

/** Moves a message to the state behind an event. @throws Error where it has no such move. */
export function advance(message: OutgoingMessage, event: number): void {
  message.state = move(message.state, event);
}

/** A PUBLISH or PUBREL that a store has kept: it was sent on an earlier connection. */
export function restoredMessage(
  isRelease: boolean,
  { key, identifier, suspicions, packet }: StoredMessage,
): OutgoingMessage {
  const qos = isRelease || ((packet[0] ?? 0) & 6) === 4 ? 2 : 1;
  const sent: OutgoingState = qos === 1 ? AWAITING_PUBACK : AWAITING_PUBREC;
  return Object.assign(newMessage(qos, Number.POSITIVE_INFINITY, undefined), {
    state: isRelease ? AWAITING_PUBCOMP : sent,
    sent: true,
    sends: 1,
    key,
    identifier,
    suspicions,
    bytes: packet,
    end: packet.length,
  });
}

/** A record of the store. */
export interface StoredMessage {
  readonly key: number;
  readonly identifier: number;
  readonly suspicions: number;
  readonly packet: Uint8Array;
}

/** A linked list, from whose middle messages are removed in constant time. */
export class MessageList {
  first: OutgoingMessage | undefined;
  last: OutgoingMessage | undefined;

  push(message: OutgoingMessage): void {
    message.previous = this.last;
    message.next = undefined;
    if (this.last === undefined) this.first = message;
    else this.last.next = message;
    this.last = message;
  }

  remove(message: OutgoingMessage): void {
    const { previous, next } = message;
    if (previous === undefined) this.first = next;
    else previous.next = next;
    if (next === undefined) this.last = previous;
    else next.previous = previous;
    message.previous = message.next = undefined;
  }

  /** Puts all of `other` before what is here. */
  prepend(other: MessageList): void {
    const { last } = other;
    if (last === undefined) return;
    last.next = this.first;
    if (this.first === undefined) this.last = last;
    else this.first.previous = last;
    this.first = other.first;
    other.first = other.last = undefined;
  }

  *[Symbol.iterator](): Generator<OutgoingMessage, void, undefined> {
    for (let message = this.first; message !== undefined; ) {
      const { next } = message;
      yield message;
      message = next;
    }
  }
}

/** Half of the array stays free: it has 65,536 slots at most. */
export const MAX_IN_FLIGHT = 32_000;

/**
 * Hands out packet identifiers (section 2.2.1) in rising order, skips those in use, and knows the message of each. An array
 * is faster here than a Map: each message needs it.
 */
export class PacketIdentifiers {
  /** Messages by identifier modulo the array's size, a power of two: no two messages share a slot. */
  #slots: (OutgoingMessage | undefined)[] = new Array(64).fill(undefined);
  #count = 0;
  #latest = 0;
  /** Identifiers of SUBSCRIBE and UNSUBSCRIBE. */
  readonly #others: ReadonlyMap<number, unknown>;

  constructor(others: ReadonlyMap<number, unknown>) {
    this.#others = others;
  }

  /** The next free one. */
  next(): number {
    const mask = this.#slots.length - 1;
    for (;;) {
      const id = this.#latest === 0xffff ? 1 : this.#latest + 1;
      this.#latest = id;
      if (this.#slots[id & mask] === undefined && !(this.#others.size > 0 && this.#others.has(id))) return id;
    }
  }

  get(id: number): OutgoingMessage | undefined {
    const message = this.#slots[id & (this.#slots.length - 1)];
    return message?.identifier === id ? message : undefined;
  }

  /** Registers a message under its identifier. */
  add(message: OutgoingMessage): void {
    const { identifier } = message;
    const isTaken = (): boolean => this.#slots[identifier & (this.#slots.length - 1)] !== undefined;
    while (this.#count * 2 >= this.#slots.length || isTaken()) this.#grow();
    this.#slots[identifier & (this.#slots.length - 1)] = message;
    this.#count++;
  }

  remove(message: OutgoingMessage): void {
    this.#slots[message.identifier & (this.#slots.length - 1)] = undefined;
    this.#count--;
  }

  /** Doubles the array: messages that had slots of their own still have. With 65,536 slots every identifier has one. */
  #grow(): void {
    const old = this.#slots;
    const slots: (OutgoingMessage | undefined)[] = new Array(old.length * 2).fill(undefined);
    for (const message of old) {
      if (message !== undefined) slots[message.identifier & (slots.length - 1)] = message;
    }
    this.#slots = slots;
  }
}
