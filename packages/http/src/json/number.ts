// JSON numbers that keep their digits: one that JavaScript would round stays text. It refuses none.

/** So many digits survive the way through a double, in the range of the normal ones. */
const SURE_DIGITS = 15;
const SURELY_NORMAL = 1e-300;

/** A number of a JSON document that no JavaScript number is equal to, or an integer beyond 2^53 - 1. */
export class JsonNumber {
  /** The number as it stands in the document, such as `9007199254740993` or `1e400`. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/**
 * A number of a JSON document (RFC 8259 section 6): a JavaScript number where that has the same decimal value, else a
 * `JsonNumber`. `1.10` and `1e2` are numbers; `0.1000000000000000055511151231`, `1e400` and `1e-400` are not.
 * @param text Of JSON's grammar.
 */
export function readNumber(text: string): number | JsonNumber {
  const value = Number(text);
  const size = Math.abs(value);
  const isNormal = (size >= SURELY_NORMAL && size <= Number.MAX_SAFE_INTEGER) || !/e/i.test(text);
  if (text.length <= SURE_DIGITS && isNormal) return value;
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return new JsonNumber(text);
  return isSameDecimal(text, value) ? value : new JsonNumber(text);
}

function isSameDecimal(text: string, value: number): boolean {
  if (!Number.isFinite(value)) return false;
  const own = decimalOf(text);
  const rounded = decimalOf(String(value));
  return own.digits === rounded.digits && own.exponent === rounded.exponent;
}

/** Digits without zeros at either end, and the power of ten behind them: `0.0120` is 12 and -3, zero is none and 0. */
interface Decimal {
  readonly digits: string;
  readonly exponent: number;
}

function decimalOf(text: string): Decimal {
  const [mantissa = '', power = '0'] = text.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const all = whole + fraction;
  let start = 0;
  let end = all.length;
  while (start < end && all[start] === '0') start++;
  while (end > start && all[end - 1] === '0') end--;
  if (start === end) return { digits: '', exponent: 0 };
  return { digits: all.slice(start, end), exponent: Number(power) + all.length - end - fraction.length };
}
