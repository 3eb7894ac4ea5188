// Packets to bytes. PUBLISH and acknowledgements are written straight into the outgoing bytes; the rest mqtt-packet spells.
import { Buffer } from 'node:buffer';
import { Writer } from '@fairlead/bytes';
import { type GeneratedPacket, generate } from '#mqtt-packet';
import type { MessageProperties, UserProperties } from './api.ts';
import { limit, usage } from './errors.ts';
import type { Publication, Version } from './messages.ts';
import { PUBREL } from './packet-types.ts';
import { assertText, assertTopic, MAX_TEXT_BYTES } from './topic.ts';

/** Up to this many units a loop beats the call into the encoder. */
const SHORT = 48;
/** The largest remaining length (section 2.1.4). */
const MAX_REMAINING_BYTES = 268_435_455;

const NO_BYTES = new Uint8Array(0);
const encoder = new TextEncoder();

/** What the broker takes. */
export interface EncodingLimits {
  readonly version: Version;
  readonly maximumPacketBytes: number | undefined;
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
    throw usage('A payload is text or a Uint8Array');
  }
  if (isPlain(payload, false)) return payload;
  if (!payload.isWellFormed()) throw usage('A payload of text is well-formed');
  return encoder.encode(payload);
}

/**
 * Appends a PUBLISH.
 * @param identifier 0 with QoS 0, or where it is not known yet: see `setIdentifier`.
 * @param alias A topic alias, 0 for none. `isKnown`: the broker has it, and the topic is left out.
 * @throws FairleadError `usage` (topic, payload, properties) or `limit`; nothing is written then.
 */
export function encodePublish(
  writer: Writer,
  publication: Publication,
  identifier: number,
  { version, maximumPacketBytes }: EncodingLimits,
  alias = 0,
  isKnown = false,
): void {
  const { qos, retain } = publication;
  const topic = isKnown ? '' : topicBytes(publication.topic);
  const payload = payloadBytes(publication.payload);
  const properties =
    publication.properties === undefined ? NO_BYTES : encodeProperties(publication.properties, version);
  const propertiesLength = properties.length + (alias > 0 ? 3 : 0);
  const length =
    2 +
    topic.length +
    (qos > 0 ? 2 : 0) +
    (version === 5 ? varintBytes(propertiesLength) + propertiesLength : 0) +
    payload.length;
  const total = 1 + varintBytes(length) + length;
  if (length > MAX_REMAINING_BYTES || total > (maximumPacketBytes ?? total)) {
    throw limit(`A packet of ${total} bytes is larger than the broker takes`);
  }
  writer.ensure(total);
  const { bytes } = writer;
  let { at } = writer;
  bytes[at++] = 0x30 | (qos << 1) | (retain ? 1 : 0);
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

/**
 * Appends a packet that mqtt-packet spells. Texts and bytes in it must have been checked (`assertText`).
 * @throws FairleadError `usage` for what it cannot spell, `limit` for what is larger than the broker takes.
 */
export function encodeControl(
  writer: Writer,
  packet: GeneratedPacket,
  { version, maximumPacketBytes }: EncodingLimits,
): void {
  let bytes: Uint8Array;
  try {
    bytes = generate(packet, { protocolVersion: version });
  } catch {
    // Its errors may show what they refuse, a password too: the message is ours.
    throw usage(`The ${packet.cmd} packet has a value that MQTT cannot carry`);
  }
  if (bytes.length > (maximumPacketBytes ?? bytes.length)) {
    throw limit(`A packet of ${bytes.length} bytes is larger than the broker takes`);
  }
  writer.raw(bytes);
}

/** Bytes as mqtt-packet wants them. */
export function asBuffer(bytes: Uint8Array | undefined): Buffer | undefined {
  if (bytes === undefined) return undefined;
  if (bytes.length > MAX_TEXT_BYTES) throw usage(`Binary data has at most ${MAX_TEXT_BYTES} bytes`);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** User properties as mqtt-packet wants them, so that it keeps their order. */
export function pairs(properties: UserProperties | undefined): Record<string, string>[] | undefined {
  return properties?.map(([name, value]) => {
    assertText(name, 'A user property');
    assertText(value, 'A user property');
    return { [name]: value };
  });
}

/** The properties of a message, without their length. @throws FairleadError `usage`. */
export function encodeProperties(properties: MessageProperties, version: Version): Uint8Array {
  const { payloadIsText, messageExpirySeconds, contentType, responseTopic, correlationData } = properties;
  const writer = new Writer(MAX_REMAINING_BYTES, 256);
  if (payloadIsText !== undefined) {
    writer.u8(1);
    writer.u8(payloadIsText ? 1 : 0);
  }
  if (messageExpirySeconds !== undefined) {
    writer.u8(2);
    writer.u32(wholeNumber(messageExpirySeconds, 0xffff_ffff, 'messageExpirySeconds'));
  }
  if (contentType !== undefined) writeText(writer, 3, contentType);
  if (responseTopic !== undefined) {
    assertTopic(responseTopic);
    writeText(writer, 8, responseTopic);
  }
  if (correlationData !== undefined) {
    writer.u8(9);
    writer.u16(wholeNumber(correlationData.length, MAX_TEXT_BYTES, 'correlationData'));
    writer.raw(correlationData);
  }
  for (const [name, value] of properties.userProperties ?? []) {
    writeText(writer, 38, name);
    writeText(writer, undefined, value);
  }
  if (version === 4 && writer.length > 0) throw usage('MQTT 3.1.1 has no properties');
  return writer.take();
}

function writeText(writer: Writer, id: number | undefined, text: string): void {
  assertText(text, 'A property');
  if (id !== undefined) writer.u8(id);
  const bytes = encoder.encode(text);
  writer.u16(bytes.length);
  writer.raw(bytes);
}

/** @throws FairleadError `usage` for what is not a whole number from 0 to `max`. */
export function wholeNumber(value: number, max: number, name: string): number {
  if (!Number.isInteger(value) || value < 0 || value > max) {
    throw usage(`${name} is a whole number from 0 to ${max}`);
  }
  return value;
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
