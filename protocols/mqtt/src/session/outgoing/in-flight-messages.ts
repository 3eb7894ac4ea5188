// One message on its way to the broker, and lists of such messages. Nothing is sent here.
import type { Qos } from '../../types/messages.ts';
import type { PublishResult } from '../../types/publish.ts';
import { AWAITING_PUBACK, AWAITING_PUBCOMP, AWAITING_PUBREC, type OutgoingState, QUEUED } from '../states.ts';

/** What stands for a payload that is not needed any more. */
export const NO_BYTES: Uint8Array = new Uint8Array(0);

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

  /** Takes all out, oldest first. */
  drain(): OutgoingMessage[] {
    const all = [...this];
    for (const message of all) this.remove(message);
    return all;
  }

  *[Symbol.iterator](): Generator<OutgoingMessage, void, undefined> {
    for (let message = this.first; message !== undefined; ) {
      const { next } = message;
      yield message;
      message = next;
    }
  }
}
