// Takes a session's messages into the mooring's buffer, and acknowledges each to the broker once the buffer holds it: QoS 1
// when it is stored, QoS 2 in the one write that stores its packet identifier too, so that neither is lost or comes twice.
import type { Audience, OpenSessionOptions } from '@fairlead/mooring';
import type { ReceivedMessage } from '../session/incoming/received-message.ts';
import { recordKey } from '../session/output.ts';
import { durableObjectStore } from '../store/durable-object-store.ts';
import type { SessionStore } from '../store/store.ts';
import type { SubscriptionConsumer } from '../subscriptions/consumer.ts';
import type { Message } from '../types/messages.ts';
import type { SessionFilters } from './session-filters.ts';

/** A message as it waits in the buffer and crosses RPC: plain values. */
export type MessageEvent = Omit<Message, 'text' | 'json' | 'acknowledge'>;

/** The messages of one connection, on their way into the buffer. */
export class MessageIntake {
  /** Keeps the client's messages in flight. */
  readonly store: SessionStore;
  readonly #input: OpenSessionOptions;
  /** Puts a message with QoS 2 into the buffer that is acknowledged, by the record of its packet identifier. */
  readonly #held = new Map<string, () => void>();
  #isOver = false;

  constructor(input: OpenSessionOptions) {
    this.#input = input;
    const { load, save } = durableObjectStore(input.storage);
    this.store = {
      load,
      save: (changes) => {
        // In the same turn as the identifiers: the storage commits both as one.
        for (const key of changes.keys()) this.#release(key);
        return save(changes);
      },
    };
  }

  /** The connection has ended: what was not acknowledged comes again. */
  stop(): void {
    this.#isOver = true;
  }

  /** Takes the messages of the connection, one after the other. */
  async takeAll(messages: SubscriptionConsumer, filters: SessionFilters): Promise<void> {
    for await (const message of messages) {
      await this.#input.room();
      if (this.#isOver) return;
      await this.#take(message as ReceivedMessage, filters.audienceOf(message));
    }
  }

  async #take(message: ReceivedMessage, audience: Audience): Promise<void> {
    const { topic, payload, qos, retain, duplicate, properties, subscriptionIdentifiers } = message;
    // Of a filter that was given up.
    if (audience.tags?.length === 0) {
      message.acknowledge();
      return;
    }
    const event: MessageEvent = {
      topic,
      payload,
      qos,
      retain,
      duplicate,
      properties,
      subscriptionIdentifiers,
    };
    const byteLength = sizeOf(event);
    const deliver = (): Promise<void> =>
      this.#input.deliver(event, { ...audience, byteLength, isStored: qos > 0 });
    if (qos === 2) {
      this.#held.set(recordKey('i', message.packetIdentifier), () => void deliver().catch(noop));
      message.acknowledge();
      return;
    }
    // A message that could not be stored is not acknowledged, so it comes again.
    await deliver().then(() => message.acknowledge(), noop);
  }

  #release(key: string): void {
    const deliver = this.#held.get(key);
    this.#held.delete(key);
    deliver?.();
  }
}

/** About the bytes of a message: its payload and its texts. */
function sizeOf({ topic, payload, properties }: MessageEvent): number {
  const { contentType = '', responseTopic = '', correlationData, userProperties = [] } = properties;
  const texts = [topic, contentType, responseTopic, ...userProperties.flat()];
  return texts.reduce((sum, { length }) => sum + length, payload.length + (correlationData?.length ?? 0));
}

const noop = (): void => undefined;
