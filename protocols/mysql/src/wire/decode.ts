// Packets of the command phase to messages (protocol, "Generic Response Packets", "Column Definition"). It keeps no state.

import type { ColumnDefinition } from './column-types.ts';
import type { Cursor } from './cursor.ts';
import { malformed } from './cursor.ts';
import type { ErrorWords, OkWords, PreparedWords } from './messages.ts';

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
export function isEof(cursor: Cursor): boolean {
  return cursor.peek() === EOF && cursor.left <= MAX_EOF_BYTES;
}

/** An OK packet, its first byte included. */
export function decodeOk(cursor: Cursor): OkWords {
  cursor.take(1);
  const affectedRows = cursor.integer();
  const lastInsertId = cursor.integer();
  const status = cursor.uint16();
  const warningCount = cursor.uint16();
  if (status & SESSION_STATE_CHANGED && cursor.left > 0) {
    const info = cursor.text();
    const variables = cursor.left > 0 ? decodeVariables(cursor) : undefined;
    return { affectedRows, lastInsertId, status, warningCount, info, variables };
  }
  // The specification says a length-encoded text, servers send the rest of the packet, both without a length of 0.
  return { affectedRows, lastInsertId, status, warningCount, info: decodeInfo(cursor) };
}

/** Changes of the session, each a kind and its bytes: the variables among them. MariaDB puts several pairs into one change. */
function decodeVariables(cursor: Cursor): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  const end = endOf(cursor);
  while (cursor.at < end) {
    const kind = cursor.uint8();
    const changeEnd = endOf(cursor);
    if (kind !== SYSTEM_VARIABLES) cursor.at = changeEnd;
    while (cursor.at < changeEnd) variables.set(cursor.text(), cursor.text());
    if (cursor.at !== changeEnd) throw malformed('a change of the session leads past its end');
  }
  if (cursor.at !== end) throw malformed('the changes of the session lead past their end');
  return variables;
}

/** Reads a length, and answers where what it counts ends. */
function endOf(cursor: Cursor): number {
  const length = cursor.length();
  if (length < 0) throw malformed('a change of the session is NULL');
  const start = cursor.take(length);
  const end = cursor.at;
  cursor.at = start;
  return end;
}

/** Servers put a length before it, but not those that have none to put. */
function decodeInfo(cursor: Cursor): string {
  if (cursor.left === 0) return '';
  const start = cursor.at;
  const length = cursor.length();
  if (length === cursor.left) return cursor.rest();
  cursor.at = start;
  return cursor.rest();
}

/** An EOF packet, its first byte included. */
export function decodeEof(cursor: Cursor): OkWords {
  cursor.take(1);
  const warningCount = cursor.uint16();
  return { affectedRows: 0n, lastInsertId: 0n, status: cursor.uint16(), warningCount, info: '' };
}

/** An ERR packet, its first byte included. */
export function decodeError(cursor: Cursor): ErrorWords {
  cursor.take(1);
  const errno = cursor.uint16();
  let sqlState = 'HY000';
  if (cursor.peek() === SQL_STATE_MARKER) {
    cursor.take(1);
    const start = cursor.take(SQL_STATE_LENGTH);
    sqlState = cursor.bytes.toString('latin1', start, cursor.at);
  }
  return { errno, sqlState, message: cursor.rest() };
}

/**
 * A column definition.
 * @param extended Whether MariaDB's extended metadata stand in it.
 */
export function decodeColumn(cursor: Cursor, extended: boolean): ColumnDefinition {
  cursor.text();
  const schema = cursor.text();
  const table = cursor.text();
  cursor.text();
  const name = cursor.text();
  cursor.text();
  const format = extended ? decodeFormat(cursor) : '';
  if (cursor.length() < FIXED_COLUMN_BYTES) throw malformed('a column definition is too short');
  const collation = cursor.uint16();
  const lengthBytes = cursor.uint32();
  const type = cursor.uint8();
  const flags = cursor.uint16();
  return { name, table, schema, type, collation, lengthBytes, flags, decimals: cursor.uint8(), format };
}

/** Pairs of a kind (0: type, 1: format) and a text, within one length. */
function decodeFormat(cursor: Cursor): string {
  const length = cursor.length();
  if (length < 0) throw malformed('extended metadata are NULL');
  const end = cursor.take(length) + length;
  cursor.at = end - length;
  let format = '';
  while (cursor.at < end) {
    cursor.take(1);
    format = cursor.text();
  }
  if (cursor.at !== end) throw malformed('extended metadata lead past their end');
  return format;
}

/** COM_STMT_PREPARE_OK, its first byte included, and how many definitions follow it. */
export function decodePrepared(cursor: Cursor): PreparedWords & { readonly columnCount: number } {
  if (cursor.uint8() !== OK) throw malformed('it is no answer to a statement that was to be prepared');
  const id = cursor.uint32();
  const columnCount = cursor.uint16();
  return { id, columnCount, parameterCount: cursor.uint16() };
}
