// The values that the MongoDB shell writes as calls, as extended JSON. Pure.

/** Makes a value of what stands in the parentheses; undefined where it cannot. */
type Make = (given: readonly unknown[]) => unknown;

const textOf = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : undefined;
};

/** A call of one text that fits a pattern. */
const ofText =
  (pattern: RegExp, make: (text: string) => unknown): Make =>
  ([first, ...more]) => {
    const text = textOf(first);
    return text !== undefined && more.length === 0 && pattern.test(text) ? make(text) : undefined;
  };

const WHOLE = /^-?\d{1,19}$/;
const DECIMAL = /^-?(?:\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|Infinity)$|^NaN$/;

const date: Make = ([first, ...more]) => {
  if (more.length > 0 || (typeof first !== 'string' && typeof first !== 'number')) return undefined;
  const moment = new Date(first);
  return Number.isNaN(moment.getTime()) ? undefined : { $date: { $numberLong: String(moment.getTime()) } };
};

const CALLS: ReadonlyMap<string, Make> = new Map([
  ['ObjectId', ofText(/^[\da-f]{24}$/i, ($oid) => ({ $oid }))],
  ['ISODate', date],
  ['Date', date],
  ['NumberInt', ofText(/^-?\d{1,10}$/, ($numberInt) => ({ $numberInt }))],
  ['NumberLong', ofText(WHOLE, ($numberLong) => ({ $numberLong }))],
  ['NumberDecimal', ofText(DECIMAL, ($numberDecimal) => ({ $numberDecimal }))],
  ['UUID', ofText(/^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i, ($uuid) => ({ $uuid }))],
]);

/** Whether the shell has a call of this name that stands for a value. */
export function isCall(name: string): boolean {
  return CALLS.has(name);
}

/** The value of a call, as extended JSON; undefined where it cannot be made. */
export function readCall(name: string, given: readonly unknown[]): unknown {
  return CALLS.get(name)?.(given);
}
