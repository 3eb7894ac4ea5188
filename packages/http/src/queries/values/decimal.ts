// Decimal numbers of any length, compared digit by digit. Pure.

/** JSON's numbers (RFC 8259 section 6), of a size that can be compared. */
const DECIMAL = /^-?(?:0|[1-9]\d{0,399})(?:\.\d{1,400})?(?:[eE][+-]?\d{1,3})?$/;

/** Whether the text is a number as JSON writes it, of at most 400 digits on each side, with a power of ten below 1000. */
export function isDecimal(text: string): boolean {
  return DECIMAL.test(text);
}

/** Below 0 where `a` is less than `b`, 0 where they are equal, above 0 otherwise. @param a, b For which `isDecimal` holds. */
export function compareDecimals(a: string, b: string): number {
  const one = scaled(a);
  const other = scaled(b);
  const power = Math.min(one.power, other.power);
  const left = one.digits * 10n ** BigInt(one.power - power);
  const right = other.digits * 10n ** BigInt(other.power - power);
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** The number as a whole one, times a power of ten. */
function scaled(text: string): { readonly digits: bigint; readonly power: number } {
  const [mantissa = '', power = '0'] = text.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  return { digits: BigInt(whole + fraction), power: Number(power) - fraction.length };
}
