// Numbers from the binary format, with the digits that the text format shows.

import { malformed } from '../values/text/malformed.ts';
import type { Cursor } from './cursor.ts';

const FLOAT = new Float32Array(1);
const FLOAT_BITS = new Uint32Array(FLOAT.buffer);
const MAX_BITS = 0x7f7fffff;
/** Below it floats lie so far apart that less than six digits may name one. */
const SMALLEST_NORMAL = 2 ** -126;

/** The shortest decimal that is this float4, as the server writes it (f2s.c): 0.1, not 0.10000000149011612. */
export function float4(cursor: Cursor): number {
  const at = cursor.take(4);
  const value = cursor.source.view.getFloat32(at);
  const size = Math.abs(value);
  if (!Number.isFinite(value) || (Number.isInteger(value) && size < 1e6)) return value;
  const [low, high] = boundsOf(cursor.source.view.getUint32(at) & 0x7fffffff, size);
  for (let digits = size < SMALLEST_NORMAL ? 1 : 6; digits < 10; digits += 1) {
    const found = decimalsOf(size, digits).find((decimal) => decimal > low && decimal < high);
    if (found !== undefined) return value < 0 ? -found : found;
  }
  return value;
}

/** Half-way to the floats on both sides: what lies between is nearest to this one. */
function boundsOf(bits: number, size: number): readonly [number, number] {
  FLOAT_BITS[0] = bits - 1;
  const below = FLOAT[0] ?? 0;
  FLOAT_BITS[0] = bits + 1;
  const above = bits === MAX_BITS ? 2 * size - below : (FLOAT[0] ?? 0);
  return [(size + below) / 2, (size + above) / 2];
}

/** The decimals of so many digits on both sides, the nearer one first; of two that are as near, the even one. */
function decimalsOf(size: number, digits: number): number[] {
  const [mantissa = '', exponent] = size.toExponential(20).split('e');
  const end = digits === 1 ? 1 : digits + 1;
  const below = mantissa.slice(0, end);
  const above = (Number(below) + 10 ** (1 - digits)).toFixed(digits - 1);
  const rest = Number(`0.${mantissa.slice(end).replace('.', '')}`);
  const isAboveNearer = rest > 0.5 || (rest === 0.5 && Number(below.at(-1)) % 2 === 1);
  return (isAboveNearer ? [above, below] : [below, above]).map((text) => Number(`${text}e${exponent}`));
}

/** A float8. */
export function float8(cursor: Cursor): number {
  return cursor.source.view.getFloat64(cursor.take(8));
}

/** A float8 as text: an exponent stands where it is below -4 or above 14 (d2s.c), unlike in JavaScript. */
export function float8Text(cursor: Cursor): string {
  const value = float8(cursor);
  if (Object.is(value, -0)) return '-0';
  const [digits, exponent = 'NaN'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (!(power < -4 || power > 14)) return String(value);
  return `${digits}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
}

const SPECIAL: Readonly<Record<number, string>> = { 49152: 'NaN', 53248: 'Infinity', 61440: '-Infinity' };

/** Digits to the base 10,000, the first of which counts 10,000 to the power of `weight`. */
export function numeric(cursor: Cursor): string {
  const length = cursor.u16();
  const weight = cursor.i16();
  const sign = cursor.u16();
  const scale = cursor.u16() & 0x3fff;
  const digits = Array.from({ length }, () => {
    const digit = cursor.u16();
    if (digit > 9999) throw malformed('numeric');
    return String(digit).padStart(4, '0');
  });
  const special = SPECIAL[sign];
  if (special !== undefined) return special;
  if ((sign & 0xbfff) !== 0) throw malformed('numeric');
  let whole = '';
  let fraction = '';
  for (let at = 0; at <= weight; at += 1) whole += digits[at] ?? '0000';
  for (let at = weight + 1; fraction.length < scale; at += 1) fraction += digits[at] ?? '0000';
  const point = scale > 0 ? '.' : '';
  return `${sign === 0 ? '' : '-'}${whole.replace(/^0+/, '') || '0'}${point}${fraction.slice(0, scale)}`;
}

/** Hundredths, as the locale C writes them: the format says nothing of the server's own. */
export function money(cursor: Cursor): string {
  const cents = cursor.i64();
  const digits = String(cents < 0n ? -cents : cents).padStart(3, '0');
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${cents < 0n ? '-' : ''}$${whole}.${digits.slice(-2)}`;
}
