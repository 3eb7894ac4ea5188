// What is written as BSON is, byte for byte, what the official `bson` writes.
import { isFairleadError } from '@fairlead/errors';
import { seededRandom } from '@fairlead/testkit';
import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  DBRef,
  Decimal128,
  type Document,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  serialize,
  Timestamp,
  UUID,
} from 'bson';
import { describe, expect, it } from 'vitest';
import { encodeDocument } from '../src/wire/bson/encode.ts';

const id = new ObjectId('507f1f77bcf86cd799439011');
const shared = { a: 1 };
const official = (document: Document) => new Uint8Array(serialize(document, { ignoreUndefined: false }));

const VALUES: Readonly<Record<string, unknown>> = {
  zero: 0,
  'minus zero': -0,
  'largest int32': 0x7fffffff,
  'beyond int32': 0x80000000,
  'least int32': -0x80000000,
  'beyond the least': -0x80000001,
  fraction: 1.5,
  'not a number': Number.NaN,
  infinite: Number.NEGATIVE_INFINITY,
  'beyond the safe integers': 2 ** 53,
  'largest int64': 2n ** 63n - 1n,
  'least int64': -(2n ** 63n),
  true: true,
  false: false,
  null: null,
  undefined,
  'a list with nothing in it': [undefined, null, 1],
  'an empty text': '',
  'a short text': 'harbour',
  umlauts: 'grüße',
  emoji: '⛵'.repeat(30),
  'half a surrogate': 'a\ud800b',
  'a text with NUL': 'a\0b',
  'a long text': 'x'.repeat(5000),
  'a very long text': 'ü'.repeat(20_000),
  'a date': new Date(1_700_000_000_123),
  'the first date': new Date(-8.64e15),
  'the last date': new Date(8.64e15),
  'before 1970': new Date(-1),
  bytes: Uint8Array.of(1, 2, 3),
  'many bytes': new Uint8Array(30_000).fill(7),
  'a regular expression': /a|ü/gim,
  'an object without a prototype': Object.assign(Object.create(null), { x: 1 }),
  'a Map': new Map<unknown, unknown>([
    ['b', 1],
    [5, { a: 2 }],
  ]),
  'an instance': new (class {
    own = 1;
    get inherited(): number {
      return 2;
    }
  })(),
  'with toBSON': { toBSON: () => ({ given: [1] }) },
  'with toBSON to a text': { toBSON: () => 'text' },
  'with toBSON to nothing': { toBSON: () => undefined },
  'the same twice': [shared, shared],
  '_bsontype without a value': { _bsontype: undefined, a: 1 },
  Double: new Double(5),
  Int32: new Int32(-5),
  Long: Long.fromString('-9007199254740993'),
  'Long without sign': Long.MAX_UNSIGNED_VALUE,
  Timestamp: new Timestamp({ t: 0xffffffff, i: 3 }),
  ObjectId: id,
  UUID: new UUID('5a1e8b0c-8e4b-4d7e-9d3b-2f0f5a1b2c3d'),
  Binary: new Binary(Uint8Array.of(1, 2), 128),
  'Binary of old': new Binary(Uint8Array.of(1, 2), 2),
  vector: Binary.fromFloat32Array(new Float32Array([1, 2.5])),
  'vector of bits': Binary.fromPackedBits(Uint8Array.of(0xf0), 4),
  Decimal128: Decimal128.fromString('-1.10E-7'),
  BSONRegExp: new BSONRegExp('^ü', 'xi'),
  BSONSymbol: new BSONSymbol('sü'),
  Code: new Code('f()'),
  'Code with scope': new Code('f(ü)', { x: [1, { y: id }] }),
  'Code with scope of many': new Code('f()', { x: 'y'.repeat(20_000) }),
  MinKey: new MinKey(),
  MaxKey: new MaxKey(),
  DBRef: new DBRef('c', id),
  'DBRef with more': new DBRef('c', id, 'd', { x: 1 }),
};

/** Comparing long arrays by `toEqual` takes minutes. */
function expectAsOfBson(document: Document, as: Document = document): void {
  const [bytes, expected] = [encodeDocument(document), official(as)];
  const differs = expected.findIndex((byte, at) => byte !== bytes[at]);
  expect([bytes.length, differs]).toEqual([expected.length, -1]);
}

describe('a document', () => {
  it.each(Object.entries(VALUES))('with %s is as of bson', (_name, value) => {
    const documents: Document[] = [{ value }, { list: [value, 1], in: { deep: value, grüße: 1 } }];
    for (const document of documents) expectAsOfBson(document);
    expectAsOfBson(new Map([['value', value]]), { value });
  });

  it('of anything is as of bson', () => {
    const random = seededRandom(5);
    const below = (limit: number): number => Math.floor(random() * limit);
    const values = Object.values(VALUES);
    const make = (depth: number): unknown => {
      if (depth > 4 || random() < 0.6) return values[below(values.length)];
      const items = Array.from({ length: below(8) }, () => make(depth + 1));
      return random() < 0.3
        ? items
        : Object.fromEntries(items.map((item, i) => [`${'ké'.repeat(below(30))}${i}`, item]));
    };
    for (let i = 0; i < 100; i++) {
      expectAsOfBson({ made: make(0), again: make(1) });
    }
  });

  it('may be encoded while another is', () => {
    const inner: Uint8Array[] = [];
    const document = {
      before: 1,
      value: {
        toBSON: () => {
          inner.push(encodeDocument({ inner: 'i'.repeat(100) }));
          return { deep: 2 };
        },
      },
      behind: 3,
    };
    const bytes = encodeDocument(document);
    expect(bytes).toEqual(official({ before: 1, value: { deep: 2 }, behind: 3 }));
    expect(inner[0]).toEqual(official({ inner: 'i'.repeat(100) }));
  });

  it.each<[string, unknown]>([
    ['an array', [1]],
    ['a date', new Date(0)],
    ['bytes', Uint8Array.of(1)],
    ['a regular expression', /a/],
    ['an ArrayBuffer', new ArrayBuffer(1)],
    ['null', null],
    ['text', 'text'],
    ['an ObjectId', id],
    ['what toBSON turns into text', { toBSON: () => 'text' }],
  ])('is not %s', (_name, value) => {
    expect(refused(value)).toContain('cannot be written as BSON');
  });

  it.each<[string, unknown]>([
    ['text with the name of a class', { _bsontype: 'ObjectId', id: Uint8Array.of(1) }],
    ['the class of another version', Object.create(id, { [Symbol.for('@@mdb.bson.version')]: { value: 6 } })],
    ['an unknown class', { _bsontype: 'toString' }],
    ['a pattern with NUL', Object.assign(new BSONRegExp('a'), { pattern: 'a\0b' })],
    ['a name with NUL', { 'a\0': 1 }],
    ['a malformed vector', new Binary(Uint8Array.of(0x27, 1, 0, 0, 0, 0), 9)],
    ['a cut vector', new Binary(Uint8Array.of(0x27, 0, 0), 9)],
    ['a vector of 9 padding bits', new Binary(Uint8Array.of(0x10, 9, 0), 9)],
    ['a toBSON that throws', { toBSON: () => JSON.parse('{') }],
  ])('holds no %s', (_name, value) => {
    expect(() => official({ value })).toThrow();
    expect(refused({ value })).toContain('cannot be written as BSON');
    // What was begun is no part of the next.
    expect(encodeDocument({ next: 1 })).toEqual(official({ next: 1 }));
  });

  it.each<[string, unknown]>([
    ['function', () => 1],
    ['symbol', Symbol('x')],
    ['Promise', Promise.resolve(1)],
    ['Set', new Set([1])],
    ['URL', new URL('http://example.com')],
    ['Uint16Array', new Uint16Array([1, 2])],
    ['ArrayBuffer', new ArrayBuffer(3)],
    ['function', { toBSON: () => () => 1 }],
  ])('holds no %s, of which bson would make nothing or something else', (name, value) => {
    for (const document of [{ value }, { value: [value] }, new Map([['value', value]])]) {
      expect(refused(document)).toMatch(new RegExp(`${name} cannot be written as BSON$`));
    }
  });

  it('may be as large as any server takes', () => {
    const text = 'x'.repeat(16_777_216 - 40);
    expect(encodeDocument({ text }).length).toBe(official({ text }).length);
    const list = Array.from({ length: 170 }, () => 'x'.repeat(100_000));
    expect(refused({ list })).toContain('larger than');
  });
});

function refused(value: unknown): string {
  try {
    encodeDocument(value as Document);
  } catch (error) {
    if (isFairleadError(error)) return error.message;
    throw error;
  }
  return 'nothing';
}
