// Any message of the client to bytes, from values: for tests, proxies and tools. A client calls the functions of
// `encode.ts` and makes no values.
import type { Writer } from '@fairlead/bytes';
import type { FirstPacket, FrontendMessage } from '../messages.ts';
import * as client from './client.ts';

type Kind = FrontendMessage['kind'];
type Of<K extends Kind> = Extract<FrontendMessage, { kind: K }>;
type Write<K extends Kind> = (writer: Writer, message: Of<K>) => void;

/** "1234" and "5680" in two halves ("Message Formats", GSSENCRequest). */
const GSS_CODE = 80_877_104;

function bind(writer: Writer, { portal, statement, parameters, resultFormats }: Of<'bind'>): void {
  const at = writer.length + 1;
  client.writeBind(writer, portal, statement, parameters, 0);
  // In place of "no formats, all of it is text".
  writer.at -= 2;
  writer.u16(resultFormats.length);
  for (const format of resultFormats) writer.u16(format);
  writer.setU32(at, writer.length - at);
}

function functionCall(writer: Writer, message: Of<'function-call'>): void {
  writer.u8(0x46);
  const at = writer.reserve(4);
  writer.u32(message.oid);
  client.writeValues(writer, message.parameters);
  writer.u16(message.resultFormat);
  writer.setU32(at, writer.length - at);
}

const MESSAGES: { readonly [K in Kind]: Write<K> } = {
  bind,
  close: (writer, { target, name }) => client.writeClose(writer, target, name),
  'copy-data': (writer, { data }) => client.writeCopyData(writer, data),
  'copy-done': client.writeCopyDone,
  'copy-fail': (writer, { reason }) => client.writeCopyFail(writer, reason),
  describe: (writer, { target, name }) => client.writeDescribe(writer, target, name),
  execute: (writer, { portal, maxRows }) => client.writeExecute(writer, portal, maxRows),
  flush: client.writeFlush,
  'function-call': functionCall,
  'gss-response': (writer, { data }) => client.writeSaslResponse(writer, data),
  parse: (writer, { name, text, oids }) => client.writeParse(writer, name, text, oids),
  password: (writer, { password }) => client.writePassword(writer, password),
  query: (writer, { text }) => client.writeQuery(writer, text),
  'sasl-initial-response': (writer, { mechanism, data }) => client.writeSaslInitial(writer, mechanism, data),
  'sasl-response': (writer, { data }) => client.writeSaslResponse(writer, data),
  sync: client.writeSync,
  terminate: client.writeTerminate,
};

function writeOne<K extends Kind>(writer: Writer, message: Of<K> & { readonly kind: K }): void {
  const write: Write<K> = MESSAGES[message.kind];
  write(writer, message);
}

/**
 * Appends one message of the client.
 * @throws FairleadError `usage` when a text holds a NUL, or there are too many parameters.
 * @example
 * ```ts
 * import { Writer } from '@fairlead/bytes';
 * import { writeFrontend } from '@fairlead/postgres/wire';
 *
 * const writer = new Writer(65_536);
 * writeFrontend(writer, { kind: 'query', text: 'select 1' });
 * ```
 */
export function writeFrontend(writer: Writer, message: FrontendMessage): void {
  writeOne(writer, message);
}

/** A client's first packet. @throws FairleadError `usage` as `encodeStartup`. */
export function encodeFirstPacket(packet: FirstPacket): Uint8Array {
  if (packet.kind === 'cancel-request') return client.encodeCancelRequest(packet.key);
  if (packet.kind === 'ssl-request') return client.encodeSslRequest();
  if (packet.kind === 'gss-encryption-request') return client.encodeCode(GSS_CODE);
  const bytes = client.encodeStartup(packet.parameters);
  new DataView(bytes.buffer, bytes.byteOffset).setUint16(6, packet.minor);
  return bytes;
}
