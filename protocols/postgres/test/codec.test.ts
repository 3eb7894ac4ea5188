// Every message both ways: as the documentation writes its bytes, cut short at each byte, too long, and in any pieces.
import { Writer } from '@fairlead/bytes';
import { feedAllWays } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import {
  decodeBackend,
  decodeErrorFields,
  decodeFirstPacket,
  decodeFrontend,
  decodeNegotiate,
  decodeTag,
  encodeBackend,
  encodeFirstPacket,
  FrameReader,
  type FrameReaderOptions,
  type FrontendMessage,
  writeFrontend,
} from '../src/wire/index.ts';
import { bytes, int16, int32, message } from './support/backend.ts';
import { BACKEND, FIRST, FRONTEND, passwordKind, type Sample } from './support/wire.ts';

const PROTOCOL = expect.objectContaining({ name: 'FairleadError', code: 'protocol', blame: 'peer' });

/** Decodes a body that stands amid other bytes, as in a network read. */
type DecodeBody<Message> = (sample: Sample<Message>, body: Uint8Array) => Message;

function amid<T>(body: Uint8Array, decode: (all: Uint8Array, start: number, end: number) => T): T {
  return decode(bytes('before', body, 'behind'), 6, 6 + body.length);
}

const fromServer: DecodeBody<(typeof BACKEND)[number]['message']> = ({ type }, body) =>
  amid(body, (all, start, end) => decodeBackend(type.charCodeAt(0), all, start, end));
const fromClient: DecodeBody<FrontendMessage> = (sample, body) =>
  amid(body, (all, start, end) =>
    decodeFrontend(sample.type.charCodeAt(0), all, start, end, passwordKind(sample.message)),
  );
const first: DecodeBody<(typeof FIRST)[number]['message']> = (_sample, body) => amid(body, decodeFirstPacket);

function encodeFrontend(value: FrontendMessage): Uint8Array {
  const writer = new Writer(1 << 20);
  // A message that was taken before must not be touched.
  writer.raw(bytes('taken'));
  writer.take();
  writeFrontend(writer, value);
  return writer.take();
}

/** What every decoder does with every message. */
function decodes<Message>(samples: readonly Sample<Message>[], decode: DecodeBody<Message>): void {
  it.each(samples.map((each) => [each.type, each] as const))('%s: $1.message', (_type, each) => {
    expect(decode(each, each.body)).toEqual(each.message);
  });

  it.each(samples.filter(({ open }) => !open).map((each) => [each.type, each] as const))(
    '%s: refuses what is cut short anywhere, or goes on: $1.message',
    (_type, each) => {
      expect(() => decode(each, bytes(each.body, 0)), 'a byte too many').toThrow(PROTOCOL);
      for (let length = 0; length < each.body.length; length++) {
        expect(() => decode(each, each.body.slice(0, length)), `${length} bytes`).toThrow(PROTOCOL);
      }
    },
  );

  it('keeps no view of what it was given', () => {
    for (const each of samples) {
      const body = each.body.slice();
      const all = bytes(body);
      const decoded = decode({ ...each, body: all }, all);
      all.fill(0xdb);
      expect(decoded).toEqual(each.message);
    }
  });
}

describe('messages of the server, decoded', () => decodes(BACKEND, fromServer));
describe('messages of the client, decoded', () => decodes(FRONTEND, fromClient));
describe('first packets, decoded', () => decodes(FIRST, first));

describe('encoded', () => {
  it.each(BACKEND.map((each) => [each.type, each] as const))('%s of the server: $1.message', (type, each) => {
    expect(encodeBackend(each.message)).toEqual(message(type, each.body));
  });

  it.each(FRONTEND.map((each) => [each.type, each] as const))(
    '%s of the client: $1.message',
    (type, each) => {
      expect(encodeFrontend(each.message)).toEqual(message(type, each.body));
    },
  );

  it.each(FIRST.map((each) => [each.message.kind, each] as const))('first packet: %s', (_kind, each) => {
    expect(encodeFirstPacket(each.message)).toEqual(bytes(int32(each.body.length + 4), each.body));
  });
});

describe('the decoders refuse', () => {
  it.each([
    ['an unknown type', 'y', bytes()],
    ['a type of the client', 'P', bytes('\0\0', int16(0))],
    ['a format that there is not', 'H', bytes(2, int16(0))],
    ["a column's format that there is not", 'H', bytes(0, int16(1), int16(2))],
    ['a status that there is not', 'Z', bytes('X')],
    ['a tag within a tag', 'C', bytes('SELECT 1\0SELECT 2\0')],
    ['a tag that is not UTF-8', 'C', bytes(0xff, 0)],
    ['a name that is not UTF-8', 'S', bytes(0xff, 0, 'x', 0)],
    ['a cell that is larger than its row', 'D', bytes(int16(1), int32(5), 'four')],
    ['a cell of a negative length', 'D', bytes(int16(1), int32(-2))],
    ['more cells than there are', 'D', bytes(int16(-1), int32(-1))],
    ['a cancel key of three bytes', 'K', bytes(int32(1), 1, 2, 3)],
    ['a cancel key of 257 bytes', 'K', bytes(int32(1), new Uint8Array(257))],
    ['an error field without a letter', 'E', bytes('Mtext\0\0Ccode\0\0')],
    ['four billion options', 'v', bytes(int32(0x30000), int32(-1))],
    ['version 4', 'v', bytes(int32(0x40000), int32(0))],
  ])('%s', (_what, type, body) => {
    expect(() => decodeBackend(type.charCodeAt(0), body, 0, body.length)).toThrow(PROTOCOL);
  });

  it.each([
    ['an unknown type', 'y', bytes()],
    ['a target that is neither', 'D', bytes('Xname\0')],
    [
      'too few formats',
      'B',
      bytes(0, 0, int16(2), int16(0), int16(0), int16(3), int32(-1), int32(-1), int32(-1), int16(0)),
    ],
    ['a text that is not UTF-8', 'B', bytes(0, 0, int16(0), int16(1), int32(1), 0xff, int16(0))],
  ])('of a client: %s', (_what, type, body) => {
    expect(() => decodeFrontend(type.charCodeAt(0), body, 0, body.length)).toThrow(PROTOCOL);
  });

  it.each([
    ['version 2', bytes(int32(0x20000), 0)],
    ['HTTP', bytes('GET / HTTP/1.1')],
  ])('as a first packet: %s', (_what, body) => {
    expect(() => decodeFirstPacket(body, 0, body.length)).toThrow(PROTOCOL);
  });
});

it('one format stands for all of the parameters', () => {
  const body = bytes(0, 0, int16(1), int16(1), int16(2), int32(1), 1, int32(1), 2, int16(0));
  expect(decodeFrontend(0x42, body, 0, body.length)).toMatchObject({
    parameters: [Uint8Array.of(1), Uint8Array.of(2)],
  });
});

it('an error that is not UTF-8 is still told', () => {
  const body = bytes('Mgr', 0xf6, 0xdf, 'e', 0, 'C28000', 0, 0);
  expect(decodeErrorFields(body, 0, body.length).get('M')).toBe('gr\ufffd\ufffde');
});

it('a version is read with its major number and without', () => {
  for (const version of [0x30002, 2]) {
    const body = bytes(int32(version), int32(0));
    expect(decodeNegotiate(body, 0, body.length)).toEqual({ minor: 2, options: [] });
  }
});

it.each([0, 1, 47, 48, 49, 200])('a tag of %i characters', (length) => {
  const tag = 'x'.repeat(length);
  const body = bytes(tag, 0);
  expect(decodeTag(body, 0, body.length)).toBe(tag);
});

describe('the frame reader', () => {
  /** The type and body of each message. */
  function cut(chunks: Iterable<Uint8Array>, options: FrameReaderOptions = {}): [string, Uint8Array][] {
    const reader = new FrameReader(options);
    const found: [string, Uint8Array][] = [];
    for (const chunk of chunks) {
      reader.push(chunk);
      for (let frame = reader.next(); frame; frame = reader.next()) {
        const { type, start, end } = frame;
        found.push([type === 0 ? '' : String.fromCharCode(type), frame.bytes.slice(start, end)]);
      }
    }
    return found;
  }

  const pairs = (samples: readonly Sample<unknown>[]): [string, Uint8Array][] =>
    samples.map(({ type, body }) => [type, body]);

  it('finds all messages of a server, however they are cut', () => {
    feedAllWays(
      encodeBackend(...BACKEND.map((each) => each.message)),
      (chunks) => cut(chunks),
      (found) => expect(found).toEqual(pairs(BACKEND)),
    );
  });

  it('finds all messages of a client, however they are cut', () => {
    const [startup] = FIRST;
    if (startup === undefined) throw new Error('no first packet');
    feedAllWays(
      bytes(encodeFirstPacket(startup.message), ...FRONTEND.map((each) => encodeFrontend(each.message))),
      (chunks) => cut(chunks, { firstPacket: true }),
      (found) => expect(found).toEqual(pairs([startup, ...FRONTEND])),
    );
  });

  it('expects another first packet when told so', () => {
    const reader = new FrameReader({ firstPacket: true });
    reader.push(bytes(int32(8), int32(80_877_103)));
    expect(reader.next()).toMatchObject({ type: 0, start: 4, end: 8 });
    expect(reader.next()).toBeUndefined();
    reader.expectFirstPacket();
    reader.push(bytes(int32(9), int32(196_608), 0, 'S', int32(4)));
    expect(reader.next()).toMatchObject({ type: 0, start: 4, end: 9 });
    expect(reader.next()).toMatchObject({ type: 0x53, start: 14, end: 14 });
  });

  it.each([
    ['a length of 3', bytes('Z', int32(3)), {}, 'protocol'],
    ['a negative length', bytes('Z', int32(-1)), {}, 'protocol'],
    ['a first packet of 7 bytes', bytes(int32(7)), { firstPacket: true }, 'protocol'],
    ['a message of a gigabyte', bytes('D', int32(1 << 30)), {}, 'limit'],
    ['a byte more than is allowed', bytes('D', int32(100)), { maxMessageBytes: 100 }, 'limit'],
    [
      'a first packet that is too long',
      bytes(int32(101)),
      { maxMessageBytes: 100, firstPacket: true },
      'limit',
    ],
  ])('refuses %s as soon as it is declared', (_what, chunk, options, code) => {
    expect(() => cut([chunk], options)).toThrow(
      expect.objectContaining({ name: 'FairleadError', code, blame: 'peer' }),
    );
  });

  it('takes a message as long as is allowed', () => {
    const whole = message('D', new Uint8Array(95));
    expect(cut([whole], { maxMessageBytes: 100 })).toHaveLength(1);
  });
});
