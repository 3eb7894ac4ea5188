// What is read from BSON is what the official `bson` reads.
import { isFairleadError } from '@fairlead/errors';
import { concatBytes, seededRandom } from '@fairlead/testkit';
import {
  Binary,
  BSONRegExp,
  Code,
  DBRef,
  Decimal128,
  type Document,
  deserialize,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  serialize,
  Timestamp,
  UUID,
} from 'bson';
import { describe, expect, it } from 'vitest';
import { decodeDocument } from '../src/wire/bson/decode.ts';
import { int32s } from './support/messages.ts';

const id = new ObjectId('507f1f77bcf86cd799439011');
const OPTIONS = { useBigInt64: true, bsonRegExp: true, validation: { utf8: true } };

const VALUES: Readonly<Record<string, unknown>> = {
  int: -5,
  double: 1.5,
  'minus zero': -0,
  'not a number': Number.NaN,
  long: Long.fromString('-9007199254740993'),
  'least long': Long.MIN_VALUE,
  true: true,
  false: false,
  null: null,
  text: 'harbour',
  'an empty text': '',
  umlauts: 'grüße',
  'a text with NUL': 'a\0b',
  'a long text': 'x'.repeat(300),
  'long umlauts': 'ü'.repeat(300),
  list: [1, [2, { a: [] }], {}],
  document: { a: { b: { c: 'd' } } },
  'a date': new Date(1_700_000_000_123),
  'before 1970': new Date(-1),
  'the last date': new Date(8.64e15),
  id,
  binary: new Binary(Uint8Array.of(1, 2, 3), 128),
  'binary of old': new Binary(Uint8Array.of(1, 2, 3), 2),
  'no bytes': new Binary(new Uint8Array(0)),
  uuid: new UUID('5a1e8b0c-8e4b-4d7e-9d3b-2f0f5a1b2c3d'),
  'a short uuid': new Binary(Uint8Array.of(1), 4),
  regex: new BSONRegExp('^ü|a', 'xi'),
  code: new Code('f()'),
  'code with scope': new Code('f(ü)', { x: [1, { y: id }], $ref: 'a', $id: 1 }),
  timestamp: new Timestamp({ t: 0xffffffff, i: 3 }),
  decimal: Decimal128.fromString('-1.10E-7'),
  min: new MinKey(),
  max: new MaxKey(),
  reference: new DBRef('c', id),
  'reference with more': new DBRef('c', id, 'd', { x: 1 }),
  'reference to a dotted name': { $ref: 'a.b', $id: 1 },
  'no reference: no id': { $ref: 'c', $id: null },
  'no reference: a number': { $ref: 1, $id: 1 },
  'no reference: a database of another kind': { $ref: 'c', $id: 1, $db: 1 },
  'no reference: another dollar': { $ref: 'c', $id: 1, $x: 1 },
  'no reference: another dollar in front': { $x: 1, $ref: 'c', $id: 1 },
  'a name of another script': { 帆: 1, ['n'.repeat(100)]: 2, '': 3 },
};

/** Equal values of equal classes. */
function expectSame(bytes: Uint8Array): void {
  const expected = deserialize(bytes, OPTIONS);
  const found = decodeDocument(bytes);
  for (const name of Object.keys(expected)) expect(found[name], name).toStrictEqual(expected[name]);
  expect(Object.keys(found)).toEqual(Object.keys(expected));
}

describe('a document', () => {
  it.each(Object.entries(VALUES))('with %s is as of bson', (_name, value) => {
    for (const document of [{ value }, { list: [value, 1], in: { deep: value } }, value]) {
      const isDocument = Object.getPrototypeOf(document ?? 0) === Object.prototype;
      if (isDocument) expectSame(serialize(document as Document));
    }
  });

  it('of damaged bytes is as of bson, or refused', () => {
    const random = seededRandom(9);
    const below = (limit: number): number => Math.floor(random() * limit);
    const original = serialize(VALUES);
    let taken = 0;
    for (let i = 0; i < 3000; i++) {
      const bytes = new Uint8Array(original);
      for (let times = 0; times <= below(3); times++) bytes[4 + below(bytes.length - 4)] = below(256);
      try {
        decodeDocument(bytes);
      } catch (error) {
        expect(isFairleadError(error) && error.code).toBe('protocol');
        continue;
      }
      taken++;
      expectSame(bytes);
    }
    expect(taken).toBeGreaterThan(100);
  });

  it.each([
    [6, [], undefined],
    [12, [...int32s(2), 97, 0, ...id.id], new DBRef('a', id)],
    [14, [...int32s(2), 97, 0], 'a'],
  ])('may hold the deprecated kind %i', (kind, content, value) => {
    const bytes = element(kind, content);
    expect(decodeDocument(bytes)).toStrictEqual({ a: value });
    expectSame(bytes);
  });

  it('keeps a text that begins with a byte order mark, which bson takes away', () => {
    for (const text of ['\ufeffa', `\ufeff${'long'.repeat(20)}`]) {
      expect(decodeDocument(serialize({ text }))).toEqual({ text });
      expect(decodeDocument(serialize({ [text]: 1 }))).toEqual({ [text]: 1 });
    }
  });

  it('keeps names apart that have one hash', () => {
    for (let round = 0; round < 2; round++) {
      const names = Array.from({ length: 2000 }, (_, i) => `n${i}`);
      const document = Object.fromEntries(names.map((name, i) => [name, i]));
      expect(decodeDocument(serialize(document))).toEqual(document);
    }
  });

  it('has the last of two fields of one name, and an own __proto__', () => {
    const twice = concatBytes([serialize({ a: 1 }).slice(4, -1), serialize({ a: 'x' }).slice(4)]);
    const bytes = concatBytes([int32s(twice.length + 4), twice]);
    expect(decodeDocument(bytes)).toEqual({ a: 'x' });
    const hostile = decodeDocument(serialize(JSON.parse('{"__proto__": {"x": 1}}')));
    expect(Object.hasOwn(hostile, '__proto__')).toBe(true);
    expect(hostile.x).toBeUndefined();
  });
});

function element(kind: number, content: readonly number[]): Uint8Array {
  return Uint8Array.from([...int32s(8 + content.length), kind, 97, 0, ...content, 0]);
}
