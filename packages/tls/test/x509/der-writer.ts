// Writes DER for tests: what a certificate is made of, right or deliberately wrong. It checks nothing.
import { concat } from '@fairlead/bytes';

const utf8 = new TextEncoder();

/** One element: its tag, its length in the fewest bytes, its contents. */
export function element(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const content = concat(contents);
  const { length } = content;
  const digits = length < 0x100 ? 1 : length < 0x10000 ? 2 : 3;
  const long = [0x80 | digits, ...[16, 8, 0].slice(3 - digits).map((shift) => (length >> shift) & 0xff)];
  return concat([Uint8Array.from([tag, ...(length < 0x80 ? [length] : long)]), content]);
}

export const sequence = (...items: readonly Uint8Array[]): Uint8Array => element(0x30, ...items);
export const set = (...items: readonly Uint8Array[]): Uint8Array => element(0x31, ...items);
/** `[number]`, constructed: EXPLICIT, or IMPLICIT of a sequence. */
export const context = (number: number, ...items: readonly Uint8Array[]): Uint8Array =>
  element(0xa0 | number, ...items);
/** `[number] IMPLICIT` of something primitive. */
export const primitive = (number: number, content: Uint8Array): Uint8Array => element(0x80 | number, content);
export const boolean = (value: boolean): Uint8Array => element(1, Uint8Array.of(value ? 0xff : 0));
export const octets = (...content: readonly Uint8Array[]): Uint8Array => element(4, ...content);
export const NULL: Uint8Array = element(5);
export const text = (value: string, tag = 0x0c): Uint8Array => element(tag, utf8.encode(value));

/** A BIT STRING with no bit unused. */
export const bits = (content: Uint8Array): Uint8Array => element(3, Uint8Array.of(0), content);

/** A BIT STRING of named bits: 0 is the first. */
export function namedBits(...numbers: readonly number[]): Uint8Array {
  if (numbers.length === 0) return element(3, Uint8Array.of(0));
  const last = Math.max(...numbers);
  const content = new Uint8Array((last >> 3) + 1);
  for (const number of numbers) content[number >> 3] = (content[number >> 3] ?? 0) | (0x80 >> (number & 7));
  return element(3, Uint8Array.of(7 - (last & 7)), content);
}

/** A non-negative INTEGER from its bytes, or from a number. */
export function integer(value: number | Uint8Array): Uint8Array {
  const bytes = typeof value === 'number' ? numberBytes(value) : value;
  return element(2, (bytes[0] ?? 0) & 0x80 ? Uint8Array.of(0) : new Uint8Array(0), bytes);
}

function numberBytes(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; rest > 0 || bytes.length === 0; rest = Math.floor(rest / 256))
    bytes.unshift(rest & 0xff);
  return Uint8Array.from(bytes);
}

/** An OBJECT IDENTIFIER from its dotted form. */
export function oid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap((part) => {
    const digits = [part % 128];
    for (let left = Math.floor(part / 128); left > 0; left = Math.floor(left / 128)) {
      digits.unshift((left % 128) | 0x80);
    }
    return digits;
  });
  return element(6, Uint8Array.from(bytes));
}

/** UTCTime up to 2049, then GeneralizedTime. */
export function time(date: Date): Uint8Array {
  const digits = `${date.toISOString().slice(0, 19).replace(/\D/g, '')}Z`;
  const year = date.getUTCFullYear();
  return year >= 1950 && year < 2050 ? text(digits.slice(2), 0x17) : text(digits, 0x18);
}
