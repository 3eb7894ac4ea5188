// Reason codes (section 2.4) and the return codes of MQTT 3.1.1's CONNACK: their names, and where they may stand.
import { AUTH, PUBACK, PUBCOMP, PUBREC, PUBREL, SUBACK, UNSUBACK } from './packet-types.ts';

/** The names from 0x80 on, in their order; empty where there is none. */
const NAMES =
  'Unspecified error|Malformed Packet|Protocol Error|Implementation specific error|Unsupported Protocol Version|' +
  'Client Identifier not valid|Bad User Name or Password|Not authorized|Server unavailable|Server busy|Banned|' +
  'Server shutting down|Bad authentication method|Keep Alive timeout|Session taken over|Topic Filter invalid|' +
  'Topic Name invalid|Packet Identifier in use|Packet Identifier not found|Receive Maximum exceeded|' +
  'Topic Alias invalid|Packet too large|Message rate too high|Quota exceeded|Administrative action|' +
  'Payload format invalid|Retain not supported|QoS not supported|Use another server|Server moved|' +
  'Shared Subscriptions not supported|Connection rate exceeded|Maximum connect time|' +
  'Subscription PacketIdentifiers not supported|Wildcard Subscriptions not supported';

/** MQTT 3.1.1's return codes from 1 on (its section 3.2.2.3), as reason codes. */
const RETURN_CODES = [0x84, 0x85, 0x88, 0x86, 0x87];

const OF_PUBLISH = [0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99];

/** By packet type: the codes that a server may send, besides 0. CONNACK and DISCONNECT take all from 0x80 on. */
const ALLOWED: Readonly<Record<number, readonly number[]>> = {
  [PUBACK]: OF_PUBLISH,
  [PUBREC]: OF_PUBLISH,
  [PUBREL]: [0x92],
  [PUBCOMP]: [0x92],
  [SUBACK]: [1, 2, 0x80, 0x83, 0x87, 0x8f, 0x91, 0x97, 0x9e, 0xa1, 0xa2],
  [UNSUBACK]: [0x11, 0x80, 0x83, 0x87, 0x8f, 0x91],
  [AUTH]: [0x18],
};

/** Whether a packet of that type may carry that code. */
export function isReasonCode(type: number, code: number): boolean {
  return code === 0 || (ALLOWED[type]?.includes(code) ?? (code >= 0x80 && code <= 0xa2));
}

/** The specification's name of a code. */
export function reasonName(code: number): string {
  return NAMES.split('|')[code - 0x80] ?? 'Success';
}

/** What a return code of MQTT 3.1.1 is called in MQTT 5; `undefined` where there is no such code. */
export function fromReturnCode(code: number): number | undefined {
  return code === 0 ? 0 : RETURN_CODES[code - 1];
}
