// MQTT's packets in the specification's words: types only. Section numbers are those of MQTT 5.0.
import type { EnhancedAuthentication, Will } from '../types/login.ts';
import type { MessageProperties, Qos, UserProperties } from '../types/messages.ts';

/** 4 is MQTT 3.1.1, 5 is MQTT 5.0. */
export type Version = 4 | 5;

/** Properties of a packet (section 2.2.2.2), by their names there. Flags are 0 or 1. */
export interface Properties {
  payloadFormatIndicator?: number | undefined;
  messageExpiryInterval?: number | undefined;
  contentType?: string | undefined;
  responseTopic?: string | undefined;
  correlationData?: Uint8Array | undefined;
  /** May stand more than once. */
  subscriptionIdentifier?: readonly number[] | undefined;
  sessionExpiryInterval?: number | undefined;
  assignedClientIdentifier?: string | undefined;
  serverKeepAlive?: number | undefined;
  authenticationMethod?: string | undefined;
  authenticationData?: Uint8Array | undefined;
  willDelayInterval?: number | undefined;
  requestResponseInformation?: number | undefined;
  responseInformation?: string | undefined;
  serverReference?: string | undefined;
  reasonString?: string | undefined;
  receiveMaximum?: number | undefined;
  topicAliasMaximum?: number | undefined;
  topicAlias?: number | undefined;
  maximumQoS?: number | undefined;
  retainAvailable?: number | undefined;
  /** May stand more than once; in their order. */
  userProperties?: UserProperties | undefined;
  maximumPacketSize?: number | undefined;
  wildcardSubscriptionAvailable?: number | undefined;
  subscriptionIdentifiersAvailable?: number | undefined;
  sharedSubscriptionAvailable?: number | undefined;
}

/** A PUBLISH to be encoded. */
export interface Publication {
  readonly topic: string;
  readonly payload: string | Uint8Array;
  readonly qos: Qos;
  readonly retain: boolean;
  readonly properties: MessageProperties | undefined;
}

/** What CONNECT says (section 3.1). */
export interface ConnectRequest {
  readonly protocolVersion: Version;
  readonly clientId: string;
  readonly username?: string | undefined;
  readonly password?: string | Uint8Array | undefined;
  readonly keepAliveSeconds: number;
  readonly sessionExpirySeconds: number;
  readonly receiveMaximum: number;
  readonly maxPacketBytes: number;
  readonly topicAliasMaximum: number;
  readonly requestResponseInformation?: boolean | undefined;
  readonly userProperties?: UserProperties | undefined;
  readonly authentication?: EnhancedAuthentication | undefined;
  /** What enhanced authentication begins with. */
  readonly initialData?: Uint8Array | undefined;
  readonly will?: Will | undefined;
}
