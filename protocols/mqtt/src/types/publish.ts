// What `publish` and `request` take and give: types only.
import type { FairleadError } from '@fairlead/errors';
import type { MessageProperties, Qos, UserProperties } from './messages.ts';

/** Options of `publish` and `publishJson`. */
export interface PublishOptions {
  /** Default 0. */
  readonly qos?: Qos | undefined;
  /** Whether the broker keeps the message for later subscribers. Default false. */
  readonly retain?: boolean | undefined;
  readonly properties?: MessageProperties | undefined;
  /** Ends the wait for the acknowledgement. A message that was sent stays sent, and is finished in the background. */
  readonly signal?: AbortSignal | undefined;
  /** How long to wait for the acknowledgement, in milliseconds. Default: the connection's `timeoutMs`. */
  readonly timeoutMs?: number | undefined;
}

/** Options of `request`. */
export interface RequestOptions extends Omit<PublishOptions, 'retain'> {
  /** The topic of the answer. Default: a topic of this client's own, below the broker's response information. */
  readonly responseTopic?: string | undefined;
}

/** The broker's answer to a published message. */
export interface PublishResult {
  /** 0 for QoS 0 and in MQTT 3.1.1; 16 (0x10) where the topic has no subscribers (section 3.4.2.1). */
  readonly reasonCode: number;
  readonly reasonString?: string | undefined;
  readonly userProperties?: UserProperties | undefined;
  /** 1 where a broker of MQTT 3.1.1 took a message with QoS 2 as one with QoS 1 (RabbitMQ): it may arrive twice. */
  readonly qos?: Qos | undefined;
}

/** A message that was in flight, that no call waits for, and that this broker will never take. */
export interface GivenUpMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: Qos;
  readonly retain: boolean;
  /** `server` (refused), `limit` or `usage` (more than this broker takes), `protocol`, `connection_lost`. */
  readonly reason: FairleadError;
}
