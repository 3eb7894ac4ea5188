// Decodes the server's first packet (protocol, "Handshake V10"), and rewrites it for the driver. It trusts no field, since
// the packet comes in plain text.
import { Buffer } from 'node:buffer';
import { decodeError, ERR } from './decode.ts';
import type { ErrPacket } from './messages.ts';
import { malformed, PacketReader } from './packet-reader.ts';

const HEADER_BYTES = 4;
/** Far more than the size of a greeting, or of an error in its place. */
export const MAX_GREETING_BYTES = 4096;
const PROTOCOL_VERSION = 10;
const SCRAMBLE_HEAD_BYTES = 8;
const RESERVED_BYTES = 10;
/** The fields before the capabilities: version, id, first part of the scramble, NUL. */
const CAPABILITIES_BEHIND_VERSION = 4 + SCRAMBLE_HEAD_BYTES + 1;

const CLIENT_SSL = 0x0800;
const CLIENT_PROTOCOL_41 = 0x0200;
const CLIENT_SECURE_CONNECTION = 0x8000;
const CLIENT_PLUGIN_AUTH = 0x0008_0000;
/** CLIENT_MULTI_FACTOR_AUTHENTICATION: this client has one password. */
const MULTI_FACTOR = 0x1000_0000;

/** CLIENT_MYSQL: a server without it has MariaDB's capabilities in the last four reserved bytes. */
const CLIENT_MYSQL = 0x01;
const MARIADB_EXTENDED_METADATA = 0x08;
/** MARIADB_CLIENT_CACHE_METADATA (from 10.6 on). */
export const MARIADB_CACHE_METADATA = 0x10;
/** The driver sends MariaDB's capabilities where the server offers the first of these. */
const KNOWN_COLUMNS: number = MARIADB_EXTENDED_METADATA | MARIADB_CACHE_METADATA;

/** MariaDB's prefix of its version, which lets old replicas of MySQL accept it. */
const REPLICATION_PREFIX = /^5\.5\.5-(?=.*mariadb)/i;

/** A decoded greeting. */
export interface Greeting {
  readonly version: string;
  readonly isMariaDb: boolean;
  readonly connectionId: number;
  readonly offersTls: boolean;
  /** The server's default authentication method. */
  readonly authMethod: string;
  /** Whether a MariaDB server can leave out column definitions that the client knows. */
  readonly knowsColumns: boolean;
  /** The packet for the driver, without the capabilities that this client does not use. */
  readonly packet: Buffer;
}

/** An error instead of a greeting. */
export type Refusal = { readonly refused: ErrPacket };

/**
 * The length of the first packet, header included; `undefined` while less than a header has come.
 * @throws FairleadError `protocol` for bytes that no MySQL server begins with.
 */
export function greetingLength(bytes: Uint8Array): number | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const length = HEADER_BYTES + Buffer.from(bytes.subarray(0, 3)).readUIntLE(0, 3);
  if (length > MAX_GREETING_BYTES || length === HEADER_BYTES || bytes[3] !== 0) {
    throw malformed('its first bytes are no greeting; it may not be MySQL');
  }
  return length;
}

/**
 * Reads the whole first packet.
 * @throws FairleadError `protocol` for what is neither a greeting of protocol 10 nor an error.
 */
export function decodeGreeting(bytes: Uint8Array): Greeting | Refusal {
  const packet = Buffer.from(bytes);
  const reader = new PacketReader().reset(packet, HEADER_BYTES, packet.length);
  if (reader.peek() === ERR) return { refused: decodeError(reader) };
  if (reader.uint8() !== PROTOCOL_VERSION) throw malformed('it greets in another protocol than 10');
  const version = untilNul(reader);
  const capabilitiesAt = reader.at + CAPABILITIES_BEHIND_VERSION;
  const connectionId = reader.uint32();
  reader.take(SCRAMBLE_HEAD_BYTES + 1);
  const low = reader.uint16();
  // Collation and status.
  reader.take(3);
  const capabilities = (low | (reader.uint16() << 16)) >>> 0;
  const wanted = CLIENT_PROTOCOL_41 | CLIENT_SECURE_CONNECTION | CLIENT_PLUGIN_AUTH;
  if ((capabilities & wanted) >>> 0 !== wanted) throw malformed('it is of a server older than MySQL 5.5');
  const scrambleBytes = reader.uint8();
  reader.take(RESERVED_BYTES - 4);
  const mariaDb = reader.uint32();
  reader.take(Math.max(13, scrambleBytes - SCRAMBLE_HEAD_BYTES));
  const authMethod = untilNul(reader);
  mask(packet, capabilitiesAt, capabilities);
  return {
    version: version.replace(REPLICATION_PREFIX, ''),
    isMariaDb: /mariadb/i.test(version),
    connectionId,
    offersTls: (capabilities & CLIENT_SSL) !== 0,
    authMethod,
    knowsColumns: (capabilities & CLIENT_MYSQL) === 0 && (mariaDb & KNOWN_COLUMNS) === KNOWN_COLUMNS,
    packet,
  };
}

/** The upper half of the capabilities follows collation and status. */
function mask(packet: Buffer, at: number, capabilities: number): void {
  packet.writeUInt16LE(((capabilities & ~MULTI_FACTOR) >>> 16) & 0xffff, at + 2 + 3);
}

/** The greeting's packet for a client of a pool, and where it has the connection's id. */
export interface PlayedGreeting {
  readonly handshake: Uint8Array;
  readonly idAt: number;
}

/**
 * The greeting with which a pool greets its own clients: it offers TLS, and a method that any answer will do for.
 * @param packet A decoded greeting's.
 */
export function playedGreeting(packet: Buffer): PlayedGreeting {
  const idAt = packet.indexOf(0, HEADER_BYTES) + 1;
  const capabilitiesAt = idAt + CAPABILITIES_BEHIND_VERSION;
  const scrambleBytes = packet[capabilitiesAt + 7] ?? 0;
  const methodAt = capabilitiesAt + 8 + RESERVED_BYTES + Math.max(13, scrambleBytes - SCRAMBLE_HEAD_BYTES);
  const handshake = Buffer.concat([packet.subarray(0, methodAt), Buffer.from('mysql_native_password\0')]);
  handshake.writeUIntLE(handshake.length - HEADER_BYTES, 0, 3);
  handshake.writeUInt16LE(handshake.readUInt16LE(capabilitiesAt) | CLIENT_SSL, capabilitiesAt);
  // A pool reads the replies, and does not know which columns a statement has told.
  const mariaDbAt = capabilitiesAt + 8 + RESERVED_BYTES - 4;
  handshake[mariaDbAt] = (handshake[mariaDbAt] ?? 0) & ~MARIADB_CACHE_METADATA;
  return { handshake: Uint8Array.from(handshake), idAt };
}

/**
 * What the fields of a greeting say that a client goes by, without version, id and scramble: capabilities, collation, status, and
 * what MariaDB keeps in the reserved bytes.
 * @param packet A decoded greeting's.
 */
export function greetingTerms(packet: Buffer): string {
  const capabilitiesAt = packet.indexOf(0, HEADER_BYTES) + 1 + CAPABILITIES_BEHIND_VERSION;
  return packet.toString('hex', capabilitiesAt, capabilitiesAt + 8 + RESERVED_BYTES);
}

/** Text up to a NUL, or to the end: some servers leave out the last NUL. */
function untilNul(reader: PacketReader): string {
  const nul = reader.bytes.indexOf(0, reader.at);
  const end = nul === -1 || nul >= reader.end ? reader.end : nul;
  const text = reader.bytes.toString('utf8', reader.at, end);
  reader.at = Math.min(end + 1, reader.end);
  return text;
}
