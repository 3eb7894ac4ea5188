// Bytes to packets, from any chunks. It makes no object of a packet: the latest one lies in its fields.
import { decodeUtf8, Reader, ReceiveBuffer } from '@fairlead/bytes';
import { isFairleadError } from '@fairlead/errors';
import {
  MALFORMED,
  PROTOCOL_ERROR,
  packetTooLarge,
  protocolError,
  reasonFor,
  TOPIC_ALIAS_INVALID,
} from '../../errors.ts';
import { CONNACK, DISCONNECT, PINGRESP, PUBLISH, PUBREL, SUBACK, UNSUBACK } from '../packet-types.ts';
import type { Properties, Version } from '../packets.ts';
import { fromReturnCode, isReasonCode } from '../reason-codes.ts';
import { hasWildcard } from '../topic.ts';
import { NO_PROPERTIES, readProperties } from './properties.ts';

/** Room for the chunk that the end of one packet came with. */
const CHUNK_BYTES = 1 << 17;
/** The fixed header at its longest. */
const HEADER_BYTES = 5;
/** Property 11, subscription identifier. */
const SUBSCRIPTION_IDENTIFIER = 11;

const NO_IDENTIFIERS: readonly number[] = Object.freeze([]);

/** Limits that the broker was told in CONNECT. */
export interface DecoderOptions {
  readonly version: Version;
  readonly maxPacketBytes: number;
  readonly topicAliasMaximum: number;
}

/** Decodes what a broker sends on one connection; what only a client may send is refused. */
export class Decoder {
  /** PUBLISH. */
  qos = 0;
  retain = false;
  duplicate = false;
  topic = '';
  /** Valid until the next chunk. */
  payload: Uint8Array = new Uint8Array(0);
  subscriptionIdentifiers: readonly number[] = NO_IDENTIFIERS;
  /** PUBLISH with a QoS, and every acknowledgement. */
  packetIdentifier = 0;
  /** CONNACK, acknowledgements, DISCONNECT, AUTH. */
  reasonCode = 0;
  sessionPresent = false;
  /** SUBACK and UNSUBACK: one for each filter. */
  reasonCodes: readonly number[] = [];
  properties: Properties = NO_PROPERTIES;
  /** How many bytes are surely missing of the packet that has begun. */
  wanted = 1;
  readonly #options: DecoderOptions;
  readonly #input: ReceiveBuffer;
  readonly #aliases: string[] = [];
  /** The latest topic as it came: mostly the next one is the same. */
  #topicBytes = new Uint8Array(0);
  #topicText = '';

  constructor(options: DecoderOptions) {
    this.#options = options;
    this.#input = new ReceiveBuffer(options.maxPacketBytes + HEADER_BYTES + CHUNK_BYTES);
  }

  /** Takes a chunk; it must stay unchanged until `keep`. */
  push(chunk: Uint8Array): void {
    this.#input.push(chunk);
  }

  /** Copies what is not decoded yet. */
  keep(): void {
    this.#input.keep();
  }

  /**
   * Decodes one packet into the fields.
   * @returns Its type, or 0 where more bytes are needed.
   * @throws FairleadError `protocol`, or `limit` for a packet over `maxPacketBytes`.
   */
  next(): number {
    const input = this.#input;
    const { bytes, start, end } = input;
    if (start === end) return this.#incomplete(1);
    const first = bytes[start] ?? 0;
    const type = first >> 4;
    if (type !== PUBLISH) this.#checkFirst(first);
    let at = start + 1;
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      if (at === end) return this.#incomplete(1);
      const byte = bytes[at++] ?? 0;
      length |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        if (byte === 0 && shift > 0) throw protocolError(MALFORMED, 'a remaining length is too long');
        break;
      }
      if (shift === 21) throw protocolError(MALFORMED, 'a remaining length of more than 4 bytes');
    }
    const next = at + length;
    const { maxPacketBytes } = this.#options;
    if (next - start > maxPacketBytes) throw packetTooLarge(next - start, maxPacketBytes);
    if (next > end) {
      input.reserve(next - start);
      return this.#incomplete(next - end);
    }
    // Before it is decoded: what is malformed ends the connection anyway.
    input.start = next;
    if (type === PUBLISH) this.#publish(first, bytes, at, next);
    else if (length === 2 && type <= 7 && type > PUBLISH) this.#acknowledgement(bytes, at);
    else this.#other(type, bytes.subarray(at, next));
    return type;
  }

  #incomplete(wanted: number): 0 {
    this.wanted = wanted;
    return 0;
  }

  /** Types that a server does not send, and flags that are not what they must be (section 2.1.3). */
  #checkFirst(first: number): void {
    const type = first >> 4;
    const fromServer =
      (type >= CONNACK && type <= SUBACK && type !== 8) ||
      type === UNSUBACK ||
      type === PINGRESP ||
      (type >= DISCONNECT && this.#options.version === 5);
    if (!fromServer) {
      throw protocolError(PROTOCOL_ERROR, `a packet of type ${type} from the broker; is it MQTT at all?`);
    }
    if ((first & 15) !== (type === PUBREL ? 2 : 0)) {
      throw protocolError(MALFORMED, `flags ${first & 15} in a packet of type ${type}; is it MQTT at all?`);
    }
  }

  #publish(first: number, bytes: Uint8Array, start: number, end: number): void {
    this.qos = (first >> 1) & 3;
    this.retain = (first & 1) === 1;
    this.duplicate = (first & 8) === 8;
    if (this.qos === 3 || (this.qos === 0 && this.duplicate)) {
      throw protocolError(MALFORMED, 'a PUBLISH with flags that exclude each other');
    }
    let at = start + 2;
    const length = ((bytes[start] ?? 0) << 8) | (bytes[start + 1] ?? 0);
    if (at + length + (this.qos > 0 ? 2 : 0) > end) throw tooShort(PUBLISH);
    this.topic = length > 0 ? this.#topic(bytes, at, at + length) : '';
    at += length;
    if (this.qos > 0) {
      this.#identifier(bytes, at);
      at += 2;
    }
    this.properties = NO_PROPERTIES;
    this.subscriptionIdentifiers = NO_IDENTIFIERS;
    if (this.#options.version === 5) at = this.#publishProperties(bytes, at, end);
    if (this.topic === '') throw protocolError(PROTOCOL_ERROR, 'a PUBLISH without a topic');
    this.payload = bytes.subarray(at, end);
  }

  /** @returns Where the payload begins. */
  #publishProperties(bytes: Uint8Array, at: number, end: number): number {
    if (at === end) throw tooShort(PUBLISH);
    if (bytes[at] === 0) return at + 1;
    const identifier = bytes[at + 2] ?? 0;
    if (
      bytes[at] === 2 &&
      at + 3 <= end &&
      bytes[at + 1] === SUBSCRIPTION_IDENTIFIER &&
      identifier > 0 &&
      identifier < 128
    ) {
      // What comes with most messages.
      this.subscriptionIdentifiers = [identifier];
      return at + 3;
    }
    const reader = new Reader(bytes.subarray(at, end));
    this.properties = reading(PUBLISH, reader, readProperties);
    const { topicAlias, subscriptionIdentifier, responseTopic } = this.properties;
    this.subscriptionIdentifiers = subscriptionIdentifier ?? NO_IDENTIFIERS;
    if (responseTopic !== undefined && (responseTopic === '' || hasWildcard(responseTopic))) {
      throw protocolError(PROTOCOL_ERROR, 'a response topic that is empty or has a wildcard');
    }
    if (topicAlias !== undefined) this.#alias(topicAlias);
    return end - reader.left;
  }

  /** Section 3.3.2.3.4. */
  #alias(alias: number): void {
    const known = this.#aliases[alias];
    if (alias > this.#options.topicAliasMaximum || (this.topic === '' && known === undefined)) {
      throw protocolError(TOPIC_ALIAS_INVALID, `topic alias ${alias} is not known or above the maximum`);
    }
    if (this.topic === '') this.topic = known ?? '';
    else this.#aliases[alias] = this.topic;
  }

  #topic(bytes: Uint8Array, start: number, end: number): string {
    const latest = this.#topicBytes;
    const { length } = latest;
    if (end - start === length) {
      let at = 0;
      while (at < length && latest[at] === bytes[start + at]) at++;
      if (at === length) return this.#topicText;
    }
    const topic = decodeUtf8(bytes, start, end);
    if (topic === undefined || topic.includes('\0') || hasWildcard(topic)) {
      throw protocolError(MALFORMED, 'a topic that is not UTF-8, or has a wildcard or a NUL');
    }
    this.#topicBytes = bytes.slice(start, end);
    this.#topicText = topic;
    return topic;
  }

  #identifier(bytes: Uint8Array, at: number): void {
    this.packetIdentifier = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    if (this.packetIdentifier === 0) throw protocolError(PROTOCOL_ERROR, 'packet identifier 0');
  }

  /** PUBACK, PUBREC, PUBREL or PUBCOMP in its short form. */
  #acknowledgement(bytes: Uint8Array, at: number): void {
    this.#identifier(bytes, at);
    this.reasonCode = 0;
    this.properties = NO_PROPERTIES;
  }

  #other(type: number, body: Uint8Array): void {
    const { version } = this.#options;
    this.properties = NO_PROPERTIES;
    this.reasonCode = 0;
    const reader = new Reader(body);
    reading(type, reader, () => {
      if (type === CONNACK) this.#connack(reader);
      else if (type === SUBACK || type === UNSUBACK) this.#granted(type, reader);
      else if (type < PINGRESP) {
        this.#identifier(reader.bytes(2), 0);
        if (version === 5) this.#reason(type, reader);
      } else if (type !== PINGRESP) this.#reason(type, reader);
    });
    if (reader.left > 0) throw protocolError(MALFORMED, `a packet of type ${type} is too long`);
  }

  /** A reason code and properties, both of which may be left out (section 3.4.2.1). */
  #reason(type: number, reader: Reader): void {
    if (reader.left > 0) this.reasonCode = reader.u8();
    if (reader.left > 0) this.properties = readProperties(reader, type);
    checkReason(type, this.reasonCode);
  }

  #connack(reader: Reader): void {
    const flags = reader.u8();
    if (flags > 1) throw protocolError(MALFORMED, 'reserved flags in CONNACK');
    this.sessionPresent = flags === 1;
    const code = reader.u8();
    const isNew = this.#options.version === 5;
    // A broker that does not speak MQTT 5 refuses it in the words of 3.1.1.
    const known = isNew && !(code === 1 && reader.left === 0) ? code : fromReturnCode(code);
    if (known === undefined) throw protocolError(MALFORMED, `return code ${code} in CONNACK`);
    this.reasonCode = known;
    if (isNew && reader.left > 0) this.properties = readProperties(reader, CONNACK);
    checkReason(CONNACK, known);
    if (known > 0 && this.sessionPresent) throw protocolError(PROTOCOL_ERROR, 'a refusal with a session');
  }

  #granted(type: number, reader: Reader): void {
    this.#identifier(reader.bytes(2), 0);
    this.reasonCodes = [];
    if (this.#options.version === 5) this.properties = readProperties(reader, type);
    else if (type === UNSUBACK) return;
    // Its buffer is overwritten by the next read.
    this.reasonCodes = [...reader.bytes()];
    for (const code of this.reasonCodes) checkReason(type, code);
  }
}

function checkReason(type: number, code: number): void {
  if (!isReasonCode(type, code)) {
    throw protocolError(PROTOCOL_ERROR, `reason code ${code} in a packet of type ${type}`);
  }
}

function tooShort(type: number): Error {
  return protocolError(MALFORMED, `a packet of type ${type} is too short, or has text that is not UTF-8`);
}

/** Runs a decoder of one packet's rest. An error of `Reader` becomes that of a malformed packet. */
function reading<T>(type: number, reader: Reader, read: (reader: Reader, type: number) => T): T {
  try {
    return read(reader, type);
  } catch (cause) {
    if (isFairleadError(cause) && reasonFor(cause) !== undefined) throw cause;
    throw tooShort(type);
  }
}
