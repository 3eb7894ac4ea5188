// Encodes properties and the scalars of packets. It refuses values that MQTT cannot carry.

import { Writer } from '@fairlead/bytes';
import { usage } from '@fairlead/errors';
import type { MessageProperties } from '../../types/messages.ts';
import type { Properties } from '../packets.ts';
import { PROPERTIES } from '../properties.ts';
import { assertText, assertTopic, MAX_TEXT_BYTES } from '../topic.ts';

const MAX_BYTES = 2 ** 29;
const MAX_U32 = 0xffff_ffff;

/** The table in the order of identifiers. */
const TABLE = /* @__PURE__ */ Object.entries(PROPERTIES).map(([id, [name, kind]]) => ({
  id: Number(id),
  name,
  kind,
}));

/** Shared by all encoders. */
export const encoder: TextEncoder = new TextEncoder();

/** Packets are put together here before their length is known. */
export function scratch(): Writer {
  return new Writer(MAX_BYTES, 256);
}

/** The properties without their length. @throws FairleadError `usage`. */
export function encodeProperties(properties: Properties): Uint8Array {
  const writer = scratch();
  for (const { id, name, kind } of TABLE) {
    const value = properties[name];
    if (value === undefined) continue;
    for (const each of Array.isArray(value) ? value : [value]) {
      writer.u8(id);
      if (kind === 'text') writeText(writer, each);
      else if (kind === 'bytes') writeBytes(writer, each);
      else if (kind === 'pair') for (const text of each) writeText(writer, text);
      else if (kind === 'varint') writeLength(writer, each);
      else writer[kind](wholeNumber(each, MAX_U32, name));
    }
  }
  return writer.take();
}

/** Appends properties with their length. */
export function writeProperties(writer: Writer, properties: Properties): void {
  const bytes = encodeProperties(properties);
  writeLength(writer, bytes.length);
  writer.raw(bytes);
}

/** A message's properties in the words of the specification. @throws FairleadError `usage`. */
export function fromMessage(properties: MessageProperties): Properties {
  const { payloadIsText, messageExpirySeconds, contentType, responseTopic } = properties;
  if (responseTopic !== undefined) assertTopic(responseTopic);
  return {
    payloadFormatIndicator: payloadIsText === undefined ? undefined : payloadIsText ? 1 : 0,
    messageExpiryInterval: messageExpirySeconds,
    contentType,
    responseTopic,
    correlationData: properties.correlationData,
    userProperties: properties.userProperties,
  };
}

/** A variable byte integer (section 1.5.5). */
export function writeLength(writer: Writer, value: number): void {
  let rest = value;
  for (; rest > 127; rest >>= 7) writer.u8((rest & 127) | 128);
  writer.u8(rest);
}

/** A UTF-8 string (section 1.5.4). */
export function writeText(writer: Writer, text: string): void {
  assertText(text, 'Text');
  writeBytes(writer, encoder.encode(text));
}

/** Binary data (section 1.5.6). */
export function writeBytes(writer: Writer, bytes: Uint8Array): void {
  writer.u16(wholeNumber(bytes.length, MAX_TEXT_BYTES, 'The length of binary data'));
  writer.raw(bytes);
}

/** @throws FairleadError `usage` for a value that is not a whole number from `min` (0) to `max`. */
export function wholeNumber(value: unknown, max: number, name: string, min = 0): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
  throw usage(`${name} must be a whole number from ${min} to ${max}`);
}
