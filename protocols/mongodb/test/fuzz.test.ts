// Messages and documents that were damaged at random: a document comes out, or a FairleadError does, and nothing else. FUZZ_ROUNDS=1000000
// for more.
import { isFairleadError } from '@fairlead/errors';
import { concatBytes, seededRandom } from '@fairlead/testkit';
import {
  Binary,
  BSONRegExp,
  Code,
  DBRef,
  Decimal128,
  type Document,
  MaxKey,
  ObjectId,
  serialize,
  Timestamp,
  UUID,
} from 'bson';
import { expect, it } from 'vitest';
import { decodeDocument } from '../src/wire/bson/decode.ts';
import { encodeDocument } from '../src/wire/bson/encode.ts';
import { crc32c } from '../src/wire/crc32c.ts';
import { decodeReply } from '../src/wire/decode.ts';
import { FrameDecoder } from '../src/wire/frame-decoder.ts';
import { OP_COMPRESSED } from '../src/wire/protocol.ts';
import { decodeCompressed } from '../src/zlib/op-compressed.ts';
import { body, int32s, message, opMsg, opReply, sequence } from './support/messages.ts';

const INPUTS = Number(process.env.FUZZ_ROUNDS ?? 20_000);
const SEED = Number(process.env.FUZZ_SEED ?? 14);

const ALL_KINDS: Document = {
  double: 1.5,
  text: 'grüße',
  document: { a: { b: [1, { c: 2n }] } },
  array: ['x', null, true],
  binary: new Binary(Uint8Array.of(1, 2, 3)),
  old: new Binary(Uint8Array.of(1, 2, 3), 2),
  vector: new Binary(Uint8Array.of(3, 0, 1), 9),
  uuid: new UUID('5a1e8b0c-8e4b-4d7e-9d3b-2f0f5a1b2c3d'),
  id: new ObjectId('507f1f77bcf86cd799439011'),
  date: new Date(5),
  regex: new BSONRegExp('a|b', 'i'),
  reference: new DBRef('c', new ObjectId('507f1f77bcf86cd799439011')),
  code: new Code('f()'),
  scoped: new Code('f()', { x: 1 }),
  int: 5,
  timestamp: new Timestamp({ t: 1, i: 2 }),
  long: 5n,
  decimal: Decimal128.fromString('1.10'),
  max: new MaxKey(),
};

const cursor = { cursor: { id: 5n, ns: 'a.b', firstBatch: [{ a: 1 }, ALL_KINDS] }, ok: 1 };

const checked = message(1, 2013, int32s(1), body({ ok: 1 }), int32s(0));
checked.set(int32s(crc32c(checked, checked.length - 4)), checked.length - 4);

const MESSAGES = [
  opMsg(1, cursor),
  opMsg(1, ALL_KINDS),
  opReply(1, { ok: 1, hosts: ['a:1'] }),
  checked,
  message(1, 2013, int32s(0), sequence('documents', [{ a: 1 }, { b: 'x' }]), body({ ok: 1 })),
  message(1, 2012, int32s(2013, 100), Uint8Array.of(2, 1, 2, 3)),
].map((bytes) => new Uint8Array(bytes));

const below = (random: () => number, limit: number): number => Math.floor(random() * limit);
/** Values that sizes, kinds and flags go wrong with. */
const EDGES = [0, 1, 2, 3, 4, 5, 0x0f, 0x10, 0x7f, 0x80, 0xfe, 0xff];

function damaged(original: Uint8Array, random: () => number): Uint8Array {
  const copy = original.slice();
  const times = 1 + below(random, 4);
  // The length stays right mostly: else no more than that is looked at.
  const from = random() < 0.1 ? 0 : 12;
  for (let i = 0; i < times; i += 1) {
    copy[from + below(random, copy.length - from)] =
      random() < 0.5 ? below(random, 256) : (EDGES[below(random, EDGES.length)] ?? 0);
  }
  if (random() > 0.2) return copy;
  const cut = 16 + below(random, copy.length - 16);
  const rest = concatBytes([copy.subarray(0, cut), copy.subarray(cut + below(random, 9))]).slice();
  rest.set(int32s(rest.length));
  return rest;
}

function decodeAll(bytes: Uint8Array, random: () => number): void {
  const decoder = new FrameDecoder();
  const cut = random() < 0.5 ? 0 : below(random, bytes.length);
  let frame = cut === 0 ? undefined : decoder.push(bytes.slice(0, cut));
  frame ??= decoder.push(bytes.slice(cut));
  if (frame === undefined) return;
  if (frame.opCode === OP_COMPRESSED) {
    decodeCompressed(frame.bytes, 1000);
    return;
  }
  const raw = random() < 0.5 ? undefined : { cursor: { firstBatch: true as const }, document: true as const };
  const reply = decodeReply(frame, raw);
  for (const document of (raw && Array.isArray(reply.cursor?.firstBatch) && reply.cursor.firstBatch) || []) {
    if (document instanceof Uint8Array) decodeDocument(document);
  }
}

it(`of ${INPUTS} damaged messages none brings out anything but a FairleadError`, () => {
  const random = seededRandom(SEED);
  const codes = new Map<string, number>();
  for (let i = 0; i < INPUTS; i += 1) {
    const bytes = damaged(MESSAGES[below(random, MESSAGES.length)] ?? checked, random);
    let code = 'none';
    try {
      decodeAll(bytes, random);
    } catch (error) {
      if (!isFairleadError(error)) throw new Error(`input ${i}: [${bytes}]`, { cause: error });
      ({ code } = error);
    }
    codes.set(code, (codes.get(code) ?? 0) + 1);
  }
  expect([...codes.keys()].sort()).toEqual(['none', 'protocol']);
}, 600_000);

it('what is decoded can be written again', () => {
  const random = seededRandom(SEED + 1);
  const original = new Uint8Array(serialize(ALL_KINDS));
  for (let i = 0; i < INPUTS / 10; i += 1) {
    const bytes = original.slice();
    bytes[4 + below(random, bytes.length - 5)] = below(random, 256);
    try {
      decodeDocument(encodeDocument(decodeDocument(bytes)));
    } catch (error) {
      if (!isFairleadError(error)) throw new Error(`input ${i}: [${bytes}]`, { cause: error });
    }
  }
}, 600_000);
