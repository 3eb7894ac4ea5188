// Messages of the client to bytes. It refuses text that holds a NUL, which would end a text early, or a lone surrogate,
// which would arrive as another character. When a function throws, half a message may stand in the writer: the
// caller cuts it out with what belongs to it (`writer.cut`).
import { Writer } from '@fairlead/bytes';
import { usage } from '../../errors.ts';
import type { CancelKey, Format, ProtocolVersion, Target, WireValue } from '../messages.ts';

/** "1234" and "5678" in two halves ("Message Formats", CancelRequest). */
const CANCEL_CODE = 80_877_102;
/** "1234" and "5679" ("Message Formats", SSLRequest). */
const SSL_CODE = 80_877_103;
/** The server takes no longer start-up packet (MAX_STARTUP_PACKET_LENGTH). */
const MAX_STARTUP_BYTES = 10_000;
/** Counts on the wire are 16 bits wide. */
const MAX_COUNT = 65_535;
/** Up to this many characters a loop beats the call into the encoder. */
const SHORT = 96;

/** Begins a message. @returns Where its length stands, for `finish`. */
function begin(writer: Writer, type: number): number {
  writer.u8(type);
  return writer.reserve(4);
}

/** Fills the length in. */
function finish(writer: Writer, at: number): void {
  writer.setU32(at, writer.length - at);
}

/** Text without its end. @throws FairleadError `usage`. */
function writeText(writer: Writer, text: string): void {
  const { length } = text;
  if (length <= SHORT) {
    writer.ensure(length);
    const { bytes, at } = writer;
    let i = 0;
    for (; i < length; i++) {
      const code = text.charCodeAt(i);
      // NUL, as it is -1 without a sign, or beyond ASCII.
      if ((code - 1) >>> 0 > 126) break;
      bytes[at + i] = code;
    }
    if (i === length) {
      writer.at = at + length;
      return;
    }
  }
  if (text.includes('\0')) throw usage('a text holds a NUL character, which cannot be stored');
  if (!text.isWellFormed()) throw usage('a text holds half of a surrogate pair');
  writer.utf8(text);
}

function writeCString(writer: Writer, text: string): void {
  writeText(writer, text);
  writer.u8(0);
}

function writeCount(writer: Writer, count: number): void {
  if (count > MAX_COUNT) throw usage(`${count} parameters; at most ${MAX_COUNT} fit into one statement`);
  writer.u16(count);
}

/** A message that consists of texts. */
function writeTexts(writer: Writer, type: number, ...texts: string[]): void {
  const at = begin(writer, type);
  for (const text of texts) writeCString(writer, text);
  finish(writer, at);
}

/** A message that consists of bytes. */
function writeBytes(writer: Writer, type: number, bytes: Uint8Array): void {
  const at = begin(writer, type);
  writer.raw(bytes);
  finish(writer, at);
}

/** A message without a body. */
function bare(type: number): (writer: Writer) => void {
  return (writer) => finish(writer, begin(writer, type));
}

/** Parse. `oids` are the parameters' types; 0, or none, lets the server decide. @throws FairleadError `usage`. */
export function writeParse(writer: Writer, name: string, text: string, oids: readonly number[]): void {
  const at = begin(writer, 0x50);
  writeCString(writer, name);
  writeCString(writer, text);
  writeCount(writer, oids.length);
  for (const oid of oids) writer.u32(oid);
  finish(writer, at);
}

const isBytes = (value: WireValue): boolean => value instanceof Uint8Array;

/** Format codes of parameters and the parameters themselves, as Bind and FunctionCall have them. */
export function writeValues(writer: Writer, parameters: readonly WireValue[]): void {
  const { length } = parameters;
  const anyBinary = parameters.some(isBytes);
  writeCount(writer, anyBinary ? length : 0);
  if (anyBinary) for (const value of parameters) writer.u16(isBytes(value) ? 1 : 0);
  writeCount(writer, length);
  for (const value of parameters) {
    const at = writer.reserve(4);
    if (value === null) writer.setU32(at, -1);
    else {
      if (typeof value === 'string') writeText(writer, value);
      else writer.raw(value);
      writer.setU32(at, writer.length - at - 4);
    }
  }
}

/**
 * Bind, with one format for all of the result's columns.
 * @throws FairleadError `usage`: also for more than 65,535 parameters.
 */
export function writeBind(
  writer: Writer,
  portal: string,
  statement: string,
  parameters: readonly WireValue[],
  resultFormat: Format,
): void {
  const at = begin(writer, 0x42);
  writeCString(writer, portal);
  writeCString(writer, statement);
  writeValues(writer, parameters);
  writer.u16(resultFormat);
  if (resultFormat === 1) writer.u16(1);
  finish(writer, at);
}

/** Describe. */
export function writeDescribe(writer: Writer, target: Target, name: string): void {
  writeTexts(writer, 0x44, target + name);
}

/** Execute. @param maxRows 0 is without limit. */
export function writeExecute(writer: Writer, portal: string, maxRows: number): void {
  const at = begin(writer, 0x45);
  writeCString(writer, portal);
  writer.u32(maxRows);
  finish(writer, at);
}

const EXECUTE_SYNC = Uint8Array.of(0x45, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0x53, 0, 0, 0, 4);

/** Execute of the unnamed portal without limit, and Sync. */
export function writeExecuteSync(writer: Writer): void {
  writer.raw(EXECUTE_SYNC);
}

/** Describe and Execute of the unnamed portal, without limit, and Sync. */
const DESCRIBE_EXECUTE_SYNC = Uint8Array.of(
  ...[0x44, 0, 0, 0, 6, 0x50, 0],
  ...[0x45, 0, 0, 0, 9, 0, 0, 0, 0, 0],
  ...[0x53, 0, 0, 0, 4],
);

/** The end of the usual statement: Describe and Execute of the unnamed portal, without limit, and Sync. */
export function writeDescribeExecuteSync(writer: Writer): void {
  writer.raw(DESCRIBE_EXECUTE_SYNC);
}

/** Close: of a prepared statement or a portal, not of the session. */
export function writeClose(writer: Writer, target: Target, name: string): void {
  writeTexts(writer, 0x43, target + name);
}

/** Sync. */
export const writeSync: (writer: Writer) => void = bare(0x53);

/** Flush. */
export const writeFlush: (writer: Writer) => void = bare(0x48);

/** Terminate. */
export const writeTerminate: (writer: Writer) => void = bare(0x58);

/** CopyDone. */
export const writeCopyDone: (writer: Writer) => void = bare(0x63);

/** Query: the simple protocol. @throws FairleadError `usage`. */
export function writeQuery(writer: Writer, text: string): void {
  writeTexts(writer, 0x51, text);
}

/** CopyData. */
export function writeCopyData(writer: Writer, bytes: Uint8Array): void {
  writeBytes(writer, 0x64, bytes);
}

/** CopyFail. @param reason Stands in the server's error. */
export function writeCopyFail(writer: Writer, reason: string): void {
  writeTexts(writer, 0x66, reason);
}

/** PasswordMessage: a password, or the hash that an MD5 request asks for. @throws FairleadError `usage`. */
export function writePassword(writer: Writer, password: string): void {
  writeTexts(writer, 0x70, password);
}

/** SASLInitialResponse. @param data Absent where the mechanism has no initial response. */
export function writeSaslInitial(writer: Writer, mechanism: string, data?: Uint8Array): void {
  const at = begin(writer, 0x70);
  writeCString(writer, mechanism);
  writer.u32(data?.length ?? -1);
  if (data) writer.raw(data);
  finish(writer, at);
}

/** SASLResponse, and GSSResponse: bytes of the mechanism's own. */
export function writeSaslResponse(writer: Writer, data: Uint8Array): void {
  writeBytes(writer, 0x70, data);
}

/** What `write` writes, as bytes of their own. @throws FairleadError `limit` over `maxBytes`: default 65,536. */
export function bytesOf(write: (writer: Writer) => void, maxBytes = 65_536): Uint8Array {
  const writer = new Writer(maxBytes, 512);
  write(writer);
  return writer.take();
}

/** A first packet, which has no type byte. */
function firstPacket(code: number, write: (writer: Writer) => void): Uint8Array {
  return bytesOf((writer) => {
    const at = writer.reserve(4);
    writer.u32(code);
    write(writer);
    finish(writer, at);
  }, MAX_STARTUP_BYTES);
}

/** A first packet that is nothing but its code. */
export function encodeCode(code: number): Uint8Array {
  return firstPacket(code, () => undefined);
}

/** The eight bytes that ask whether the server speaks TLS; it answers with one byte. */
export function encodeSslRequest(): Uint8Array {
  return encodeCode(SSL_CODE);
}

/** Asks the server to cancel what the connection that `key` belongs to is running: the whole of a connection of its own. */
export function encodeCancelRequest(key: CancelKey): Uint8Array {
  return firstPacket(CANCEL_CODE, (writer) => {
    writer.u32(key.processId);
    writer.raw(key.secretKey);
  });
}

/**
 * StartupMessage: `user`, `database` and run-time parameters.
 * @param version Default 3.0.
 * @throws FairleadError `usage` when a name or value holds a NUL, `limit` over 10,000 bytes.
 */
export function encodeStartup(
  parameters: ReadonlyMap<string, string>,
  version: ProtocolVersion = '3.0',
): Uint8Array {
  return firstPacket(version === '3.2' ? 0x30002 : 0x30000, (writer) => {
    for (const pair of parameters) for (const text of pair) writeCString(writer, text);
    writer.u8(0);
  });
}
