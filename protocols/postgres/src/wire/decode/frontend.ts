// The client's messages to values: what a server, a proxy or a test needs. No client wants it.
import { Reader } from '@fairlead/bytes';
import { malformed } from '../../errors.ts';
import type { FirstPacket, Format, FrontendMessage, Target, WireValue } from '../messages.ts';
import { readValue } from './backend.ts';
import { type Decode, listOf, readFormat, readKey, wholeBody } from './body.ts';

const TARGETS: Readonly<Record<number, Target>> = { 83: 'S', 80: 'P' };

/** The body of Close and Describe. */
function readTarget(reader: Reader): { target: Target; name: string } {
  const target = TARGETS[reader.u8()];
  if (target === undefined) throw malformed('neither a statement nor a portal');
  return { target, name: reader.cstring() };
}

/** Values with their formats: none is text for all, one is for all, else there is one for each. */
function readValues(reader: Reader): WireValue[] {
  const formats = listOf(reader, readFormat);
  const count = reader.u16();
  if (formats.length > 1 && formats.length !== count) throw malformed(`${formats.length} formats`);
  const values: WireValue[] = [];
  while (values.length < count) {
    const format = formats.length > 1 ? formats[values.length] : formats[0];
    values.push(readParameter(reader, format ?? 0));
  }
  return values;
}

function readParameter(reader: Reader, format: Format): WireValue {
  const value = readValue(reader);
  return value === null || format === 1 ? value : new Reader(value).utf8();
}

const empty = (message: FrontendMessage): Decode<FrontendMessage> => wholeBody(() => message);

const MESSAGES: Readonly<Record<string, Decode<FrontendMessage>>> = {
  B: wholeBody((reader) => ({
    kind: 'bind',
    portal: reader.cstring(),
    statement: reader.cstring(),
    parameters: readValues(reader),
    resultFormats: listOf(reader, readFormat),
  })),
  C: wholeBody((reader) => ({ kind: 'close', ...readTarget(reader) })),
  d: wholeBody((reader) => ({ kind: 'copy-data', data: reader.bytes().slice() })),
  c: empty({ kind: 'copy-done' }),
  f: wholeBody((reader) => ({ kind: 'copy-fail', reason: reader.cstring() })),
  D: wholeBody((reader) => ({ kind: 'describe', ...readTarget(reader) })),
  E: wholeBody((reader) => ({ kind: 'execute', portal: reader.cstring(), maxRows: reader.i32() })),
  H: empty({ kind: 'flush' }),
  F: wholeBody((reader) => ({
    kind: 'function-call',
    oid: reader.u32(),
    parameters: readValues(reader),
    resultFormat: readFormat(reader),
  })),
  P: wholeBody((reader) => ({
    kind: 'parse',
    name: reader.cstring(),
    text: reader.cstring(),
    oids: listOf(reader, (each) => each.u32()),
  })),
  Q: wholeBody((reader) => ({ kind: 'query', text: reader.cstring() })),
  S: empty({ kind: 'sync' }),
  X: empty({ kind: 'terminate' }),
};

/** What a message of type `p` is depends on what the server asked for. */
export type PasswordKind = 'password' | 'sasl-initial-response' | 'sasl-response' | 'gss-response';

const PASSWORDS: Readonly<Record<PasswordKind, Decode<FrontendMessage>>> = {
  password: wholeBody((reader) => ({ kind: 'password', password: reader.cstring() })),
  'sasl-initial-response': wholeBody((reader) => {
    const mechanism = reader.cstring();
    const data = readValue(reader);
    return { kind: 'sasl-initial-response', mechanism, ...(data && { data }) };
  }),
  'sasl-response': wholeBody((reader) => ({ kind: 'sasl-response', data: reader.bytes().slice() })),
  'gss-response': wholeBody((reader) => ({ kind: 'gss-response', data: reader.bytes().slice() })),
};

/**
 * One message of the client, but for its first packet: its type byte, and its body `bytes[start..end)`, of which
 * nothing is kept.
 * @param password What a message of type `p` is. Default `password`.
 * @throws FairleadError `protocol` when the type is unknown or the body malformed.
 */
export function decodeFrontend(
  type: number,
  bytes: Uint8Array,
  start: number,
  end: number,
  password: PasswordKind = 'password',
): FrontendMessage {
  const decode = type === 0x70 ? PASSWORDS[password] : MESSAGES[String.fromCharCode(type)];
  if (decode === undefined) throw malformed(`type ${type} from a client`);
  return decode(bytes, start, end);
}

/** First packets by their code ("Message Formats"). */
const FIRST_PACKETS: Readonly<Record<number, (reader: Reader) => FirstPacket>> = {
  80877102: (reader) => ({ kind: 'cancel-request', key: readKey(reader) }),
  80877103: () => ({ kind: 'ssl-request' }),
  80877104: () => ({ kind: 'gss-encryption-request' }),
};

function readStartup(reader: Reader, code: number): FirstPacket {
  if (code >>> 16 !== 3) throw malformed(`version ${code >>> 16}.${code & 0xffff}`);
  const parameters = new Map<string, string>();
  for (let name = reader.cstring(); name !== ''; name = reader.cstring())
    parameters.set(name, reader.cstring());
  return { kind: 'startup', minor: code & 0xffff, parameters };
}

/**
 * A client's first packet, which has no type: what follows its length, `bytes[start..end)`.
 * @throws FairleadError `protocol` when it is none, or malformed.
 */
export const decodeFirstPacket: Decode<FirstPacket> = wholeBody((reader) => {
  const code = reader.u32();
  return FIRST_PACKETS[code]?.(reader) ?? readStartup(reader, code);
});
