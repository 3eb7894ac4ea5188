// Strings as rows of bits: SETBIT, BITCOUNT, BITOP, BITFIELD. Bit 0 is the highest of the first byte.
import { type Commands, integer, range, syntaxError } from '../command.ts';
import type { Keyspace } from '../keyspace.ts';
import { CommandError, type Reply } from '../reply.ts';

const MAX_BITS = 2 ** 32;
const read = (db: Keyspace, key: string) => db.get(key, 'string') ?? '';
const byteAt = (text: string, at: number) => text.charCodeAt(at) || 0;
const bitAt = (text: string, at: number) => (byteAt(text, at >> 3) >> (7 - (at & 7))) & 1;

function offset(text: string | undefined): number {
  const value = /^\d{1,10}$/.test(text ?? '') ? Number(text) : MAX_BITS;
  if (value >= MAX_BITS) throw new CommandError('ERR bit offset is not an integer or out of range');
  return value;
}

function bit(text: string | undefined): 0 | 1 {
  if (text !== '0' && text !== '1') throw new CommandError('ERR bit is not an integer or out of range');
  return text === '1' ? 1 : 0;
}

/** The text with bits from `at` on set to those of `value`. */
function withBits(text: string, at: number, width: number, value: bigint): string {
  const bytes = Buffer.alloc(Math.max(text.length, Math.ceil((at + width) / 8)));
  bytes.write(text, 'latin1');
  for (let i = 0; i < width; i++) {
    const mask = 128 >> ((at + i) & 7);
    const index = (at + i) >> 3;
    const on = (value >> BigInt(width - 1 - i)) & 1n;
    bytes[index] = on ? byteOf(bytes, index) | mask : byteOf(bytes, index) & ~mask;
  }
  return bytes.toString('latin1');
}

const byteOf = (bytes: Uint8Array, at: number): number => bytes[at] ?? 0;

function setBit(db: Keyspace, [key = '', at, value]: string[]): number {
  const where = offset(at);
  const to = bit(value);
  const text = read(db, key);
  db.replace(key, withBits(text, where, 1, BigInt(to)));
  return bitAt(text, where);
}

/** Where `start` and `stop` are, in bits, half-open. */
function bitRange(text: string, [start, stop, unit = 'BYTE']: string[]): [number, number] {
  const inBits = unit.toUpperCase() === 'BIT';
  if (!inBits && unit.toUpperCase() !== 'BYTE') throw syntaxError();
  const size = inBits ? text.length * 8 : text.length;
  const [from, to] = range(start ?? '0', stop ?? '-1', size);
  const scale = inBits ? 1 : 8;
  return [from * scale, Math.min(to, size) * scale];
}

function count(db: Keyspace, [key = '', ...where]: string[]): number {
  if (where.length === 1) throw syntaxError();
  const text = read(db, key);
  const [from, to] = bitRange(text, where);
  let ones = 0;
  for (let at = from; at < to; at++) ones += bitAt(text, at);
  return ones;
}

function position(db: Keyspace, [key = '', wanted, ...where]: string[]): number {
  const value = bit(wanted);
  const text = read(db, key);
  if (text === '') return value ? -1 : 0;
  const [from, to] = bitRange(text, where);
  for (let at = from; at < to; at++) if (bitAt(text, at) === value) return at;
  return value === 0 && where.length < 2 && from < to ? to : -1;
}

const OPERATIONS: Readonly<Record<string, (first: number, rest: number[]) => number>> = {
  AND: (first, rest) => rest.reduce((a, b) => a & b, first),
  OR: (first, rest) => rest.reduce((a, b) => a | b, first),
  XOR: (first, rest) => rest.reduce((a, b) => a ^ b, first),
  NOT: (first) => ~first & 255,
  DIFF: (first, rest) => first & ~rest.reduce((a, b) => a | b, 0),
  DIFF1: (first, rest) => ~first & rest.reduce((a, b) => a | b, 0),
  ANDOR: (first, rest) => first & rest.reduce((a, b) => a | b, 0),
  ONE: (first, rest) => {
    let once = first;
    let twice = 0;
    for (const byte of rest) {
      twice |= once & byte;
      once |= byte;
    }
    return once & ~twice;
  },
};

function operate(db: Keyspace, [word = '', target = '', ...keys]: string[]): number {
  const name = word.toUpperCase();
  const operation = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
  if (!operation) throw syntaxError();
  if (name === 'NOT' && keys.length > 1)
    throw new CommandError('ERR BITOP NOT must be called with a single source key.');
  const texts = keys.map((key) => read(db, key));
  const size = Math.max(...texts.map((text) => text.length));
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < size; at++) {
    const [first = 0, ...rest] = texts.map((text) => byteAt(text, at));
    bytes[at] = operation(first, rest) & 255;
  }
  if (size) db.set(target, 'string', bytes.toString('latin1'));
  else db.delete(target);
  return size;
}

interface Field {
  readonly signed: boolean;
  readonly width: number;
  readonly at: number;
}

function field(type = '', where = ''): Field {
  const [, sign, digits] = /^([iu])(\d{1,2})$/.exec(type) ?? [];
  const width = Number(digits);
  if (!sign || width < 1 || width > (sign === 'u' ? 63 : 64)) {
    throw new CommandError(
      'ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.',
    );
  }
  const at = where.startsWith('#') ? offset(where.slice(1)) * width : offset(where);
  return { signed: sign === 'i', width, at };
}

function readField(text: string, { signed, width, at }: Field): bigint {
  let value = 0n;
  for (let i = 0; i < width; i++) value = (value << 1n) | BigInt(bitAt(text, at + i));
  return signed ? BigInt.asIntN(width, value) : value;
}

/** The value within the field's bounds, by the rule for overflows; undefined where that is FAIL. */
function fit({ signed, width }: Field, value: bigint, overflow: string): bigint | undefined {
  const wrapped = signed ? BigInt.asIntN(width, value) : BigInt.asUintN(width, value);
  if (wrapped === value || overflow === 'WRAP') return wrapped;
  if (overflow === 'FAIL') return undefined;
  const high = (1n << BigInt(signed ? width - 1 : width)) - 1n;
  if (value > high) return high;
  return signed ? -high - 1n : 0n;
}

function bitField(db: Keyspace, [key = '', ...words]: string[]): Reply {
  let text = read(db, key);
  let overflow = 'WRAP';
  const replies: Reply[] = [];
  for (let i = 0; i < words.length; ) {
    const word = words[i++]?.toUpperCase();
    if (word === 'OVERFLOW') {
      overflow = words[i++]?.toUpperCase() ?? '';
      if (!['WRAP', 'SAT', 'FAIL'].includes(overflow))
        throw new CommandError('ERR Invalid OVERFLOW type specified');
      continue;
    }
    if (word !== 'GET' && word !== 'SET' && word !== 'INCRBY') throw syntaxError();
    const where = field(words[i++], words[i++]);
    const before = readField(text, where);
    if (word !== 'GET') {
      const by = BigInt(integer(words[i++]));
      const after = fit(where, word === 'SET' ? by : before + by, overflow);
      if (after !== undefined) text = withBits(text, where.at, where.width, after);
      replies.push(after === undefined ? null : Number(word === 'SET' ? before : after));
    } else replies.push(Number(before));
  }
  if (text !== read(db, key)) db.replace(key, text);
  return replies;
}

/** SETBIT, BITCOUNT, BITFIELD and their family. */
export const bits: Commands = {
  SETBIT: { arity: 4, run: setBit },
  GETBIT: { arity: 3, run: (db, [key = '', at]) => bitAt(read(db, key), offset(at)) },
  BITCOUNT: { arity: -2, run: count },
  BITPOS: { arity: -3, run: position },
  BITOP: { arity: -4, run: operate },
  BITFIELD: { arity: -2, run: bitField },
};
