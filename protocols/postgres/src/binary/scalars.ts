// Values from the binary format (the types' `send` functions): the same values as from the text format.

import { toHex } from '@fairlead/bytes';
import { malformed } from '../values/text/malformed.ts';
import type { BinaryDecoder, Cursor } from './cursor.ts';
import { date, dateTime, interval, time, timeWithZone } from './datetime.ts';
import { box, circle, line, path, point, polygon, segment } from './geometry.ts';
import { arrayOf } from './nested.ts';
import { float4, float8, money, numeric } from './numbers.ts';
import { tsquery, tsvector } from './search.ts';

/** Family, prefix length, whether it is a cidr, and the address. */
function inet(cursor: Cursor): string {
  cursor.u8();
  const prefix = cursor.u8();
  const cidr = cursor.u8();
  const address = cursor.bytes(cursor.u8());
  if (address.length !== 4 && address.length !== 16) throw malformed('inet');
  const text = address.length === 4 ? address.join('.') : inet6(address);
  return cidr === 0 && prefix === address.length * 8 ? text : `${text}/${prefix}`;
}

/** The first longest run of zeros is left out; where it leaves an IPv4 address, that is written as one. */
function inet6(address: Uint8Array): string {
  const words = (toHex(address).match(/.{4}/g) ?? []).map((word) => word.replace(/^0{1,3}/, ''));
  let from = 8;
  let length = 1;
  for (let at = 0, run = 0; at < 8; at += 1) {
    run = words[at] === '0' ? run + 1 : 0;
    if (run > length) [from, length] = [at - run + 1, run];
  }
  if (from === 0 && (length === 6 || (length === 5 && words[5] === 'ffff'))) {
    words.splice(6, 2, address.slice(12).join('.'));
  }
  return from === 8
    ? words.join(':')
    : `${words.slice(0, from).join(':')}::${words.slice(from + length).join(':')}`;
}

const text: BinaryDecoder = (cursor) => cursor.text();

/** `"char"` is one byte of no encoding: nothing for zero, three octal digits where it is no ASCII. */
const char: BinaryDecoder = (cursor) => {
  const byte = cursor.u8();
  if (byte > 0x7f) return `\\${byte.toString(8)}`;
  return byte === 0 ? '' : String.fromCharCode(byte);
};

/** `jsonb` and `jsonpath` have a version before their text. */
const versioned: BinaryDecoder = (cursor) => {
  if (cursor.u8() !== 1) throw malformed('jsonb');
  return cursor.text();
};

const uuid: BinaryDecoder = (cursor) =>
  toHex(cursor.bytes(16)).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');

const macaddr: BinaryDecoder = (cursor) => toHex(cursor.bytes()).replace(/..(?!$)/g, '$&:');

/** How many bits, and these. */
const bits: BinaryDecoder = (cursor) => {
  const length = cursor.i32();
  const all = Array.from(cursor.bytes(), (byte) => byte.toString(2).padStart(8, '0')).join('');
  if (length < 0 || Math.ceil(length / 8) * 8 !== all.length) throw malformed('bit');
  return all.slice(0, length);
};

const u32: BinaryDecoder = (cursor) => String(cursor.i32() >>> 0);
const u64 = (cursor: Cursor): bigint => BigInt.asUintN(64, cursor.i64());

/** A place in the log: two halves, in hexadecimal digits. */
const lsn: BinaryDecoder = (cursor) => {
  const half = (): string => (cursor.i32() >>> 0).toString(16).toUpperCase();
  return `${half()}/${half()}`;
};

/** A place in a table. */
const tid: BinaryDecoder = (cursor) => `(${cursor.i32() >>> 0},${cursor.u16()})`;

/** `xmin:xmax:xip,xip`; how many there are of the last comes first. */
const snapshot: BinaryDecoder = (cursor) => {
  const count = cursor.count(8);
  const bounds = `${u64(cursor)}:${u64(cursor)}:`;
  return bounds + Array.from({ length: count }, () => u64(cursor)).join();
};

/** `int2vector` and `oidvector`, which are arrays here: as their text, with spaces between. */
const vector = (element: BinaryDecoder): BinaryDecoder => {
  const array = arrayOf(element);
  return (cursor) => (array(cursor) as readonly unknown[]).join(' ');
};

const int2: BinaryDecoder = (cursor) => cursor.i16();
const oid: BinaryDecoder = (cursor) => cursor.i32() >>> 0;

/** A type that is in no entry has bytes for a value. */
const SCALARS: readonly (readonly [BinaryDecoder, ...number[]])[] = [
  [text, 19, 25, 114, 142, 194, 705, 1042, 1043, 1790, 2275, 2278],
  [char, 18],
  [versioned, 3802, 4072],
  [(cursor) => cursor.u8() !== 0, 16],
  [(cursor) => String(cursor.i64()), 20],
  [int2, 21],
  [vector(int2), 22],
  [(cursor) => cursor.i32(), 23],
  [oid, 26],
  [vector(oid), 30],
  // The names that the text format has of reg... stand in the catalogue; its input takes their numbers, too.
  [u32, 24, 28, 29, 2202, 2203, 2204, 2205, 2206, 3734, 3769, 4089, 4096, 4191],
  [(cursor) => String(u64(cursor)), 5069],
  [float4, 700],
  [float8, 701],
  [numeric, 1700],
  [money, 790],
  [date, 1082],
  [time, 1083],
  [dateTime(''), 1114],
  [dateTime('Z'), 1184],
  [interval, 1186],
  [timeWithZone, 1266],
  [uuid, 2950],
  [inet, 650, 869],
  [macaddr, 774, 829],
  [bits, 1560, 1562],
  [point, 600],
  [segment, 601],
  [path, 602],
  [box, 603],
  [polygon, 604],
  [line, 628],
  [circle, 718],
  [tid, 27],
  [snapshot, 2970, 5038],
  [lsn, 3220],
  [tsvector, 3614],
  [tsquery, 3615],
];

/** By OID. */
export const BINARY: ReadonlyMap<number, BinaryDecoder> = new Map(
  SCALARS.flatMap(([decode, ...oids]) => oids.map((oid): [number, BinaryDecoder] => [oid, decode])),
);

/** What a type without an entry becomes. */
export const bytes: BinaryDecoder = (cursor) => cursor.bytes();
