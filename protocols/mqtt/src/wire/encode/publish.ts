// Encodes PUBLISH, its acknowledgements and PINGREQ into the send buffer. It refuses values that MQTT cannot carry.

import { decodeUtf8Lossy, type Writer } from '@fairlead/bytes';
import { type FairleadError, usage } from '@fairlead/errors';
import { tooLarge } from '../../errors.ts';
import type { Qos } from '../../types/messages.ts';
import { PUBREL } from '../packet-types.ts';
import type { Publication, Version } from '../packets.ts';
import { assertTopic } from '../topic.ts';
import { encodeProperties, encoder, fromMessage } from './properties.ts';

/** Texts up to this length are copied by a loop, which is faster than TextEncoder for them. */
const SHORT = 48;
/** The largest remaining length (section 2.1.4). */
const MAX_REMAINING_BYTES = 268_435_455;

const NO_BYTES = new Uint8Array(0);

/** What the broker takes. */
export interface EncodingLimits {
  readonly version: Version;
  /** `undefined` for no limit. */
  readonly maximumPacketBytes: number | undefined;
  /** Default 2. */
  readonly maximumQos?: Qos | undefined;
  /** Default true. */
  readonly retainAvailable?: boolean | undefined;
}

/**
 * The bytes of a short ASCII text, or `undefined`: the caller then lets the encoder do it.
 * `codes` are checked to be a topic where `isTopic` is set.
 */
function isPlain(text: string, isTopic: boolean): boolean {
  if (text.length > SHORT) return false;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit > 0x7f || (isTopic && (unit === 0 || unit === 0x23 || unit === 0x2b))) return false;
  }
  return !isTopic || text.length > 0;
}

function writePlain(bytes: Uint8Array, start: number, text: string): number {
  let at = start;
  for (let index = 0; index < text.length; index++) bytes[at++] = text.charCodeAt(index);
  return at;
}

/** The topic as it is if it is short ASCII, else as bytes. */
function topicBytes(topic: string): string | Uint8Array {
  if (isPlain(topic, true)) return topic;
  assertTopic(topic);
  return encoder.encode(topic);
}

function payloadBytes(payload: string | Uint8Array): string | Uint8Array {
  if (typeof payload !== 'string') {
    if (payload instanceof Uint8Array) return payload;
    throw usage('The payload must be text or a Uint8Array');
  }
  if (isPlain(payload, false)) return payload;
  if (!payload.isWellFormed()) throw usage('The payload must be well-formed text');
  return encoder.encode(payload);
}

/**
 * Appends a PUBLISH.
 * @param identifier 0 with QoS 0, or where it is not known yet: see `setIdentifier`.
 * @param alias A topic alias, 0 for none. `isKnown`: the broker has it, and the topic is left out.
 * @throws FairleadError `usage` (topic, payload, properties, QoS, retain) or `limit`; nothing is written then.
 */
export function encodePublish(
  writer: Writer,
  publication: Publication,
  identifier: number,
  limits: EncodingLimits,
  alias = 0,
  isKnown = false,
): void {
  const { qos, retain } = publication;
  const { version } = limits;
  const topic = isKnown ? '' : topicBytes(publication.topic);
  const payload = payloadBytes(publication.payload);
  const properties =
    publication.properties === undefined ? NO_BYTES : encodeProperties(fromMessage(publication.properties));
  if (version === 4 && properties.length > 0) throw usage('MQTT 3.1.1 has no properties');
  const propertiesLength = properties.length + (alias > 0 ? 3 : 0);
  const length =
    2 +
    topic.length +
    (qos > 0 ? 2 : 0) +
    (version === 5 ? varintBytes(propertiesLength) + propertiesLength : 0) +
    payload.length;
  const total = 1 + varintBytes(length) + length;
  const first = 0x30 | (qos << 1) | (retain ? 1 : 0);
  const refusal = length > MAX_REMAINING_BYTES ? tooLarge(total) : refusalOf(first, total, limits, true);
  if (refusal !== undefined) throw refusal;
  writer.ensure(total);
  const { bytes } = writer;
  let { at } = writer;
  bytes[at++] = first;
  at = writeVarint(bytes, at, length);
  bytes[at++] = topic.length >> 8;
  bytes[at++] = topic.length;
  at = writeEither(bytes, at, topic);
  if (qos > 0) {
    bytes[at++] = identifier >> 8;
    bytes[at++] = identifier;
  }
  if (version === 5) {
    at = writeVarint(bytes, at, propertiesLength);
    if (alias > 0) {
      bytes[at++] = 35;
      bytes[at++] = alias >> 8;
      bytes[at++] = alias;
    }
    at = writeEither(bytes, at, properties);
  }
  writer.at = writeEither(bytes, at, payload);
}

/**
 * Why the broker does not take a PUBLISH; `undefined` where it does. An encoded one may have been for another broker.
 * @param first Its first byte, with QoS and RETAIN.
 * @param isUnsent Whether no broker has seen the message.
 */
export function refusalOf(
  first: number,
  bytes: number,
  { maximumPacketBytes, maximumQos = 2, retainAvailable = true }: EncodingLimits,
  isUnsent: boolean,
): FairleadError | undefined {
  if (bytes > (maximumPacketBytes ?? bytes)) return tooLarge(bytes, isUnsent);
  if (((first >> 1) & 3) > maximumQos)
    return usage(`The broker takes QoS ${maximumQos} at most`, { safeToRetry: isUnsent });
  if ((first & 1) === 1 && !retainAvailable)
    return usage('The broker retains no messages', { safeToRetry: isUnsent });
  return undefined;
}

function writeEither(bytes: Uint8Array, at: number, value: string | Uint8Array): number {
  if (typeof value === 'string') return writePlain(bytes, at, value);
  bytes.set(value, at);
  return at + value.length;
}

/** Writes the packet identifier into an encoded PUBLISH with a QoS, and sets or clears DUP. */
export function readdress(packet: Uint8Array, identifier: number, duplicate: boolean): void {
  packet[0] = ((packet[0] ?? 0) & 0xf7) | (duplicate ? 8 : 0);
  const at = identifierAt(packet);
  packet[at] = identifier >> 8;
  packet[at + 1] = identifier;
}

/** Where the packet identifier stands in an encoded PUBLISH. */
export function identifierAt(packet: Uint8Array): number {
  let at = 1;
  while ((packet[at] ?? 0) > 0x7f) at++;
  return at + 3 + (((packet[at + 1] ?? 0) << 8) | (packet[at + 2] ?? 0));
}

/** Reads the topic and the payload of a PUBLISH with a QoS that `encodePublish` has made. */
export function readPublish(
  packet: Uint8Array,
  version: Version,
): { readonly topic: string; readonly payload: Uint8Array } {
  const end = identifierAt(packet);
  let start = 1;
  while ((packet[start] ?? 0) > 0x7f) start++;
  const topic = decodeUtf8Lossy(packet.subarray(start + 3, end));
  let at = end + 2;
  if (version === 5) {
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = packet[at++] ?? 0;
      length |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    at += length;
  }
  return { topic, payload: packet.slice(at) };
}

/** Appends PUBACK, PUBREC, PUBREL or PUBCOMP. MQTT 3.1.1 has no reason codes: it is left out there. */
export function encodeAcknowledgement(
  writer: Writer,
  type: number,
  identifier: number,
  reasonCode: number,
  version: Version,
): void {
  writer.ensure(5);
  const { bytes } = writer;
  const hasReason = reasonCode > 0 && version === 5;
  bytes[writer.at++] = (type << 4) | (type === PUBREL ? 2 : 0);
  bytes[writer.at++] = hasReason ? 3 : 2;
  bytes[writer.at++] = identifier >> 8;
  bytes[writer.at++] = identifier;
  if (hasReason) bytes[writer.at++] = reasonCode;
}

/** Appends PINGREQ. */
export function encodePing(writer: Writer): void {
  writer.u8(0xc0);
  writer.u8(0);
}

function varintBytes(value: number): number {
  return value < 128 ? 1 : value < 16_384 ? 2 : value < 2_097_152 ? 3 : 4;
}

function writeVarint(bytes: Uint8Array, start: number, value: number): number {
  let at = start;
  let rest = value;
  for (; rest > 127; rest >>= 7) bytes[at++] = (rest & 127) | 128;
  bytes[at++] = rest;
  return at;
}
