// A caller's parameters as they travel. It shows no value in an error, and guesses no type that it was not told.

import { toHex } from '@fairlead/bytes';
import { usage } from '../errors.ts';
import { BUILT_IN, type TypeInfo } from './oids.ts';
import { Range } from './range.ts';
import { formatArray } from './text/arrays.ts';
import { expandedYear } from './text/datetime.ts';
import { isRounded, jsonText, rounded } from './text/json-text.ts';

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
 * @param value For `json` and `jsonb` a string is JSON text; bytes are the type's binary format.
 * @param type A built-in type's name as the catalogue has it (`int8`, `timestamptz`, `text[]`), or any type's OID.
 * @throws FairleadError `usage` when no built-in type has that name.
 * @example
 * ```ts
 * import { typed } from '@fairlead/postgres';
 *
 * await db.query('select jsonb_agg($1)', [typed(42, 'int8')]);
 * ```
 */
export function typed(value: unknown, type: string | number): Typed {
  if (typeof type === 'number') return new Typed(value, type);
  for (const { name, oid } of BUILT_IN.values()) if (name === type) return new Typed(value, oid);
  throw usage('no built-in type has the name given to typed(); use its OID');
}

/**
 * Any value as a JSON parameter. Without it, an array is a Postgres array, and a string is JSON text.
 * @throws FairleadError `usage` for what JSON cannot hold, and for an integer that JavaScript has rounded.
 * @example
 * ```ts
 * import { json } from '@fairlead/postgres';
 *
 * await db.query('insert into settings (name, value) values ($1, $2)', ['colours', json(['red', 'blue'])]);
 * ```
 */
export function json(value: unknown): Typed {
  return new Typed(jsonText(value), 0);
}

/** The OID that a parameter is declared with; 0 where the server decides. */
export function parameterOid(value: unknown): number {
  if (value instanceof Typed) return value.oid;
  return value instanceof Uint8Array ? BYTEA : 0;
}

/** What is known of the types: the built-in ones, or a connection's. */
export interface ParameterTypes {
  type(oid: number): TypeInfo | undefined;
}

const KNOWN: ParameterTypes = { type: (oid) => BUILT_IN.get(oid) };

/**
 * A parameter as it travels: text, bytes for the binary format, `null` for NULL.
 * @param types The types of a connection, with those that it has loaded. Default: the built-in ones.
 * @throws FairleadError `usage` for `undefined`, a function, a symbol, an invalid Date, an integer that JavaScript has
 *   rounded, what JSON cannot hold, and what is no value of a type that was named. Text with NUL or half a surrogate pair
 *   is refused where it is written.
 */
export function encodeParameter(value: unknown, types: ParameterTypes = KNOWN): string | Uint8Array | null {
  if (typeof value === 'string' || value === null || value instanceof Uint8Array) return value;
  // Whole numbers, but for -0, are written as JavaScript writes them.
  if (Number.isSafeInteger(value) && value !== 0) return String(value);
  if (value instanceof Typed && value.value instanceof Uint8Array) return value.value;
  return new ParameterText(types).of(value);
}

const JSONS = [114, 3802];
const DATES = [1082, 1114, 1184];
const FLOATS = [700, 701];
/** Composites and domains can be made of each other. */
const MAX_DEPTH = 64;

/** Where an array's elements are arrays themselves: of a domain over arrays, and of multiranges, whose items are no arrays. */
const DIMENSIONS: Partial<Record<TypeInfo['kind'], (item: unknown) => boolean>> = {
  array: () => false,
  multirange: (item) =>
    Array.isArray(item) && !item.every((each) => each instanceof Range || typeof each === 'string'),
};

/** Makes text of one parameter. */
class ParameterText {
  readonly #types: ParameterTypes;
  #depth = 0;

  constructor(types: ParameterTypes) {
    this.#types = types;
  }

  of(value: unknown, type?: TypeInfo): string | null {
    switch (typeof value) {
      case 'string':
        return type !== undefined && DATES.includes(type.oid) ? expandedYear(value) : value;
      case 'number':
        if (isRounded(value) && !FLOATS.includes(type?.oid ?? 0)) throw rounded();
        return Object.is(value, -0) ? '-0' : String(value);
      case 'bigint':
      case 'boolean':
        return String(value);
      case 'object':
        return value === null ? null : this.#object(value, type);
      default:
        throw usage(`a parameter is ${typeof value}; use null for NULL`);
    }
  }

  #object(value: object, type: TypeInfo | undefined): string | null {
    if (value instanceof Typed) return this.of(value.value, this.#typeOf(value.oid));
    if (type !== undefined && JSONS.includes(type.oid)) return jsonText(value);
    if (value instanceof Uint8Array) {
      if (type !== undefined && type.oid !== BYTEA) throw usage(`bytes are no value of ${type.name} in here`);
      return `\\x${toHex(value)}`;
    }
    if (value instanceof Range) return this.#range(value, type);
    if (value instanceof Date) {
      if (Number.isNaN(value.getTime())) throw usage('a parameter is an invalid Date');
      return expandedYear(value.toISOString());
    }
    if (Array.isArray(value)) return this.#array(value, type);
    return type?.kind === 'composite' ? this.#composite(value, type) : jsonText(value);
  }

  #array(value: readonly unknown[], type: TypeInfo | undefined): string {
    const element = type === undefined ? undefined : this.#typeOf(type.element);
    const write = (item: unknown): string | null => this.of(item, element);
    return type?.kind === 'multirange'
      ? `{${value.map(write).join()}}`
      : formatArray(value, write, type?.delimiter, DIMENSIONS[element?.kind ?? 'base']);
  }

  #range({ lower, upper, bounds }: Range, type: TypeInfo | undefined): string {
    if (!/^[[(][\])]$/.test(bounds)) {
      throw usage("a range's bounds are none of [], [), (] and ()");
    }
    const element = type === undefined ? undefined : this.#typeOf(type.element);
    const bound = (value: unknown): string => quoted(this.of(value, element));
    return `${bounds[0]}${bound(lower)},${bound(upper)}${bounds[1]}`;
  }

  /** `("1",,"a ""b""")`: each column by its name. */
  #composite(value: object, { name: typeName, attributes = [] }: TypeInfo): string {
    if (this.#depth === MAX_DEPTH) throw usage('composites lie too deep in each other');
    this.#depth += 1;
    const columns = new Map<string, unknown>(Object.entries(value));
    const parts = attributes.map(({ name, oid }) => {
      if (!columns.has(name)) throw usage(`a value of ${typeName} lacks the column ${JSON.stringify(name)}`);
      return quoted(this.of(columns.get(name), this.#typeOf(oid)));
    });
    if (columns.size !== attributes.length)
      throw usage(`a value of ${typeName} has columns that the type lacks`);
    this.#depth -= 1;
    return `(${parts.join()})`;
  }

  /** Of a domain, what it is made of. */
  #typeOf(oid: number): TypeInfo | undefined {
    let type = this.#types.type(oid);
    for (let depth = 0; type?.kind === 'domain' && depth < MAX_DEPTH; depth += 1) {
      type = this.#types.type(type.element);
    }
    return type;
  }
}

/** A part of a range or a composite; nothing for NULL. */
function quoted(text: string | null): string {
  return text === null ? '' : `"${text.replace(/["\\]/g, '\\$&')}"`;
}
