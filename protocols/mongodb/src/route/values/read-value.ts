// JSON from a caller as values for BSON: MongoDB's extended JSON (version 2, canonical and relaxed), and numbers with all their digits.
import { HttpProblem, JsonNumber } from '@fairlead/http';
import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  type Document,
  Double,
  Int32,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  UUID,
} from 'bson';

const MAX_INT32 = 0x7fff_ffff;
const MAX_INT64 = 0x7fff_ffff_ffff_ffffn;
const MAX_UINT32 = 0xffff_ffff;
/** The milliseconds that a JavaScript date holds at most, in both directions. */
const MAX_DATE_MS = 8.64e15;

const INTEGER = /^-?\d{1,20}$/;
const NUMBER = /^(?:-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|-?Infinity|NaN)$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const ISO_DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)$/;
const UUID_TEXT = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i;

/** Reads the value behind a name such as `$oid`; undefined where it is malformed. */
type Reader = (value: unknown, whole: Readonly<Record<string, unknown>>) => unknown;

/**
 * The extended forms, by the member that tells them. An object with that member has no other, but for `$code`. `$regex` is none of
 * them: it is an operator.
 */
const FORMS: Readonly<Record<string, Reader>> = {
  $oid: (value) => (isText(value, /^[\da-f]{24}$/i) ? new ObjectId(value) : undefined),
  $numberInt: (value) => readInt32(value),
  $numberLong: (value) => readInt64(value),
  $numberDouble: (value) => (isText(value, NUMBER) ? new Double(Number(value)) : undefined),
  $numberDecimal: (value) => (isText(value, NUMBER) ? readDecimal(value) : undefined),
  $date: readDate,
  $binary: readBinary,
  $uuid: (value) => (isText(value, UUID_TEXT) ? new UUID(value) : undefined),
  $regularExpression: readRegularExpression,
  $timestamp: readTimestamp,
  $symbol: (value) => (typeof value === 'string' ? new BSONSymbol(value) : undefined),
  $code: readCode,
  $minKey: (value) => (value === 1 ? new MinKey() : undefined),
  $maxKey: (value) => (value === 1 ? new MaxKey() : undefined),
};

/**
 * A value of a parsed JSON document as one for BSON: integers by their size as int32 or int64, other numbers as doubles.
 * @param place Where it stands, for messages: `body.filter`.
 * @throws HttpProblem 400: a number that neither int64 nor a double holds, a malformed extended form.
 */
export function readValue(value: unknown, place: string): unknown {
  if (typeof value === 'number') return readNumber(value);
  if (value instanceof JsonNumber) return readDigits(value.text, place);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item, index) => readValue(item, `${place}[${index}]`));
  const members = value as Readonly<Record<string, unknown>>;
  const form = Object.keys(members).find((name) => Object.hasOwn(FORMS, name));
  return form === undefined ? readDocument(members, place) : readForm(form, members, place);
}

function readDocument(members: Readonly<Record<string, unknown>>, place: string): Document {
  const document: Document = {};
  for (const [name, value] of Object.entries(members)) {
    // The encoder would take the document for one of its classes.
    if (name === '_bsontype') throw wrong(`${place}._bsontype`, 'is a name that no field can have here');
    const read = readValue(value, `${place}.${name}`);
    // A member of this name is one like any other.
    if (name !== '__proto__') document[name] = read;
    else
      Object.defineProperty(document, name, {
        value: read,
        enumerable: true,
        configurable: true,
        writable: true,
      });
  }
  return document;
}

function readForm(form: string, members: Readonly<Record<string, unknown>>, place: string): unknown {
  const others = Object.keys(members).filter(
    (name) => name !== form && !(form === '$code' && name === '$scope'),
  );
  const read = others.length === 0 ? FORMS[form]?.(members[form], members) : undefined;
  if (read === undefined) throw wrong(`${place}.${form}`, 'is malformed extended JSON');
  return read;
}

function readNumber(value: number): number | bigint {
  // A JavaScript number beyond int32 would become a double.
  const isLong = Number.isInteger(value) && (value > MAX_INT32 || value < -MAX_INT32 - 1);
  return isLong ? BigInt(value) : value;
}

function readDigits(text: string, place: string): bigint {
  const value = readInt64(text);
  if (value !== undefined) return value;
  throw wrong(place, 'is a number that neither int64 nor a double holds; write {"$numberDecimal": "..."}');
}

function readInt32(value: unknown): Int32 | undefined {
  const number = isText(value, INTEGER) ? Number(value) : Number.NaN;
  return number <= MAX_INT32 && number >= -MAX_INT32 - 1 ? new Int32(number) : undefined;
}

function readInt64(value: unknown): bigint | undefined {
  if (!isText(value, INTEGER)) return undefined;
  const integer = BigInt(value);
  return integer <= MAX_INT64 && integer >= -MAX_INT64 - 1n ? integer : undefined;
}

function readDecimal(text: string): Decimal128 | undefined {
  try {
    // Refuses what it would have to round.
    return Decimal128.fromString(text);
  } catch {
    return undefined;
  }
}

function readDate(value: unknown): Date | undefined {
  if (isText(value, ISO_DATE)) return validDate(Date.parse(value));
  if (typeof value === 'number') return validDate(value);
  const digits = only(value, '$numberLong')?.$numberLong;
  const milliseconds = readInt64(digits);
  return milliseconds === undefined ? undefined : validDate(Number(milliseconds));
}

function validDate(milliseconds: number): Date | undefined {
  return Number.isInteger(milliseconds) && Math.abs(milliseconds) <= MAX_DATE_MS
    ? new Date(milliseconds)
    : undefined;
}

function readBinary(value: unknown): Binary | undefined {
  const { base64, subType } = only(value, 'base64', 'subType') ?? {};
  if (!isText(base64, BASE64) || !isText(subType, /^[\da-f]{1,2}$/i)) return undefined;
  return Binary.createFromBase64(base64, Number.parseInt(subType, 16));
}

function readRegularExpression(value: unknown): BSONRegExp | undefined {
  const { pattern, options } = only(value, 'pattern', 'options') ?? {};
  if (!isText(pattern, /^[^\0]*$/) || !isText(options, /^[imsxul]*$/)) return undefined;
  return new BSONRegExp(pattern, options);
}

function readTimestamp(value: unknown): Timestamp | undefined {
  const { t, i } = only(value, 't', 'i') ?? {};
  return isUint32(t) && isUint32(i) ? new Timestamp({ t, i }) : undefined;
}

function readCode(value: unknown, { $scope }: Readonly<Record<string, unknown>>): Code | undefined {
  if (typeof value !== 'string') return undefined;
  if ($scope === undefined) return new Code(value);
  const scope = readValue($scope, '$scope');
  return isDocument(scope) ? new Code(value, scope) : undefined;
}

/** The members of an object that has all of these and no others. */
function only(value: unknown, ...names: readonly string[]): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const members = value as Readonly<Record<string, unknown>>;
  const isWhole = names.every((name) => Object.hasOwn(members, name));
  return isWhole && Object.keys(members).length === names.length ? members : undefined;
}

function isText(value: unknown, pattern: RegExp): value is string {
  return typeof value === 'string' && pattern.test(value);
}

function isUint32(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_UINT32;
}

/** Whether a value that was read is a document, and no value of one of BSON's classes. */
export function isDocument(value: unknown): value is Document {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.getPrototypeOf(value) === Object.prototype;
}

/** A fault of one place in the request. */
function wrong(place: string, message: string): HttpProblem {
  return new HttpProblem('invalid', `${place}: ${message}`, { errors: [{ path: place, message }] });
}
