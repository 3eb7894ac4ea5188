// `types` of the package `pg`: which parser a type's text has. `pg-types` itself is no dependency: it needs `Buffer` when it is
// imported, and is a CommonJS module.
import { parseArray } from '../../../values/text/arrays.ts';
import { builtins } from './builtins.ts';
import { parseBytea } from './bytea.ts';
import { parseDate } from './dates.ts';
import { parseInterval } from './interval.ts';

/** Makes a value of the server's text, or, for the format `binary`, of its bytes. */
export type TypeParser = (value: string) => unknown;

/** The formats of values. This facade asks for text alone. */
export type TypeFormat = 'text' | 'binary';

/** What finds a type's parser: `types`, or the option `types` of a client or a query. */
export interface TypeParsers {
  getTypeParser(oid: number, format?: TypeFormat): (value: never) => unknown;
}

const integer: TypeParser = (text) => Number.parseInt(text, 10);
const float: TypeParser = (text) => Number.parseFloat(text);
const json: TypeParser = (text): unknown => JSON.parse(text);
const same: TypeParser = (text) => text;

function point(text: string): { x: number; y: number } {
  const [x = '', y = ''] = text.slice(1, -1).split(',');
  return { x: Number.parseFloat(x), y: Number.parseFloat(y) };
}

/** `<(1,2),3>` */
function circle(text: string): { x: number; y: number; radius: number } {
  const at = text.lastIndexOf(',');
  return { ...point(text.slice(1, at)), radius: Number.parseFloat(text.slice(at + 1, -1)) };
}

function arrayOf(parse: TypeParser): TypeParser {
  return (text) => parseArray(text, parse);
}

/** The parsers with the OIDs of the types, and of their arrays, that have them. As in `pg-types` 2.2, the others are text. */
const PARSERS: readonly (readonly [parse: TypeParser, oids: readonly number[], arrays: readonly number[]])[] =
  [
    [(text) => text === 't', [16], [1000]],
    [integer, [21, 23, 26], [1005, 1007, 1028]],
    [float, [700, 701], [1021, 1022, 1231]],
    [parseDate, [1082, 1114, 1184], [1115, 1182, 1185]],
    [parseInterval, [1186], [1187]],
    [parseBytea, [17], [1001]],
    [json, [114, 3802], [199, 3807]],
    [point, [600], [1017]],
    [circle, [718], []],
    [same, [20], [651, 791, 1008, 1009, 1014, 1015, 1016, 1040, 1041, 1183, 1270, 2951, 3907]],
  ];

function builtInParsers(): Map<number, TypeParser> {
  const parsers = new Map<number, TypeParser>();
  for (const [parse, oids, arrays] of PARSERS) {
    for (const oid of oids) parsers.set(oid, parse);
    for (const oid of arrays) parsers.set(oid, arrayOf(parse));
  }
  return parsers;
}

/** Parsers by OID, and what has the parsers of the other types. */
export class TypeTable implements TypeParsers {
  readonly #text: Map<number, TypeParser>;
  readonly #binary = new Map<number, TypeParser>();
  readonly #others: TypeParsers | undefined;

  constructor(text: Map<number, TypeParser>, others?: TypeParsers) {
    this.#text = text;
    this.#others = others;
  }

  /** Sets a type's parser, for the format `text` where none is named. */
  setTypeParser(oid: number, format: TypeFormat | TypeParser, parse?: TypeParser): void {
    if (typeof format === 'function') this.#text.set(oid, format);
    else if (parse !== undefined) (format === 'binary' ? this.#binary : this.#text).set(oid, parse);
  }

  /** The type's parser; for a type without one, a function that leaves the text as it is. */
  getTypeParser(oid: number, format: TypeFormat = 'text'): TypeParser {
    const own = (format === 'binary' ? this.#binary : this.#text).get(oid);
    return own ?? (this.#others?.getTypeParser(oid, format) as TypeParser | undefined) ?? same;
  }
}

/** What `pg` exports as `types`. Its functions can be taken out of it. */
export interface Types extends TypeParsers {
  readonly builtins: typeof builtins;
  /** Parses arrays: `arrayParser.create('{1,2}', Number).parse()`. */
  readonly arrayParser: {
    create(text: string, parse?: TypeParser): { parse(): unknown };
  };
  /** The type's parser; for a type without one, a function that leaves the text as it is. */
  getTypeParser(oid: number, format?: TypeFormat): TypeParser;
  /** Sets a type's parser, for the format `text` where none is named. */
  setTypeParser(oid: number, format: TypeFormat | TypeParser, parse?: TypeParser): void;
}

const table = /* @__PURE__ */ new TypeTable(/* @__PURE__ */ builtInParsers());

/**
 * The parsers of all clients that have none of their own. They belong to the isolate: what is set here holds for all requests.
 * @example
 * ```ts
 * import { types } from '@fairlead/postgres/pg';
 *
 * types.setTypeParser(types.builtins.INT8, (text) => BigInt(text));
 * ```
 */
export const types: Types = {
  builtins,
  arrayParser: { create: (text, parse = same) => ({ parse: () => parseArray(text, parse) }) },
  getTypeParser: (oid, format) => table.getTypeParser(oid, format),
  setTypeParser: (oid, format, parse) => table.setTypeParser(oid, format, parse),
};

/** The parsers of one client, in front of others. */
export class TypeOverrides extends TypeTable {
  /** @param others Default: `types`. */
  constructor(others?: TypeParsers) {
    super(new Map(), others ?? types);
  }
}
