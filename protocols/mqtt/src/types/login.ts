// Parts of CONNECT that have members of their own: types only.
import type { MessageProperties, Qos } from './messages.ts';

/** The message that the broker publishes when the connection ends without DISCONNECT (section 3.1.2.5). */
export interface Will {
  readonly topic: string;
  readonly payload: string | Uint8Array;
  readonly qos?: Qos | undefined;
  readonly retain?: boolean | undefined;
  /** How long the broker waits before it publishes the will. Default 0. MQTT 5 only. */
  readonly delaySeconds?: number | undefined;
  readonly properties?: MessageProperties | undefined;
}

/** Answers the broker's AUTH packets (section 4.12). */
export interface EnhancedAuthentication {
  /** The method's name, such as `SCRAM-SHA-256`. */
  readonly method: string;
  /** Sent with CONNECT. A function is called for each connection, for tokens that rotate. */
  readonly initialData?: Uint8Array | (() => Uint8Array | Promise<Uint8Array>) | undefined;
  /** Returns the answer to one challenge. An error that it throws ends the attempt to connect. */
  readonly respond: (challenge: Uint8Array | undefined) => Promise<Uint8Array | undefined>;
}
