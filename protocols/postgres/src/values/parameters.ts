// A caller's parameters as they travel. It shows no value in an error, and guesses no type that it was not told.

import { usage } from '../errors.ts';
import { BUILT_IN, type TypeInfo } from '../types.ts';
import { formatArray } from './arrays.ts';
import { expandedYear } from './datetime.ts';
import { hex } from './hex.ts';
import { Range } from './range.ts';

/** The type that bytes are sent as. */
const BYTEA = 17;

/** A parameter of a type that the caller named. Made by `typed` and `json`. */
export class Typed {
  readonly value: unknown;
  /** 0 where the server decides. */
  readonly oid: number;

  constructor(value: unknown, oid: number) {
    this.value = value;
    this.oid = oid;
  }
}

/**
 * Tells the server a parameter's type, where it cannot infer it or would infer another one.
 * @param value Of `json` and `jsonb` a text is taken as JSON text; bytes are taken as the type's binary format.
 * @param type A built-in type's name as the catalogue has it (`int8`, `timestamptz`, `text[]`), or any type's OID.
 * @throws FairleadError `usage` when no built-in type has that name.
 */
export function typed(value: unknown, type: string | number): Typed {
  if (typeof type === 'number') return new Typed(value, type);
  for (const { name, oid } of BUILT_IN.values()) if (name === type) return new Typed(value, oid);
  throw usage('no built-in type has the name given to typed(); use its OID');
}

/**
 * A parameter as JSON, whatever it is: an array would be a Postgres array else, and a text be taken for JSON text.
 * @throws FairleadError `usage` for what JSON cannot hold.
 */
export function json(value: unknown): Typed {
  return new Typed(stringify(value), 0);
}

/** The OID that a parameter is declared with; 0 where the server decides. */
export function parameterOid(value: unknown): number {
  if (value instanceof Typed) return value.oid;
  return value instanceof Uint8Array ? BYTEA : 0;
}

/**
 * A parameter as it travels: text, bytes for the binary format, `null` for NULL.
 * @throws FairleadError `usage` for `undefined`, a function, a symbol, an invalid Date and what JSON cannot hold. Text
 *   with NUL or half a surrogate pair is refused where it is written.
 */
export function encodeParameter(value: unknown): string | Uint8Array | null {
  if (value instanceof Uint8Array) return value;
  if (value instanceof Typed && value.value instanceof Uint8Array) return value.value;
  return encodeText(value);
}

function encodeText(value: unknown, type?: TypeInfo): string | null {
  switch (typeof value) {
    case 'string':
      return type !== undefined && DATES.includes(type.oid) ? expandedYear(value) : value;
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value);
    case 'bigint':
    case 'boolean':
      return String(value);
    case 'object':
      return value === null ? null : encodeObject(value, type);
    default:
      throw usage(`a parameter is ${typeof value}; use null for NULL`);
  }
}

const DATES = [1082, 1114, 1184];
const JSONS = [114, 3802];

function encodeObject(value: object, type: TypeInfo | undefined): string | null {
  if (value instanceof Typed) return encodeText(value.value, BUILT_IN.get(value.oid));
  if (type !== undefined && JSONS.includes(type.oid)) return stringify(value);
  if (value instanceof Uint8Array) return `\\x${hex(value)}`;
  if (value instanceof Range) return encodeRange(value, type);
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw usage('a parameter is an invalid Date');
    return expandedYear(value.toISOString());
  }
  if (!Array.isArray(value)) return stringify(value);
  const element = type === undefined ? undefined : BUILT_IN.get(type.element);
  const write = (item: unknown): string | null => encodeText(item, element);
  return type?.kind === 'multirange'
    ? `{${value.map(write).join()}}`
    : formatArray(value, write, type?.delimiter);
}

function encodeRange({ lower, upper, bounds }: Range, type: TypeInfo | undefined): string {
  if (!/^[[(][\])]$/.test(bounds)) {
    throw usage("a range's bounds are none of [], [), (] and ()");
  }
  const element = type === undefined ? undefined : BUILT_IN.get(type.element);
  const bound = (value: unknown): string => {
    const text = encodeText(value, element);
    return text === null ? '' : `"${text.replace(/["\\]/g, '\\$&')}"`;
  };
  return `${bounds[0]}${bound(lower)},${bound(upper)}${bounds[1]}`;
}

/** What has nothing that JSON can hold, such as a Map or a Promise, would silently become `{}`. */
function stringify(value: unknown): string {
  let text: string | undefined;
  let cause: unknown;
  try {
    text = ArrayBuffer.isView(value) ? undefined : JSON.stringify(value);
  } catch (error) {
    cause = error;
  }
  if (text === undefined || (text === '{}' && Object.prototype.toString.call(value) !== '[object Object]')) {
    throw usage('a parameter is an object that has no JSON form', { cause });
  }
  return text;
}
