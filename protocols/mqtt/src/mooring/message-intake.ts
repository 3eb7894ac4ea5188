// Takes a session's messages into the mooring's buffer, and acknowledges each to the broker once the buffer holds it: QoS 1
// when it is stored, QoS 2 in the one write that stores its packet identifier too, so that neither is lost or comes twice.
import type { OpenSessionOptions } from '@fairlead/mooring';
import { durableObjectStore } from '../store/durable-object-store.ts';
import type { SessionStore, StoreChanges } from '../store/store.ts';
import type { Message } from '../types/messages.ts';
import type { Consumer } from '../types/subscribe.ts';

/** A message as it waits in the buffer and crosses RPC: plain values. */
export type MessageEvent = Omit<Message, 'text' | 'json' | 'acknowledge'>;

/** The messages of one connection, on their way into the buffer. */
export class MessageIntake {
  /** Keeps the client's messages in flight. */
  readonly store: SessionStore;
  readonly #input: OpenSessionOptions;
  /** Messages with QoS 2 that are acknowledged, and whose packet identifiers are not stored yet. */
  readonly #held: (() => void)[] = [];
  #isOver = false;

  constructor(input: OpenSessionOptions) {
    this.#input = input;
    const { load, save } = durableObjectStore(input.storage);
    this.store = {
      load,
      save: (changes) => {
        // In the same turn as the identifiers: the storage commits both as one.
        for (const deliver of this.#held.splice(0, receivedIn(changes))) deliver();
        return save(changes);
      },
    };
  }

  /** The connection has ended: what was not acknowledged comes again. */
  stop(): void {
    this.#isOver = true;
  }

  /** Takes the messages of one filter until it ends. */
  async takeAll(filter: string, messages: Consumer): Promise<void> {
    try {
      for await (const message of messages) {
        await this.#input.room();
        if (this.#isOver) return;
        this.#take(filter, message);
      }
    } catch {
      // The client's end is reported as its own.
    }
  }

  #take(filter: string, message: Message): void {
    const { topic, payload, qos, retain, duplicate, properties, subscriptionIdentifiers } = message;
    const event: MessageEvent = {
      topic,
      payload,
      qos,
      retain,
      duplicate,
      properties,
      subscriptionIdentifiers,
    };
    const byteLength = payload.length + topic.length;
    const deliver = (): Promise<void> =>
      this.#input.deliver(event, { byteLength, tags: [filter], isStored: qos > 0 });
    if (qos === 2) {
      this.#held.push(() => void deliver().catch(noop));
      message.acknowledge();
      return;
    }
    // A message that could not be stored is not acknowledged, so it comes again.
    deliver().then(() => message.acknowledge(), noop);
  }
}

/** How many packet identifiers of received messages the changes have: the client's records `i`. */
function receivedIn(changes: StoreChanges): number {
  let count = 0;
  for (const [key, value] of changes) if (key.startsWith('i') && value !== undefined) count += 1;
  return count;
}

const noop = (): void => undefined;
