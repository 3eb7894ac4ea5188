// Any message of the server to a value: for tests, proxies and tools. A client that reads rows does not want it, as it
// makes an object of everything.
import type { Reader } from '@fairlead/bytes';
import { malformed } from '../../errors.ts';
import type { BackendMessage, TransactionStatus } from '../messages.ts';
import {
  type Decode,
  decodeAuthentication,
  decodeCopyResponse,
  decodeErrorFields,
  decodeFields,
  decodeKeyData,
  decodeNegotiate,
  decodeNotification,
  decodeParameterStatus,
  decodeParameterTypes,
  decodeTag,
  listOf,
  wholeBody,
} from './body.ts';

/** A value with its length in front; -1 is NULL. */
export function readValue(reader: Reader): Uint8Array | null {
  const length = reader.i32();
  return length === -1 ? null : reader.bytes(length).slice();
}

const STATUSES: Readonly<Record<number, TransactionStatus>> = { 73: 'I', 84: 'T', 69: 'E' };

function readStatus(reader: Reader): TransactionStatus {
  const status = STATUSES[reader.u8()];
  if (status === undefined) throw malformed('a transaction status');
  return status;
}

/** A message without a body. */
const empty = (message: BackendMessage): Decode<BackendMessage> => wholeBody(() => message);

/** A message whose body is one thing. */
const holding =
  <T>(decode: Decode<T>, make: (value: T) => BackendMessage): Decode<BackendMessage> =>
  (bytes, start, end) =>
    make(decode(bytes, start, end));

const MESSAGES: Readonly<Record<string, Decode<BackendMessage>>> = {
  R: holding(decodeAuthentication, (request) => ({ kind: 'authentication', request })),
  K: holding(decodeKeyData, (key) => ({ kind: 'backend-key-data', key })),
  '2': empty({ kind: 'bind-complete' }),
  '3': empty({ kind: 'close-complete' }),
  C: holding(decodeTag, (tag) => ({ kind: 'command-complete', tag })),
  W: holding(decodeCopyResponse, (copy) => ({ kind: 'copy-both-response', copy })),
  d: wholeBody((reader) => ({ kind: 'copy-data', data: reader.bytes().slice() })),
  c: empty({ kind: 'copy-done' }),
  G: holding(decodeCopyResponse, (copy) => ({ kind: 'copy-in-response', copy })),
  H: holding(decodeCopyResponse, (copy) => ({ kind: 'copy-out-response', copy })),
  D: wholeBody((reader) => ({ kind: 'data-row', cells: listOf(reader, readValue) })),
  I: empty({ kind: 'empty-query-response' }),
  E: holding(decodeErrorFields, (fields) => ({ kind: 'error-response', fields })),
  V: wholeBody((reader) => ({ kind: 'function-call-response', value: readValue(reader) })),
  v: holding(decodeNegotiate, (negotiation) => ({ kind: 'negotiate-protocol-version', negotiation })),
  n: empty({ kind: 'no-data' }),
  N: holding(decodeErrorFields, (fields) => ({ kind: 'notice-response', fields })),
  A: holding(decodeNotification, (notification) => ({ kind: 'notification-response', notification })),
  t: holding(decodeParameterTypes, (oids) => ({ kind: 'parameter-description', oids })),
  S: holding(decodeParameterStatus, (parameter) => ({ kind: 'parameter-status', parameter })),
  '1': empty({ kind: 'parse-complete' }),
  s: empty({ kind: 'portal-suspended' }),
  Z: wholeBody((reader) => ({ kind: 'ready-for-query', status: readStatus(reader) })),
  T: holding(decodeFields, (fields) => ({ kind: 'row-description', fields })),
};

/**
 * One message of the server: its type byte, and its body `bytes[start..end)`, of which nothing is kept.
 * @throws FairleadError `protocol` when the type is unknown or the body malformed.
 */
export function decodeBackend(type: number, bytes: Uint8Array, start: number, end: number): BackendMessage {
  const decode = MESSAGES[String.fromCharCode(type)];
  if (decode === undefined) throw malformed(`type ${type} from a server`);
  return decode(bytes, start, end);
}
