// Values from the binary format (the types' `send` functions): the same values as from the text format.

import { isoInterval, isoYear } from '../values/datetime.ts';
import { hex } from '../values/hex.ts';
import { malformed } from '../values/malformed.ts';
import type { BinaryDecoder, Cursor } from './cursor.ts';

const DAY_US = 86_400_000_000n;
const MAX_64 = 2n ** 63n - 1n;
const MAX_32 = 2 ** 31 - 1;

const pad = (value: number, digits = 2): string => String(value).padStart(digits, '0');

/** The shortest decimal that is this float4: 0.1, not 0.10000000149011612. */
function float4(cursor: Cursor): number {
  const value = cursor.source.view.getFloat32(cursor.take(4));
  for (let digits = 1; digits < 9 && value !== 0; digits += 1) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return shorter;
  }
  return value;
}

const SPECIAL: Readonly<Record<number, string>> = { 49152: 'NaN', 53248: 'Infinity', 61440: '-Infinity' };

/** Digits to the base 10,000, the first of which counts 10,000 to the power of `weight`. */
function numeric(cursor: Cursor): string {
  const length = cursor.i16();
  const weight = cursor.i16();
  const sign = cursor.i16() & 0xffff;
  const scale = cursor.i16() & 0x3fff;
  const digits = Array.from({ length: Math.max(0, length) }, () => pad(cursor.i16(), 4));
  const special = SPECIAL[sign];
  if (special !== undefined) return special;
  if ((sign & 0xbfff) !== 0 || digits.some((digit) => !/^\d{4}$/.test(digit))) throw malformed('numeric');
  let whole = '';
  let fraction = '';
  for (let at = 0; at <= weight; at += 1) whole += digits[at] ?? '0000';
  for (let at = weight + 1; fraction.length < scale; at += 1) fraction += digits[at] ?? '0000';
  const point = scale > 0 ? '.' : '';
  return `${sign === 0 ? '' : '-'}${whole.replace(/^0+/, '') || '0'}${point}${fraction.slice(0, scale)}`;
}

/** Days from 2000-01-01. The Gregorian calendar repeats after 400 years. */
function isoDate(days: number): string {
  const cycles = Math.floor(days / 146_097);
  const text = new Date((days - cycles * 146_097 + 10_957) * 86_400_000).toISOString();
  return isoYear(Number(text.slice(0, 4)) + cycles * 400) + text.slice(4, 10);
}

function isoTime(us: bigint): string {
  const seconds = Number(us / 1_000_000n);
  const fraction = Number(us % 1_000_000n);
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map((part) =>
    pad(part),
  );
  return clock.join(':') + (fraction === 0 ? '' : `.${pad(fraction, 6).replace(/0+$/, '')}`);
}

const infinite = (value: bigint | number, max: bigint | number): string | undefined =>
  value === max ? 'infinity' : value === ~max ? '-infinity' : undefined;

function date(cursor: Cursor): string {
  const days = cursor.i32();
  return infinite(days, MAX_32) ?? isoDate(days);
}

function dateTime(cursor: Cursor): string {
  const us = cursor.i64();
  const time = ((us % DAY_US) + DAY_US) % DAY_US;
  return infinite(us, MAX_64) ?? `${isoDate(Number((us - time) / DAY_US))}T${isoTime(time)}`;
}

function time(cursor: Cursor): string {
  const us = cursor.i64();
  if (us < 0n || us > DAY_US) throw malformed('time');
  return isoTime(us);
}

/** A time, and how many seconds west of UTC it is meant. */
function timeWithZone(cursor: Cursor): string {
  const clock = time(cursor);
  const west = cursor.i32();
  if (west === 0) return `${clock}Z`;
  const offset = isoTime(BigInt(Math.abs(west)) * 1_000_000n).replace(/:00$/, '');
  return `${clock}${west < 0 ? '+' : '-'}${offset}`;
}

function interval(cursor: Cursor): string {
  const us = cursor.i64();
  const days = cursor.i32();
  const months = cursor.i32();
  const clock = `${us < 0n ? '-' : ''}${isoTime(us < 0n ? -us : us)}`;
  return (
    (Math.abs(months) < MAX_32 ? undefined : infinite(us, MAX_64)) ??
    isoInterval(`${Math.trunc(months / 12)} years ${months % 12} mons ${days} days ${clock}`)
  );
}

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
  const words = (hex(address).match(/.{4}/g) ?? []).map((word) => word.replace(/^0{1,3}/, ''));
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
  hex(cursor.bytes(16)).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');

const macaddr: BinaryDecoder = (cursor) => hex(cursor.bytes()).replace(/..(?!$)/g, '$&:');

/** A type that is in no entry has bytes for a value. */
const SCALARS: readonly (readonly [BinaryDecoder, ...number[]])[] = [
  [text, 19, 25, 114, 142, 705, 1042, 1043, 1790, 2278],
  [char, 18],
  [versioned, 3802, 4072],
  [(cursor) => cursor.u8() !== 0, 16],
  [(cursor) => String(cursor.i64()), 20],
  [(cursor) => cursor.i16(), 21],
  [(cursor) => cursor.i32(), 23],
  [(cursor) => cursor.i32() >>> 0, 26],
  [float4, 700],
  [(cursor) => cursor.source.view.getFloat64(cursor.take(8)), 701],
  [numeric, 1700],
  [date, 1082],
  [time, 1083],
  [dateTime, 1114],
  [(cursor) => dateTime(cursor).replace(/\d$/, '$&Z'), 1184],
  [interval, 1186],
  [timeWithZone, 1266],
  [uuid, 2950],
  [inet, 650, 869],
  [macaddr, 774, 829],
];

/** By OID. */
export const BINARY: ReadonlyMap<number, BinaryDecoder> = new Map(
  SCALARS.flatMap(([decode, ...oids]) => oids.map((oid): [number, BinaryDecoder] => [oid, decode])),
);

/** What a type without an entry becomes. */
export const bytes: BinaryDecoder = (cursor) => cursor.bytes();
