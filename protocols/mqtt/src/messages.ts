// MQTT's packets in the specification's words: types only. Section numbers are those of MQTT 5.0.
import type { MessageProperties, Qos } from './api.ts';

/** 4 is MQTT 3.1.1, 5 is MQTT 5.0. */
export type Version = 4 | 5;

/** Properties of a packet that was received (section 2.2.2.2), by their names without "Interval" and the like cut. */
export interface Properties {
  payloadFormatIndicator?: number;
  messageExpiryInterval?: number;
  contentType?: string;
  responseTopic?: string;
  correlationData?: Uint8Array;
  /** May stand more than once. */
  subscriptionIdentifier?: number[];
  sessionExpiryInterval?: number;
  assignedClientIdentifier?: string;
  serverKeepAlive?: number;
  authenticationMethod?: string;
  authenticationData?: Uint8Array;
  responseInformation?: string;
  serverReference?: string;
  reasonString?: string;
  receiveMaximum?: number;
  topicAliasMaximum?: number;
  topicAlias?: number;
  maximumQoS?: number;
  retainAvailable?: number;
  /** May stand more than once; in their order. */
  userProperties?: (readonly [string, string])[];
  maximumPacketSize?: number;
  wildcardSubscriptionAvailable?: number;
  subscriptionIdentifiersAvailable?: number;
  sharedSubscriptionAvailable?: number;
}

/** A PUBLISH to be encoded. */
export interface Publication {
  readonly topic: string;
  readonly payload: string | Uint8Array;
  readonly qos: Qos;
  readonly retain: boolean;
  readonly properties: MessageProperties | undefined;
}
