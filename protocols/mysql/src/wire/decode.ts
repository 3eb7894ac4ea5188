// Decodes packets of the command phase (protocol, "Generic Response Packets", "Column Definition"). It keeps no state.

import type { ColumnDefinition } from './column-types.ts';
import type { ErrPacket, OkPacket, PreparedStatement } from './messages.ts';
import type { PacketReader } from './packet-reader.ts';
import { malformed } from './packet-reader.ts';

/** OK: a result without rows. This and the next ones are first bytes of packets, which tell their kind. */
export const OK = 0x00;
/** LOCAL INFILE: the server asks for the content of a file. */
export const LOCAL_FILE = 0xfb;
/** EOF: the end of columns or rows. */
export const EOF = 0xfe;
/** ERR: an error, which ends the reply. */
export const ERR = 0xff;

/** An EOF packet is shorter than a row that begins with the same byte can be. */
const MAX_EOF_BYTES = 8;
const SQL_STATE_MARKER = 0x23;
const SQL_STATE_LENGTH = 5;
const FIXED_COLUMN_BYTES = 12;
/** SERVER_SESSION_STATE_CHANGED: the changes follow `info`. Set only for clients with CLIENT_SESSION_TRACK. */
const SESSION_STATE_CHANGED = 0x4000;
/** SESSION_TRACK_SYSTEM_VARIABLES. */
const SYSTEM_VARIABLES = 0;

/** Whether the packet is an EOF packet, which ends columns or rows. */
export function isEof(reader: PacketReader): boolean {
  return reader.peek() === EOF && reader.left <= MAX_EOF_BYTES;
}

/** Decodes an OK packet, first byte included. */
export function decodeOk(reader: PacketReader): OkPacket {
  reader.take(1);
  const affectedRows = reader.integer();
  const lastInsertId = reader.integer();
  const status = reader.uint16();
  const warningCount = reader.uint16();
  if (status & SESSION_STATE_CHANGED && reader.left > 0) {
    const info = reader.text();
    const variables = reader.left > 0 ? decodeVariables(reader) : undefined;
    return { affectedRows, lastInsertId, status, warningCount, info, variables };
  }
  // The specification has a length-encoded text here; servers send the rest of the packet, and no length where it is empty.
  return { affectedRows, lastInsertId, status, warningCount, info: decodeInfo(reader) };
}

/** The variables among the changes of the session, each of which is a kind and its bytes. MariaDB puts several variables into one change. */
function decodeVariables(reader: PacketReader): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  const end = endOf(reader);
  while (reader.at < end) {
    const kind = reader.uint8();
    const changeEnd = endOf(reader);
    if (kind !== SYSTEM_VARIABLES) reader.at = changeEnd;
    while (reader.at < changeEnd) variables.set(reader.text(), reader.text());
    if (reader.at !== changeEnd) throw malformed('a change of the session leads past its end');
  }
  if (reader.at !== end) throw malformed('the changes of the session lead past their end');
  return variables;
}

/** Reads a length. @returns The position at which the counted bytes end. */
function endOf(reader: PacketReader): number {
  const length = reader.length();
  if (length < 0) throw malformed('a change of the session is NULL');
  const start = reader.take(length);
  const end = reader.at;
  reader.at = start;
  return end;
}

/** The rest of an OK packet: a text, with or without its length before it. */
function decodeInfo(reader: PacketReader): string {
  if (reader.left === 0) return '';
  const start = reader.at;
  const length = reader.length();
  if (length === reader.left) return reader.rest();
  reader.at = start;
  return reader.rest();
}

/** Decodes an EOF packet, first byte included. */
export function decodeEof(reader: PacketReader): OkPacket {
  reader.take(1);
  const warningCount = reader.uint16();
  return { affectedRows: 0n, lastInsertId: 0n, status: reader.uint16(), warningCount, info: '' };
}

/** Decodes an ERR packet, first byte included. */
export function decodeError(reader: PacketReader): ErrPacket {
  reader.take(1);
  const errno = reader.uint16();
  let sqlState = 'HY000';
  if (reader.peek() === SQL_STATE_MARKER) {
    reader.take(1);
    const start = reader.take(SQL_STATE_LENGTH);
    sqlState = reader.bytes.toString('latin1', start, reader.at);
  }
  return { errno, sqlState, message: reader.rest() };
}

/**
 * Decodes a column definition.
 * @param extended Whether it contains MariaDB's extended metadata.
 */
export function decodeColumn(reader: PacketReader, extended: boolean): ColumnDefinition {
  reader.text();
  const schema = reader.text();
  const table = reader.text();
  reader.text();
  const name = reader.text();
  reader.text();
  const format = extended ? decodeFormat(reader) : '';
  if (reader.length() < FIXED_COLUMN_BYTES) throw malformed('a column definition is too short');
  const collation = reader.uint16();
  const lengthBytes = reader.uint32();
  const type = reader.uint8();
  const flags = reader.uint16();
  return { name, table, schema, type, collation, lengthBytes, flags, decimals: reader.uint8(), format };
}

/** Pairs of a kind (0: type, 1: format) and a text, within one length. */
function decodeFormat(reader: PacketReader): string {
  const length = reader.length();
  if (length < 0) throw malformed('extended metadata are NULL');
  const end = reader.take(length) + length;
  reader.at = end - length;
  let format = '';
  while (reader.at < end) {
    reader.take(1);
    format = reader.text();
  }
  if (reader.at !== end) throw malformed('extended metadata lead past their end');
  return format;
}

/** Decodes a COM_STMT_PREPARE_OK packet, first byte included. */
export function decodePrepared(reader: PacketReader): PreparedStatement & { readonly columnCount: number } {
  if (reader.uint8() !== OK) throw malformed('it is no answer to a statement that was to be prepared');
  const id = reader.uint32();
  const columnCount = reader.uint16();
  return { id, columnCount, parameterCount: reader.uint16() };
}
