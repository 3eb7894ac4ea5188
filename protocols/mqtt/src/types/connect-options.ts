// What `connect` takes: types only.
import type { Password } from '@fairlead/client';
import type { Connector, TlsChoice } from '@fairlead/transport';
import type { SessionStore } from '../store/store.ts';
import type { EnhancedAuthentication, Will } from './login.ts';
import type { UserProperties } from './messages.ts';
import type { GivenUpMessage } from './publish.ts';

/** When and how often to connect again. */
export interface ReconnectOptions {
  /** The delay before the first attempt, in milliseconds; doubled for each further one. Default 500. */
  readonly initialDelayMs?: number | undefined;
  /** The longest delay. Default 30,000. */
  readonly maxDelayMs?: number | undefined;
  /**
   * Failed attempts in a row, behind which the client ends with the last error. A connection without a message that
   * lasted less than five seconds counts too. Default 10; `Infinity` for no end.
   */
  readonly maxAttempts?: number | undefined;
}

/** Everything `connect` takes. */
export interface ConnectOptions {
  /** Default 8883 with TLS, 1883 without. */
  readonly port?: number | undefined;
  /** Host name or IP address. No default. */
  readonly hostname?: string | undefined;
  /**
   * TLS from the first byte, verified. An object turns it on with a CA, a client certificate, ALPN and other wishes, for a
   * connector that honours them: `overTls` of `@fairlead/tls`. Default true; `mqtt:` and `ws:` URLs say false.
   */
  readonly tls?: boolean | TlsChoice | undefined;
  readonly username?: string | undefined;
  /** A function is called for each connection, also when the client connects again: for tokens that rotate. */
  readonly password?: Password | Uint8Array | undefined;
  /** 5 is MQTT 5.0, 4 is MQTT 3.1.1. Default 5. */
  readonly protocolVersion?: 4 | 5 | undefined;
  /**
   * Default: random. A session that goes on needs the same one each time. Where it is empty, an MQTT 5 broker assigns one,
   * `server.clientId`, which is used when the client connects again.
   */
  readonly clientId?: string | undefined;
  /** Whether the broker drops an earlier session (Clean Start, Clean Session). Default true. */
  readonly clean?: boolean | undefined;
  /** How long the broker keeps the session when the connection has ended. Default 0, with `reconnect` 300. MQTT 5 only. */
  readonly sessionExpirySeconds?: number | undefined;
  /** Keep Alive: a broker that is silent for one and a half of it counts as lost. 0 switches it off. Default 60. */
  readonly keepAliveSeconds?: number | undefined;
  readonly will?: Will | undefined;
  readonly authentication?: EnhancedAuthentication | undefined;
  /** Keeps the messages in flight, so that a session can go on. Default: in memory. */
  readonly store?: SessionStore | undefined;
  /**
   * Called for each message of the session that this broker will never take and that no call waits for: the broker
   * refused it, takes no message so large, or ended three connections in a row with this message as the first one without
   * an answer. The message leaves the session and the store. An error of this function is an unhandled rejection.
   */
  readonly onGivenUp?: ((message: GivenUpMessage) => void) | undefined;
  /** Unacknowledged messages that the broker may send at once; more end the connection. Default 65,535, the protocol's own: some brokers send more than a lower one allows (Mosquitto 2.0.11). MQTT 5 only. */
  readonly receiveMaximum?: number | undefined;
  /** The largest packet that is accepted. Default 1,048,576. */
  readonly maxPacketBytes?: number | undefined;
  /** Topic aliases that the broker may use. Default 16. MQTT 5 only. */
  readonly topicAliasMaximum?: number | undefined;
  readonly requestResponseInformation?: boolean | undefined;
  readonly userProperties?: UserProperties | undefined;
  readonly reconnect?: ReconnectOptions | boolean | undefined;
  /** Opens the transport. Default: `connect` of `@fairlead/transport`. */
  readonly connector?: Connector | undefined;
  /** Ends the attempt to connect, and later the client. */
  readonly signal?: AbortSignal | undefined;
  /**
   * How long one attempt to connect may take: loading the store, the password, TCP, TLS and CONNACK together. `Infinity`
   * for no limit. Default 10,000.
   */
  readonly connectTimeoutMs?: number | undefined;
  /** How long each call may take that sets no `timeoutMs` of its own. `Infinity` for no limit. Default 10,000. */
  readonly timeoutMs?: number | undefined;
}
