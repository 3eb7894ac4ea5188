// Messages and BSON as bytes: whole, byte by byte, with bytes behind, malformed in every way that the facts name.
import { concatBytes, feedAllWays } from '@fairlead/testkit';
import {
  Binary,
  BSONRegExp,
  Decimal128,
  type Document,
  Long,
  MinKey,
  ObjectId,
  serialize,
  Timestamp,
  UUID,
} from 'bson';
import { describe, expect, it } from 'vitest';
import { decodeDocument } from '../src/wire/bson/decode.ts';
import { encodeDocument } from '../src/wire/bson/encode.ts';
import { crc32c } from '../src/wire/crc32c.ts';
import { decodeReply } from '../src/wire/decode.ts';
import { encodeMessage, encodeQuery } from '../src/wire/encode.ts';
import { FrameDecoder } from '../src/wire/frame-decoder.ts';
import type { Frame } from '../src/wire/protocol.ts';
import { decodeCompressed } from '../src/zlib/op-compressed.ts';
import { body, int32s, message, opMsg, opReply, readMessage, sequence } from './support/messages.ts';

const frameOf = (bytes: Uint8Array): Frame => ({
  bytes,
  opCode: new DataView(bytes.buffer, bytes.byteOffset).getInt32(12, true),
});
const decode = (bytes: Uint8Array, raw?: Parameters<typeof decodeReply>[1]): Document =>
  decodeReply(frameOf(bytes), raw);
const refusal = (work: () => unknown): unknown => {
  try {
    return ['no error', work()];
  } catch (error) {
    return error;
  }
};
const breach = (what: string | RegExp) =>
  expect.objectContaining({
    name: 'FairleadError',
    code: 'protocol',
    safeToRetry: false,
    message: typeof what === 'string' ? expect.stringContaining(what) : expect.stringMatching(what),
  });

describe('what is sent', () => {
  it('is OP_MSG with one body', () => {
    const sent = readMessage(encodeMessage(7, { find: 'x', limit: 1, $db: 'test' }, undefined, false));
    expect(sent).toMatchObject({
      requestId: 7,
      opCode: 2013,
      flags: 0,
      command: { find: 'x', limit: 1, $db: 'test' },
    });
    expect(new DataView(sent.bytes.buffer, sent.bytes.byteOffset).getInt32(0, true)).toBe(sent.bytes.length);
  });

  it('has bulk payloads in a section of their own', () => {
    const documents = [{ a: 1 }, { a: 2 }].map((document) => serialize(document));
    const sent = readMessage(
      encodeMessage(1, { insert: 'x', $db: 'test' }, { name: 'documents', documents }, true),
    );
    expect(sent).toMatchObject({ flags: 2, sequences: { documents: [{ a: 1 }, { a: 2 }] } });
  });

  it('is OP_QUERY on admin.$cmd for the first hello', () => {
    const sent = readMessage(encodeQuery(1, { isMaster: 1 }));
    expect(sent).toMatchObject({ opCode: 2004, flags: 4, command: { isMaster: 1 } });
    expect(new TextDecoder().decode(sent.bytes.subarray(20, 31))).toBe('admin.$cmd\0');
  });

  it('is not touched by what is written later', () => {
    const texts = Array.from({ length: 500 }, (_none, n) => 'x'.repeat((n * 37) % 3000));
    const written = texts.map((text) => encodeMessage(1, { insert: text }, undefined, false));
    expect(written.map((bytes) => readMessage(bytes).command.insert)).toEqual(texts);
  });

  it('may be larger than what is set aside for short ones', () => {
    const text = 'x'.repeat(100_000);
    expect(readMessage(encodeMessage(1, { insert: text }, undefined, false)).command).toEqual({
      insert: text,
    });
  });
});

describe('frames', () => {
  const whole = opMsg(1, { ok: 1, text: 'grüße' });

  it('come out of any chunks', () => {
    const feed = (chunks: Iterable<Uint8Array>) => {
      const decoder = new FrameDecoder();
      const replies: Document[] = [];
      for (const chunk of chunks) {
        const frame = decoder.push(chunk);
        if (frame !== undefined) replies.push(decodeReply(frame));
      }
      return [replies, decoder.isInside];
    };
    feedAllWays(whole, feed, (found) => expect(found).toEqual([[{ ok: 1, text: 'grüße' }], false]));
  });

  it('are copied, since the chunk is reused', () => {
    const chunk = opMsg(1, { ok: 1, data: new Binary(Uint8Array.of(1, 2, 3)) });
    const frame = new FrameDecoder().push(chunk);
    chunk.fill(0);
    expect(frame && decodeReply(frame)).toMatchObject({ ok: 1, data: new Binary(Uint8Array.of(1, 2, 3)) });
  });

  it('say how much is missing', () => {
    const decoder = new FrameDecoder();
    expect(decoder.wanted).toBe(16);
    decoder.push(whole.slice(0, 3));
    expect(decoder.wanted).toBe(13);
    decoder.push(whole.slice(3, 20));
    expect(decoder.wanted).toBe(whole.length - 20);
  });

  it.each([0, 15, -1, 0x7fff_ffff, 48_000_001])('are refused with the length %i', (length) => {
    for (const bytes of [int32s(length), int32s(length, 1, 1, 2013)]) {
      expect(refusal(() => new FrameDecoder().push(bytes))).toEqual(breach(`a message of ${length} bytes`));
    }
  });

  it.each(['one byte', 'a whole message'])('are refused with %s behind', (what) => {
    const tail = what === 'one byte' ? Uint8Array.of(0) : whole;
    expect(refusal(() => new FrameDecoder().push(concatBytes([whole, tail])))).toEqual(
      breach('bytes behind'),
    );
    const decoder = new FrameDecoder();
    decoder.push(whole.slice(0, 10));
    expect(refusal(() => decoder.push(concatBytes([whole.slice(10), tail])))).toEqual(breach('bytes behind'));
  });

  it('set no memory aside for what was only announced', () => {
    const decoder = new FrameDecoder();
    decoder.push(int32s(48_000_000, 1, 1, 2013));
    expect(decoder.wanted).toBe(48_000_000 - 16);
  });
});

describe('a reply', () => {
  it('may have a checksum, which is checked', () => {
    const plain = message(1, 2013, int32s(1), body({ ok: 1 }), int32s(0));
    plain.set(int32s(crc32c(plain, plain.length - 4)), plain.length - 4);
    expect(decode(plain)).toEqual({ ok: 1 });
    plain[plain.length - 1] = (plain[plain.length - 1] ?? 0) ^ 1;
    expect(refusal(() => decode(plain))).toEqual(breach('checksum'));
    expect(refusal(() => decode(message(1, 2013, int32s(1))))).toEqual(breach('checksum'));
  });

  it('knows CRC-32C of RFC 3720 B.4', () => {
    expect(crc32c(new Uint8Array(32), 32) >>> 0).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(0xff), 32) >>> 0).toBe(0x62a8ab43);
  });

  it('may have optional flags, and no required ones that are unknown', () => {
    expect(decode(opMsg(1, { ok: 1 }, 1 << 16))).toEqual({ ok: 1 });
    for (const bit of [2, 3, 15]) {
      expect(refusal(() => decode(opMsg(1, { ok: 1 }, 1 << bit)))).toEqual(breach('required flags'));
    }
    expect(refusal(() => decode(opMsg(1, { ok: 1 }, 2)))).toEqual(breach('more replies'));
  });

  it('may have documents in sections of their own', () => {
    const documents = [{ a: 1 }, { b: 2n }];
    const bytes = message(1, 2013, int32s(0), sequence('list', documents), body({ ok: 1 }));
    expect(decode(bytes)).toEqual({ ok: 1, list: documents });
    expect(decode(bytes, { list: true }).list).toEqual(
      documents.map((document) => new Uint8Array(serialize(document))),
    );
  });

  it.each([
    ['no body', message(1, 2013, int32s(0))],
    ['no flags', message(1, 2013)],
    ['two bodies', message(1, 2013, int32s(0), body({ ok: 1 }), body({ ok: 1 }))],
    ['a section of the unknown kind 2', message(1, 2013, int32s(0), Uint8Array.of(2), serialize({}))],
    [
      'a section of documents has a wrong size',
      message(1, 2013, int32s(0), body({ ok: 1 }), sequence('x', [{}], 999)),
    ],
    [
      'a section of documents has a wrong size',
      message(1, 2013, int32s(0), body({ ok: 1 }), sequence('x', [{}], 0)),
    ],
    [
      'a section of documents has a wrong size',
      message(1, 2013, int32s(0), body({ ok: 1 }), Uint8Array.of(1, 0)),
    ],
    [
      'a section of documents has no name',
      message(1, 2013, int32s(0), body({ ok: 1 }), Uint8Array.of(1, 5, 0, 0, 0, 65)),
    ],
    ['malformed', message(1, 2013, int32s(0), body({ ok: 1 }), sequence('x', [{ a: 1 }], 10))],
    ['two sections', message(1, 2013, int32s(0), body({ ok: 1 }), sequence('ok', []))],
    ['no reply', message(1, 2004, int32s(0), serialize({}))],
    ['no reply', message(1, -5, int32s(0), serialize({}))],
    ['has 0 documents', opReply(1, {}, { count: 0 })],
    ['has 2 documents', opReply(1, {}, { count: 2 })],
    ['too short', message(1, 1, int32s(0))],
    ['bytes behind', message(1, 1, int32s(8, 0, 0, 0, 1), serialize({ ok: 1 }), Uint8Array.of(0))],
  ])('is refused: %s', (what, bytes) => {
    expect(refusal(() => decode(bytes))).toEqual(
      expect.objectContaining({
        code: 'protocol',
        message: expect.stringContaining(what.replace('no flags', 'without flags')),
      }),
    );
  });

  it('to the first hello may be a failure', () => {
    expect(decode(opReply(1, { $err: 'no' }, { flags: 2 }))).toEqual({ $err: 'no', ok: 0 });
  });
});

describe('a compressed message', () => {
  const compressed = (inner: number, size: number, id = 2) =>
    message(1, 2012, int32s(inner, size), Uint8Array.of(id, 1, 2));

  it('is taken apart', () => {
    expect(decodeCompressed(compressed(2013, 100), 1000)).toEqual({
      compressor: 2,
      size: 100,
      body: Uint8Array.of(1, 2),
    });
  });

  it.each([
    ['of the kind 2012', compressed(2012, 100)],
    ['of the kind 1', compressed(1, 100)],
    ['over the limit', compressed(2013, 985)],
    ['over the limit', compressed(2013, 0x7fff_ffff)],
    ['over the limit', compressed(2013, -1)],
    ['too short', message(1, 2012, int32s(2013, 1))],
  ])('is refused before anything is inflated: %s', (what, frame) => {
    expect(refusal(() => decodeCompressed(frame, 1000))).toEqual(breach(what));
  });
});

describe('fields that stay raw', () => {
  const reply = {
    cursor: { id: 9n, firstBatch: [{ _id: 1 }, { _id: 2, deep: { a: [1] } }], ns: 'a.b' },
    value: { x: 1 },
    ok: 1,
  };
  const bytes = opMsg(1, reply);
  const raws = reply.cursor.firstBatch.map((document) => new Uint8Array(serialize(document)));

  it('are bytes, the others values', () => {
    expect(decode(bytes, { cursor: { firstBatch: true }, value: true })).toEqual({
      cursor: { id: 9n, firstBatch: raws, ns: 'a.b' },
      value: new Uint8Array(serialize({ x: 1 })),
      ok: 1,
    });
  });

  it('need not be there', () => {
    expect(decode(bytes, { cursor: { nextBatch: true }, other: true, ok: true })).toEqual(reply);
    expect(decode(opMsg(1, { cursor: 5, ok: 1 }), { cursor: { firstBatch: true } })).toEqual({
      cursor: 5,
      ok: 1,
    });
    expect(decode(opMsg(1, { value: null, ok: 1 }), { value: true })).toEqual({ value: null, ok: 1 });
  });

  it('are documents', () => {
    expect(refusal(() => decode(opMsg(1, { list: [{}, 5] }), { list: true }))).toEqual(
      breach('something else'),
    );
  });

  it.each([
    ['beside a value of another type', [{ cursor: { b: [] } }, { cursor: 5 }]],
    ['as lists', [{ cursor: { b: [] } }, { cursor: { b: [] } }]],
    ['by the thousands', Array.from({ length: 100_000 }, () => ({ cursor: { b: [] } }))],
  ])('must not stand twice: %s', (_name, fields) => {
    const elements = concatBytes([...fields.map((one) => serialize(one).slice(4, -1)), Uint8Array.of(0)]);
    const document = concatBytes([int32s(elements.length + 4), elements]);
    const raw = { cursor: { b: true } } as const;
    expect(refusal(() => decode(opMsg(1, document), raw))).toEqual(breach('twice'));
  });
});

describe('values', () => {
  it('come back as they were', () => {
    const document = {
      long: 9007199254740993n,
      least: -(2n ** 63n),
      decimal: Decimal128.fromString('1.10'),
      date: new Date(0),
      binary: new Binary(Uint8Array.of(1, 2), 0),
      uuid: new UUID('5a1e8b0c-8e4b-4d7e-9d3b-2f0f5a1b2c3d'),
      id: new ObjectId('507f1f77bcf86cd799439011'),
      regex: new BSONRegExp('(?i)^a', 'ix'),
      timestamp: new Timestamp({ t: 5, i: 6 }),
      min: new MinKey(),
      double: 1.5,
      int: 1,
      minusZero: -0,
      text: 'grüße\0x',
      list: [1, [2n], { a: null }],
    };
    const decoded = decodeDocument(encodeDocument(document));
    expect(decoded).toEqual(document);
    expect(encodeDocument(decoded)).toEqual(encodeDocument(document));
  });

  it('of a field named __proto__ or constructor are only values', () => {
    const hostile = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": {"prototype": 2}}');
    const decoded = decodeDocument(encodeDocument(hostile));
    expect(Object.getPrototypeOf(decoded)).toBe(Object.prototype);
    expect(Object.getOwnPropertyDescriptor(decoded, '__proto__')?.value).toEqual({ polluted: 1 });
    expect(({} as Document).polluted).toBeUndefined();
  });

  it('undefined becomes null, so that a filter matches no more than it says', () => {
    expect(decodeDocument(encodeDocument({ user: undefined }))).toEqual({ user: null });
  });

  it.each([
    ['usage', 'does not fit into the 64 bits', { a: [2n ** 63n] }],
    ['usage', 'does not fit into the 64 bits', { a: new Map([['b', -(2n ** 63n) - 1n]]) }],
    ['usage', 'date is invalid', { a: { b: new Date(Number.NaN) } }],
    ['usage', 'cannot be written as BSON', { 'a\0b': 1 }],
    ['usage', 'nested more than 200 deep', nested(300)],
    ['usage', 'holds itself', circular()],
    ['limit', 'larger than', { text: 'x'.repeat(18_000_000) }],
  ])('are refused with %s: %s', (code, what, document) => {
    expect(refusal(() => encodeDocument(document as Document))).toEqual(
      expect.objectContaining({ code, safeToRetry: true, message: expect.stringContaining(what) }),
    );
  });
});

function nested(depth: number): Document {
  let document: Document = {};
  for (let i = 0; i < depth; i++) document = { a: document };
  return document;
}

function circular(): Document {
  const document: Document = {};
  document.self = [document];
  return document;
}

/** A document nested `depth` deep, without a serializer. */
function deep(depth: number): Uint8Array {
  const bytes = new Uint8Array(depth * 8 + 5);
  for (let i = 0; i <= depth; i++) {
    bytes.set(int32s(bytes.length - i * 8), i * 7);
    if (i < depth) bytes.set([3, 97, 0], i * 7 + 4);
  }
  return bytes;
}

describe('hostile documents', () => {
  it('may be as deep as the cap, and no deeper', () => {
    expect(decodeDocument(deep(200))).toHaveProperty('a.a.a');
    for (const depth of [201, 10_000, 100_000]) {
      expect(refusal(() => decodeDocument(deep(depth)))).toEqual(breach('nested more than 200 deep'));
    }
  });

  const edit = (document: Document, at: number, ...values: number[]): Uint8Array => {
    const bytes = new Uint8Array(serialize(document));
    bytes.set(values, at);
    return bytes;
  };

  it.each([
    ['empty', new Uint8Array(0)],
    ['four bytes', int32s(4)],
    ['a size of 0', int32s(0, 0)],
    ['a negative size', edit({}, 0, 0xff, 0xff, 0xff, 0xff)],
    ['a size that overruns', edit({ a: 1 }, 0, 200)],
    ['a size that is short', edit({ a: 1 }, 0, 11)],
    ['no terminator', edit({ a: 1 }, 11, 1)],
    ['bytes behind', concatBytes([serialize({}), Uint8Array.of(0)])],
    ['an unknown kind', edit({ a: 1 }, 4, 0x55)],
    ['a name without an end', Uint8Array.of(8, 0, 0, 0, 10, 97, 97, 0)],
    ['a text that overruns', edit({ a: 'xy' }, 7, 100)],
    ['a text with a size of 0', edit({ a: 'xy' }, 7, 0)],
    ['a text with a negative size', edit({ a: 'xy' }, 7, 0xff, 0xff, 0xff, 0xff)],
    ['a text without NUL', edit({ a: 'xy' }, 13, 1)],
    ['a text that is not UTF-8', edit({ a: 'xy' }, 11, 0xff)],
    ['a cut surrogate', edit({ a: 'xyz' }, 11, 0xed, 0xa0, 0x80)],
    ['a document inside that overruns', edit({ a: { b: 1 } }, 7, 100)],
    ['a document inside that takes the terminator', edit({ a: {} }, 7, 6)],
    ['an array inside with a size of 0', edit({ a: [] }, 7, 0)],
    ['a binary that overruns', edit({ a: new Binary(Uint8Array.of(1)) }, 7, 100)],
    ['a binary with a negative size', edit({ a: new Binary(Uint8Array.of(1)) }, 10, 0x80)],
    ['an old binary with two sizes', edit({ a: new Binary(Uint8Array.of(1, 2, 3), 2) }, 12, 9)],
    ['a boolean that is neither', edit({ a: true }, 7, 2)],
    ['an ObjectId that is cut', Uint8Array.of(10, 0, 0, 0, 7, 97, 0, 1, 1, 0)],
    ['code with scope of a wrong size', codeWithScope(99)],
    ['an option of a regular expression that is none', edit({ a: new BSONRegExp('a', 'i') }, 9, 0x71)],
  ])('are refused: %s', (_what, bytes) => {
    expect(refusal(() => decodeDocument(bytes))).toEqual(breach(''));
    // In a reply too, at any place, raw or not.
    const outer = concatBytes([
      int32s(bytes.length + 12),
      Uint8Array.of(3, 97, 0),
      bytes,
      Uint8Array.of(0),
    ]).slice();
    for (const raw of [undefined, { a: true as const }]) {
      const found = refusal(() => decode(opMsg(1, outer), raw));
      if (raw === undefined) expect(found).toEqual(breach(''));
    }
  });

  it('may be code with scope', () => {
    const bytes = codeWithScope(undefined);
    expect(decodeDocument(bytes).a).toMatchObject({ code: 'f', scope: { x: 1 } });
  });

  it('may hold int64 as the class that other parts of a program make', () => {
    expect(decodeDocument(encodeDocument({ a: Long.MAX_VALUE })).a).toBe(2n ** 63n - 1n);
  });
});

function codeWithScope(size: number | undefined): Uint8Array {
  const scope = serialize({ x: 1 });
  const value = concatBytes([int32s(size ?? 4 + 4 + 2 + scope.length, 2), Uint8Array.of(102, 0), scope]);
  const content = concatBytes([Uint8Array.of(15, 97, 0), value, Uint8Array.of(0)]);
  return concatBytes([int32s(content.length + 4), content]);
}
