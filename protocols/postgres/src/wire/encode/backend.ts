// The server's messages to bytes: what a proxy, or a test that plays a server, needs. No client wants it.
import { Writer } from '@fairlead/bytes';
import { FairleadError } from '@fairlead/errors';
import type { AuthenticationRequest, BackendMessage, CopyResponse, ErrorFields, Field } from '../messages.ts';

type Kind = BackendMessage['kind'];
type Of<K extends Kind> = Extract<BackendMessage, { kind: K }>;

function cstring(writer: Writer, text: string): void {
  if (text.includes('\0')) throw new FairleadError('usage', 'A text holds a NUL character.');
  writer.utf8(text);
  writer.u8(0);
}

/** Bytes with their length in front; -1 is NULL. */
function value(writer: Writer, bytes: Uint8Array | null): void {
  writer.u32(bytes?.length ?? -1);
  if (bytes) writer.raw(bytes);
}

function field(writer: Writer, column: Field): void {
  cstring(writer, column.name);
  writer.u32(column.tableOid);
  writer.u16(column.columnNumber);
  writer.u32(column.typeOid);
  writer.u16(column.typeSize);
  writer.u32(column.typeModifier);
  writer.u16(column.format);
}

function errorFields(writer: Writer, fields: ErrorFields): void {
  for (const [letter, text] of fields) cstring(writer, letter + text);
  writer.u8(0);
}

function copyResponse(writer: Writer, copy: CopyResponse): void {
  writer.u8(copy.format);
  writer.u16(copy.columns.length);
  for (const format of copy.columns) writer.u16(format);
}

const METHODS: Readonly<Record<string, number>> = {
  ok: 0,
  cleartext: 3,
  md5: 5,
  sasl: 10,
  'sasl-continue': 11,
  'sasl-final': 12,
};

function authentication(writer: Writer, request: AuthenticationRequest): void {
  writer.u32(request.method === 'other' ? request.number : (METHODS[request.method] ?? 0));
  if ('data' in request) writer.raw(request.data);
  if (request.method === 'md5') writer.raw(request.salt);
  if (request.method !== 'sasl') return;
  for (const name of request.mechanisms) cstring(writer, name);
  writer.u8(0);
}

type Write<K extends Kind> = (writer: Writer, message: Of<K>) => void;

const empty = (): void => undefined;

/** Each message's type, and how its body is written. */
const MESSAGES: { readonly [K in Kind]: readonly [type: string, write: Write<K>] } = {
  authentication: ['R', (writer, { request }) => authentication(writer, request)],
  'backend-key-data': [
    'K',
    (writer, { key }) => {
      writer.u32(key.processId);
      writer.raw(key.secretKey);
    },
  ],
  'bind-complete': ['2', empty],
  'close-complete': ['3', empty],
  'command-complete': ['C', (writer, { tag }) => cstring(writer, tag)],
  'copy-both-response': ['W', (writer, { copy }) => copyResponse(writer, copy)],
  'copy-data': ['d', (writer, { data }) => writer.raw(data)],
  'copy-done': ['c', empty],
  'copy-in-response': ['G', (writer, { copy }) => copyResponse(writer, copy)],
  'copy-out-response': ['H', (writer, { copy }) => copyResponse(writer, copy)],
  'data-row': [
    'D',
    (writer, { cells }) => {
      writer.u16(cells.length);
      for (const cell of cells) value(writer, cell);
    },
  ],
  'empty-query-response': ['I', empty],
  'error-response': ['E', (writer, { fields }) => errorFields(writer, fields)],
  'function-call-response': ['V', (writer, message) => value(writer, message.value)],
  'negotiate-protocol-version': [
    'v',
    (writer, { negotiation: { minor, options } }) => {
      writer.u32(0x30000 + minor);
      writer.u32(options.length);
      for (const option of options) cstring(writer, option);
    },
  ],
  'no-data': ['n', empty],
  'notice-response': ['N', (writer, { fields }) => errorFields(writer, fields)],
  'notification-response': [
    'A',
    (writer, { notification }) => {
      writer.u32(notification.processId);
      cstring(writer, notification.channel);
      cstring(writer, notification.payload);
    },
  ],
  'parameter-description': [
    't',
    (writer, { oids }) => {
      writer.u16(oids.length);
      for (const oid of oids) writer.u32(oid);
    },
  ],
  'parameter-status': [
    'S',
    (writer, { parameter }) => {
      cstring(writer, parameter.name);
      cstring(writer, parameter.value);
    },
  ],
  'parse-complete': ['1', empty],
  'portal-suspended': ['s', empty],
  'ready-for-query': ['Z', (writer, { status }) => writer.u8(status.charCodeAt(0))],
  'row-description': [
    'T',
    (writer, { fields }) => {
      writer.u16(fields.length);
      for (const column of fields) field(writer, column);
    },
  ],
};

function writeOne<K extends Kind>(writer: Writer, message: Of<K> & { readonly kind: K }): void {
  const [type, write]: readonly [string, Write<K>] = MESSAGES[message.kind];
  writer.u8(type.charCodeAt(0));
  const at = writer.reserve(4);
  write(writer, message);
  writer.setU32(at, writer.length - at);
}

/** Appends one message of the server. @throws FairleadError `usage` when a text holds a NUL. */
export function writeBackend(writer: Writer, message: BackendMessage): void {
  writeOne(writer, message);
}

/**
 * Messages of the server, as bytes of their own. @throws FairleadError `usage` when a text holds a NUL.
 * @example
 * ```ts
 * import { encodeBackend } from '@fairlead/postgres/wire';
 *
 * const answer = encodeBackend({ kind: 'command-complete', tag: 'SELECT 0' }, { kind: 'ready-for-query', status: 'I' });
 * ```
 */
export function encodeBackend(...messages: readonly BackendMessage[]): Uint8Array {
  const writer = new Writer(Number.MAX_SAFE_INTEGER, 256);
  for (const message of messages) writeBackend(writer, message);
  return writer.take();
}
