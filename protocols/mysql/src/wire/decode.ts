// Packets of the command phase to messages (protocol, "Generic Response Packets", "Column Definition"). It keeps no state.

import type { ColumnDefinition } from './column-types.ts';
import type { ErrorWords, OkWords, PreparedWords } from './messages.ts';
import type { PacketReader } from './packet-reader.ts';
import { malformed } from './packet-reader.ts';

/** First bytes by which packets are told apart. */
export const OK = 0x00;
export const LOCAL_FILE = 0xfb;
export const EOF = 0xfe;
export const ERR = 0xff;

/** An EOF packet is shorter than a row that begins with the same byte can be. */
const MAX_EOF_BYTES = 8;
const SQL_STATE_MARKER = 0x23;
const SQL_STATE_LENGTH = 5;
const FIXED_COLUMN_BYTES = 12;
/** SERVER_SESSION_STATE_CHANGED: what changed stands behind the remark. Set only for clients with CLIENT_SESSION_TRACK. */
const SESSION_STATE_CHANGED = 0x4000;
/** SESSION_TRACK_SYSTEM_VARIABLES. */
const SYSTEM_VARIABLES = 0;

/** Whether the packet ends columns or rows. */
export function isEof(reader: PacketReader): boolean {
  return reader.peek() === EOF && reader.left <= MAX_EOF_BYTES;
}

/** An OK packet, its first byte included. */
export function decodeOk(reader: PacketReader): OkWords {
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
  // The specification says a length-encoded text, servers send the rest of the packet, both without a length of 0.
  return { affectedRows, lastInsertId, status, warningCount, info: decodeInfo(reader) };
}

/** Changes of the session, each a kind and its bytes: the variables among them. MariaDB puts several pairs into one change. */
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

/** Reads a length, and answers where what it counts ends. */
function endOf(reader: PacketReader): number {
  const length = reader.length();
  if (length < 0) throw malformed('a change of the session is NULL');
  const start = reader.take(length);
  const end = reader.at;
  reader.at = start;
  return end;
}

/** Servers put a length before it, but not those that have none to put. */
function decodeInfo(reader: PacketReader): string {
  if (reader.left === 0) return '';
  const start = reader.at;
  const length = reader.length();
  if (length === reader.left) return reader.rest();
  reader.at = start;
  return reader.rest();
}

/** An EOF packet, its first byte included. */
export function decodeEof(reader: PacketReader): OkWords {
  reader.take(1);
  const warningCount = reader.uint16();
  return { affectedRows: 0n, lastInsertId: 0n, status: reader.uint16(), warningCount, info: '' };
}

/** An ERR packet, its first byte included. */
export function decodeError(reader: PacketReader): ErrorWords {
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
 * A column definition.
 * @param extended Whether MariaDB's extended metadata stand in it.
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

/** COM_STMT_PREPARE_OK, its first byte included, and how many definitions follow it. */
export function decodePrepared(reader: PacketReader): PreparedWords & { readonly columnCount: number } {
  if (reader.uint8() !== OK) throw malformed('it is no answer to a statement that was to be prepared');
  const id = reader.uint32();
  const columnCount = reader.uint16();
  return { id, columnCount, parameterCount: reader.uint16() };
}
