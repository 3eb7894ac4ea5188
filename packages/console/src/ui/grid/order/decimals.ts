// Decimal numbers compared digit by digit, where doubles are too coarse: `9007199254740993` and `0.1000000000000000001`.

interface Decimal {
  readonly isNegative: boolean;
  readonly whole: string;
  readonly fraction: string;
}

const DECIMAL = /^([+-]?)0*(\d*)(?:\.(\d*?)0*)?$/;

/** Negative where `a` is less. Texts that are no plain decimals, such as `1e400` and `NaN`, are compared as texts. */
export function compareDecimals(a: string, b: string): number {
  const first = read(a);
  const second = read(b);
  if (first === undefined || second === undefined) return order(a, b);
  if (first.isNegative !== second.isNegative) return first.isNegative ? -1 : 1;
  const size =
    first.whole.length - second.whole.length ||
    order(first.whole, second.whole) ||
    order(first.fraction, second.fraction);
  return first.isNegative ? -size : size;
}

function read(text: string): Decimal | undefined {
  const [, sign, whole, fraction = ''] = DECIMAL.exec(text) ?? [];
  return whole === undefined ? undefined : { isNegative: sign === '-', whole, fraction };
}

function order(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
