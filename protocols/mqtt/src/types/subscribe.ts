// What `subscribe` and `subscribeJson` take and give: types only.
import type { FairleadError } from '@fairlead/errors';
import type { Message, Qos, UserProperties } from './messages.ts';

/** One topic filter, with its options (section 3.8.3). A string is a filter with the defaults. */
export interface TopicFilter {
  /** `sport/+/score`, `sport/#`, `$share/group/sport/#`. */
  readonly filter: string;
  /** The highest QoS of its messages. Default: the call's. */
  readonly qos?: Qos | undefined;
  /** Whether the broker leaves out messages that this client publishes itself. Default false. MQTT 5 only. */
  readonly noLocal?: boolean | undefined;
  /** Whether `retain` of a message is as its publisher set it. Default false. MQTT 5 only. */
  readonly retainAsPublished?: boolean | undefined;
  /** When the broker sends retained messages: on each subscribe, only on a new subscription, never. MQTT 5 only. */
  readonly retainHandling?: 'send' | 'send-if-new' | 'never' | undefined;
}

/** Options of one consumer of a subscription. */
export interface ConsumerOptions {
  /**
   * `automatic`: a message is acknowledged when the loop asks for the next one; `manual`: by `message.acknowledge()`.
   * Default `automatic`.
   */
  readonly acknowledge?: 'automatic' | 'manual' | undefined;
  /**
   * Bytes of messages that may wait in this consumer's queue; beyond that the client reads nothing more from the broker
   * until the loop has taken some. Default 1,048,576.
   */
  readonly maxBufferedBytes?: number | undefined;
}

/** Options of `subscribe`. */
export interface SubscribeOptions extends ConsumerOptions {
  /** For filters that set no QoS of their own. Default 0. */
  readonly qos?: Qos | undefined;
  readonly userProperties?: UserProperties | undefined;
  /** Ends the subscription when it fires; the loop over it then rejects with `aborted`. */
  readonly signal?: AbortSignal | undefined;
  /** How long to wait for SUBACK, in milliseconds. Default: the connection's `timeoutMs`. */
  readonly timeoutMs?: number | undefined;
}

/** Options of `subscribeJson`. */
export interface JsonSubscribeOptions<T = unknown> extends SubscribeOptions {
  /** Checks the parsed JSON and returns the message's `value`; what it throws makes the message invalid. Default: no check. */
  readonly parse?: ((value: unknown) => T) | undefined;
  /**
   * Called for a message whose payload is not JSON, or that `parse` refuses. The loop goes on with the next message.
   * Default: the loop rejects with that error; the subscription stays, and a new loop over it goes on behind the message.
   */
  readonly onInvalid?: ((error: FairleadError, message: Message) => void) | undefined;
}

/** A message of `subscribeJson`. */
export interface JsonMessage<T = unknown> extends Message {
  /** The payload, parsed. */
  readonly value: T;
}

/** What the broker granted for one filter. */
export interface GrantedFilter {
  readonly filter: string;
  readonly qos: Qos;
}

/** Messages of some filters, as they come. Leaving the loop unsubscribes, unless other consumers are left. */
export interface Subscription<M extends Message = Message> extends AsyncIterable<M>, AsyncDisposable {
  readonly granted: readonly GrantedFilter[];
  /**
   * Adds an independent consumer: it has a queue of its own, and gets each message that comes from now on. The first
   * consumer takes over the subscription's own queue, unless a loop over the subscription has begun. The broker gets the
   * acknowledgement of a message when each consumer that got it has acknowledged it.
   * @throws FairleadError `usage` for options of another type.
   * @example
   * ```ts
   * import { connect } from '@fairlead/mqtt';
   *
   * await using client = await connect('mqtts://broker.example.com');
   * await using readings = await client.subscribe('plant/+/temperature', { qos: 1 });
   * const toArchive = readings.consumer();
   * const toAlarm = readings.consumer({ acknowledge: 'manual' });
   * for await (const message of toAlarm) message.acknowledge();
   * await toArchive.close();
   * ```
   */
  consumer(options?: ConsumerOptions): Consumer<M>;
  /** Ends the subscription; loops over it end after the messages that had arrived. Idempotent. */
  unsubscribe(): Promise<void>;
}

/** One consumer of a subscription. Leaving its loop closes it. */
export interface Consumer<M extends Message = Message> extends AsyncIterable<M>, AsyncDisposable {
  /**
   * Ends this consumer. Messages in its queue, and with `automatic` its latest one, count as acknowledged by it. The last
   * consumer of a subscription unsubscribes instead, and acknowledges nothing. Idempotent.
   */
  close(): Promise<void>;
}
