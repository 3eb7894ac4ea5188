// The server's bodies to values, one function for each that a client needs. They refuse bodies that are too short, and
// such as have bytes left over.
import { decodeUtf8, decodeUtf8Lossy, Reader } from '@fairlead/bytes';
import { malformed } from '../../errors.ts';
import type {
  AuthenticationRequest,
  CancelKey,
  CopyResponse,
  ErrorFields,
  Field,
  Format,
  Negotiation,
  NotificationFields,
  ParameterStatus,
} from '../messages.ts';

/**
 * Decodes the body `bytes[start..end)` of one message. What it returns holds no view of `bytes`, unless it says so.
 * @throws FairleadError `protocol` when it is malformed.
 */
export type Decode<T> = (bytes: Uint8Array, start: number, end: number) => T;

/** A decoder of a body that `read` reads to its end. */
export function wholeBody<T>(read: (reader: Reader) => T): Decode<T> {
  return (bytes, start, end) => {
    const reader = new Reader(bytes.subarray(start, end));
    const value = read(reader);
    if (reader.left > 0) throw malformed(`${reader.left} bytes too many`);
    return value;
  };
}

/** As many of something as a 16-bit number in front of them says. */
export function listOf<T>(reader: Reader, read: (reader: Reader) => T): T[] {
  const found: T[] = [];
  for (let left = reader.u16(); left > 0; left--) found.push(read(reader));
  return found;
}

/** A format code. */
export function readFormat(reader: Reader): Format {
  return oneOrZero(reader.u16());
}

function oneOrZero(code: number): Format {
  if (code > 1) throw malformed(`format ${code}`);
  return code === 0 ? 0 : 1;
}

/** Two's complement in 16 bits. */
const int16 = (reader: Reader): number => (reader.u16() << 16) >> 16;

function readField(reader: Reader): Field {
  return {
    name: reader.cstring(),
    tableOid: reader.u32(),
    columnNumber: int16(reader),
    typeOid: reader.u32(),
    typeSize: int16(reader),
    typeModifier: reader.i32(),
    format: readFormat(reader),
  };
}

/** RowDescription. */
export const decodeFields: Decode<Field[]> = wholeBody((reader) => listOf(reader, readField));

/** ParameterDescription: the parameters' types. */
export const decodeParameterTypes: Decode<number[]> = wholeBody((reader) =>
  listOf(reader, (each) => each.u32()),
);

/** CommandComplete: its tag, such as `SELECT 5`. */
export const decodeTag: Decode<string> = (bytes, start, end) => {
  const tag = decodeUtf8(bytes, start, end - 1);
  if (end <= start || bytes[end - 1] !== 0 || tag === undefined || tag.includes('\0')) {
    throw malformed('a command tag');
  }
  return tag;
};

/** ErrorResponse and NoticeResponse. Before the session's encoding is settled they need not be UTF-8: U+FFFD stands for what is not. */
export const decodeErrorFields: Decode<ErrorFields> = (bytes, start, end) => {
  const fields = decodeUtf8Lossy(bytes.subarray(start, end)).split('\0');
  // A NUL ends each field, and another one all of them.
  if (fields.pop() !== '' || fields.pop() !== '' || fields.includes(''))
    throw malformed('the fields of an error');
  return new Map(fields.map((field) => [field.slice(0, 1), field.slice(1)]));
};

/** NotificationResponse. */
export const decodeNotification: Decode<NotificationFields> = wholeBody((reader) => ({
  processId: reader.i32(),
  channel: reader.cstring(),
  payload: reader.cstring(),
}));

/** ParameterStatus. */
export const decodeParameterStatus: Decode<ParameterStatus> = wholeBody((reader) => ({
  name: reader.cstring(),
  value: reader.cstring(),
}));

/** CopyInResponse, CopyOutResponse and CopyBothResponse. */
export const decodeCopyResponse: Decode<CopyResponse> = /* @__PURE__ */ wholeBody((reader) => ({
  format: oneOrZero(reader.u8()),
  columns: listOf(reader, readFormat),
}));

/** BackendKeyData. */
export const decodeKeyData: Decode<CancelKey> = wholeBody(readKey);

/** A cancel key, to the end of what it stands in. */
export function readKey(reader: Reader): CancelKey {
  const processId = reader.i32();
  const { left } = reader;
  if (left < 4 || left > 256) throw malformed(`a cancel key of ${left} bytes`);
  return { processId, secretKey: reader.bytes().slice() };
}

/** NegotiateProtocolVersion. */
export const decodeNegotiate: Decode<Negotiation> = wholeBody((reader) => {
  // The documentation says "minor version"; servers send the major one with it.
  const major = reader.u16();
  const minor = reader.u16();
  if (major !== 0 && major !== 3) throw malformed(`version ${major}.${minor}`);
  const options: string[] = [];
  for (let left = reader.u32(); left > 0; left--) options.push(reader.cstring());
  return { minor, options };
});

/** The methods that carry nothing but their number, or bytes of the method's own. */
const METHODS: Readonly<Record<number, (reader: Reader) => AuthenticationRequest>> = {
  0: () => ({ method: 'ok' }),
  3: () => ({ method: 'cleartext' }),
  5: (reader) => ({ method: 'md5', salt: reader.bytes(4).slice() }),
  10: (reader) => ({ method: 'sasl', mechanisms: readMechanisms(reader) }),
  11: (reader) => ({ method: 'sasl-continue', data: reader.bytes().slice() }),
  12: (reader) => ({ method: 'sasl-final', data: reader.bytes().slice() }),
};

function readMechanisms(reader: Reader): string[] {
  const names: string[] = [];
  for (let name = reader.cstring(); name !== ''; name = reader.cstring()) names.push(name);
  return names;
}

/** The messages of type `R`: Authentication. */
export const decodeAuthentication: Decode<AuthenticationRequest> = wholeBody((reader) => {
  const number = reader.u32();
  return METHODS[number]?.(reader) ?? { method: 'other', number, data: reader.bytes().slice() };
});
