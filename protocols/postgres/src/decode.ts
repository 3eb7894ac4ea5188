// Bytes to start-up messages (protocol 3.0, section 55.7). It refuses frames longer than a start-up needs and
// leaves everything after ReadyForQuery alone.
import { FairleadError } from '@fairlead/errors';
import type { AuthenticationRequest, ErrorFields, FirstPacket, StartupMessage } from './messages.ts';

/** The longest message accepted before ReadyForQuery, in bytes. libpq allows 30,000 for an error. */
const MAX_STARTUP_MESSAGE_BYTES = 65_536;

const MAX_SHORT_TEXT = 64;

const PROTOCOL_MAJOR = 3;
const CANCEL_CODE = 80_877_102;

const utf8 = new TextDecoder();

function broken(what: string): FairleadError {
  return new FairleadError('protocol', `The server broke the Postgres protocol: ${what}.`);
}

/** One message with its type byte and length, as it stood on the wire. */
export interface Frame {
  /** The whole frame: type, length, body. A view, not a copy. */
  readonly bytes: Uint8Array;
  readonly message: StartupMessage;
}

/**
 * The frame at the beginning of `bytes`, or `undefined` while it is incomplete.
 * @throws FairleadError `protocol` when the length is impossible or the body malformed.
 */
export function decodeFrame(bytes: Uint8Array): Frame | undefined {
  if (bytes.length < 5) return undefined;
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getInt32(1);
  if (length < 4 || length > MAX_STARTUP_MESSAGE_BYTES) {
    throw broken(`a message of ${length} bytes during start-up`);
  }
  if (bytes.length < length + 1) return undefined;
  const frame = bytes.subarray(0, length + 1);
  return { bytes: frame, message: decodeBody(bytes[0] ?? 0, frame.subarray(5)) };
}

function decodeBody(type: number, body: Uint8Array): StartupMessage {
  switch (String.fromCharCode(type)) {
    case 'R':
      return { kind: 'authentication', request: decodeAuthentication(body) };
    case 'S': {
      const [name = '', value = ''] = strings(body);
      return { kind: 'parameter', name, value };
    }
    case 'K':
      if (body.length !== 8) throw broken(`a cancel key of ${body.length} bytes`);
      return { kind: 'key', key: { processId: int32(body, 0), secretKey: int32(body, 4) } };
    case 'Z':
      return { kind: 'ready', status: String.fromCharCode(body[0] ?? 0) };
    case 'E':
      return { kind: 'error', fields: decodeErrorFields(body) };
    case 'N':
      return { kind: 'notice' };
    case 'v':
      return { kind: 'negotiate' };
    default:
      return { kind: 'unknown', type };
  }
}

function decodeAuthentication(body: Uint8Array): AuthenticationRequest {
  const number = int32(body, 0);
  const rest = body.subarray(4);
  switch (number) {
    case 0:
      return { method: 'ok' };
    case 3:
      return { method: 'cleartext' };
    case 5:
      if (rest.length !== 4) throw broken(`an MD5 salt of ${rest.length} bytes`);
      return { method: 'md5', salt: rest.slice() };
    case 10:
      return { method: 'sasl', mechanisms: strings(rest).filter((name) => name !== '') };
    case 11:
      return { method: 'sasl-continue', data: rest.slice() };
    case 12:
      return { method: 'sasl-final', data: rest.slice() };
    default:
      return { method: 'unsupported', number };
  }
}

/** The fields of an ErrorResponse's body: letter, text, NUL, and a NUL at the end. */
function decodeErrorFields(body: Uint8Array): ErrorFields {
  const fields = new Map<string, string>();
  for (const field of strings(body)) {
    if (field !== '') fields.set(field.slice(0, 1), field.slice(1));
  }
  return fields;
}

/**
 * The packet that a driver writes first.
 * @throws FairleadError `protocol` when it is too short to be one.
 */
export function decodeFirstPacket(bytes: Uint8Array): FirstPacket {
  const code = int32(bytes, 4);
  if (code === CANCEL_CODE) return { kind: 'cancel' };
  if (code >>> 16 !== PROTOCOL_MAJOR) return { kind: 'unknown', code };
  const texts = strings(bytes.subarray(8));
  const parameters = new Map<string, string>();
  for (let i = 0; i + 1 < texts.length; i += 2) {
    const name = texts[i];
    if (name) parameters.set(name, texts[i + 1] ?? '');
  }
  return { kind: 'startup', parameters };
}

function int32(bytes: Uint8Array, at: number): number {
  if (bytes.length < at + 4) throw broken('a message shorter than its fields');
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getInt32(at);
}

function strings(bytes: Uint8Array): string[] {
  return decodeText(bytes).split('\0');
}

/** Most texts here are a few ASCII characters, for which the runtime's decoder is far to go. */
function decodeText(bytes: Uint8Array): string {
  const short = bytes.length <= MAX_SHORT_TEXT && bytes.every((byte) => byte < 0x80);
  return short ? String.fromCharCode(...bytes) : utf8.decode(bytes);
}
