// Reads a packet's properties (section 2.2.2). It refuses what is unknown, given twice or out of place.
import { Reader } from '@fairlead/bytes';
import { MALFORMED, PROTOCOL_ERROR, protocolError, TOPIC_ALIAS_INVALID } from '../../errors.ts';
import type { Properties } from '../packets.ts';
import { type Kind, PROPERTIES } from '../properties.ts';

/** What must not be 0. */
const NOT_ZERO: readonly (keyof Properties)[] = [
  'receiveMaximum',
  'maximumPacketSize',
  'subscriptionIdentifier',
];

/** None. */
export const NO_PROPERTIES: Properties = Object.freeze({});

/**
 * Reads the properties' length and the properties.
 * @throws FairleadError `protocol`.
 */
export function readProperties(frame: Reader, type: number): Properties {
  const length = readVarint(frame);
  if (length === 0) return NO_PROPERTIES;
  const reader = new Reader(frame.bytes(length));
  const properties: Record<string, unknown> = {};
  while (reader.left > 0) {
    const id = readVarint(reader);
    const entry = PROPERTIES[id];
    if (!entry?.[2].includes(type)) {
      throw protocolError(entry ? PROTOCOL_ERROR : MALFORMED, `property ${id} in a packet of type ${type}`);
    }
    const [name, kind] = entry;
    const value = readValue(reader, kind);
    if (value === 0 && NOT_ZERO.includes(name)) throw protocolError(PROTOCOL_ERROR, `${name} is 0`);
    if (value === 0 && name === 'topicAlias') throw protocolError(TOPIC_ALIAS_INVALID, 'topic alias 0');
    const before = properties[name];
    if (kind === 'pair' || kind === 'varint') {
      if (Array.isArray(before)) before.push(value);
      else properties[name] = [value];
    } else if (before === undefined) properties[name] = value;
    else throw protocolError(PROTOCOL_ERROR, `${name} stands twice`);
  }
  return properties;
}

function readValue(reader: Reader, kind: Kind): unknown {
  switch (kind) {
    case 'varint':
      return readVarint(reader);
    case 'text':
      return readText(reader);
    case 'bytes':
      // What arrived is overwritten by the next read.
      return reader.bytes(reader.u16()).slice();
    case 'pair':
      return [readText(reader), readText(reader)];
    default: {
      const value = reader[kind]();
      if (kind === 'u8' && value > 1) throw protocolError(PROTOCOL_ERROR, 'a property of 0 or 1 is neither');
      return value;
    }
  }
}

/** A UTF-8 string (section 1.5.4). */
function readText(reader: Reader): string {
  const text = reader.utf8(reader.u16());
  if (text.includes('\0')) throw protocolError(MALFORMED, 'a NUL in a text');
  return text;
}

/** A variable byte integer (section 1.5.5). */
function readVarint(reader: Reader): number {
  let value = 0;
  for (let shift = 0; shift < 28; shift += 7) {
    const byte = reader.u8();
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) {
      if (byte === 0 && shift > 0) break;
      return value;
    }
  }
  throw protocolError(MALFORMED, 'a variable byte integer is too long');
}
