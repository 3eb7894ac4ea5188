// The table of properties (section 2.2.2.2), for both directions. It reads and writes nothing.

import {
  AUTH,
  CONNACK,
  DISCONNECT,
  PUBACK,
  PUBCOMP,
  PUBLISH,
  PUBREC,
  PUBREL,
  SUBACK,
  UNSUBACK,
} from './packet-types.ts';
import type { Properties } from './packets.ts';

/** How a value is spelled. Numbers are spelled by the methods of these names; the values of one byte are 0 or 1. */
export type Kind = 'u8' | 'u16' | 'u32' | 'varint' | 'text' | 'bytes' | 'pair';

/** `from` are the packets in which a server may send it. */
export type Property = readonly [name: keyof Properties, kind: Kind, from: readonly number[]];

const IN_ANSWERS = [CONNACK, PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK, UNSUBACK, DISCONNECT, AUTH];

/** By identifier. */
export const PROPERTIES: Readonly<Record<number, Property>> = {
  1: ['payloadFormatIndicator', 'u8', [PUBLISH]],
  2: ['messageExpiryInterval', 'u32', [PUBLISH]],
  3: ['contentType', 'text', [PUBLISH]],
  8: ['responseTopic', 'text', [PUBLISH]],
  9: ['correlationData', 'bytes', [PUBLISH]],
  11: ['subscriptionIdentifier', 'varint', [PUBLISH]],
  17: ['sessionExpiryInterval', 'u32', [CONNACK]],
  18: ['assignedClientIdentifier', 'text', [CONNACK]],
  19: ['serverKeepAlive', 'u16', [CONNACK]],
  21: ['authenticationMethod', 'text', [CONNACK, AUTH]],
  22: ['authenticationData', 'bytes', [CONNACK, AUTH]],
  24: ['willDelayInterval', 'u32', []],
  25: ['requestResponseInformation', 'u8', []],
  26: ['responseInformation', 'text', [CONNACK]],
  28: ['serverReference', 'text', [CONNACK, DISCONNECT]],
  31: ['reasonString', 'text', IN_ANSWERS],
  33: ['receiveMaximum', 'u16', [CONNACK]],
  34: ['topicAliasMaximum', 'u16', [CONNACK]],
  35: ['topicAlias', 'u16', [PUBLISH]],
  36: ['maximumQoS', 'u8', [CONNACK]],
  37: ['retainAvailable', 'u8', [CONNACK]],
  38: ['userProperties', 'pair', [PUBLISH, ...IN_ANSWERS]],
  39: ['maximumPacketSize', 'u32', [CONNACK]],
  40: ['wildcardSubscriptionAvailable', 'u8', [CONNACK]],
  41: ['subscriptionIdentifiersAvailable', 'u8', [CONNACK]],
  42: ['sharedSubscriptionAvailable', 'u8', [CONNACK]],
};
