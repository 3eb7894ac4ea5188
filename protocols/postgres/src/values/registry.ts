// Which decoder a column's type has: the built-in ones, the caller's own, and those of types that were looked up.
// It asks no server.
import { FairleadError } from '@fairlead/errors';
import { BUILT_IN, type TypeInfo } from '../types.ts';
import type { Value } from '../values.ts';
import { parseArray } from './arrays.ts';
import { BINARY, bytes } from './binary.ts';
import { arrayOf, compositeOf, multirangeOf, rangeOf } from './binary-nested.ts';
import { type BinaryDecoder, Cursor } from './cursor.ts';
import { malformed } from './malformed.ts';
import { parseComposite, parseMultirange, parseRange } from './nested.ts';
import { CELLS, type CellDecoder, parseJson, TEXTS, type TextDecoderOf, textAt } from './text.ts';

export type { CellDecoder } from './text.ts';

/** How values of one type are made; arrays and ranges of the type follow it. NULL never comes here. */
export interface TypeDecoder {
  /** From the server's text. Where `binary` is missing, it also gets the text that the default made of the bytes. */
  readonly text: (text: string) => Value;
  /** From the bytes of the binary format: a copy, the decoder's to keep. */
  readonly binary?: ((bytes: Uint8Array) => Value) | undefined;
}

/** What a registry starts from. */
export interface RegistryOptions {
  /** Whether `json` and `jsonb` become what they mean, or stay the text that the server sent. */
  readonly json: 'parsed' | 'raw';
  /** By the type's name (`timestamptz`, `int4[]`, `mood`) or its OID. */
  readonly types?: Readonly<Record<string, TypeDecoder>> | undefined;
}

/** Composites and domains can be made of each other; no honest server nests them deeper. */
const MAX_DEPTH = 64;

/** The decoders of one connection. */
export class TypeRegistry {
  /** Grows whenever types were added: decoders taken before do not know them. */
  version = 0;
  readonly #own: Map<string, TypeDecoder>;
  readonly #types: Map<number, TypeInfo> = new Map(BUILT_IN);
  readonly #texts = new Map<number, TextDecoderOf>();
  readonly #binaries = new Map<number, BinaryDecoder>();
  #depth = 0;

  constructor(options: RegistryOptions) {
    const json = options.json === 'parsed' ? { json: { text: parseJson }, jsonb: { text: parseJson } } : {};
    this.#own = new Map(Object.entries({ ...json, ...options.types }));
  }

  /** `int8`, `text[]`, a looked-up type's name; `oid:16385` for an unknown type. */
  typeName(oid: number): string {
    return this.#types.get(oid)?.name ?? `oid:${oid}`;
  }

  /** Makes further types known. */
  add(types: readonly TypeInfo[]): void {
    for (const type of types) this.#types.set(type.oid, type);
    this.#texts.clear();
    this.#binaries.clear();
    this.version += 1;
  }

  /** What makes values of a column's cells. */
  decoder(oid: number, format: 0 | 1): CellDecoder {
    if (format === 1) {
      const decode = this.#binary(oid);
      return (source, start, end) => new Cursor(source, start, end).whole(decode);
    }
    const cell = this.#decoderOf(oid) === undefined ? CELLS.get(oid) : undefined;
    if (cell !== undefined) return cell;
    const parse = this.#text(oid);
    return parse === same ? textAt : (source, start, end) => parse(source.text(start, end));
  }

  #decoderOf(oid: number): TypeDecoder | undefined {
    return this.#own.get(String(oid)) ?? this.#own.get(this.typeName(oid));
  }

  #text(oid: number): TextDecoderOf {
    let found = this.#texts.get(oid);
    if (found === undefined) {
      const own = this.#decoderOf(oid);
      found = own === undefined ? this.#textOf(oid) : guarded(own.text, this.typeName(oid));
      this.#texts.set(oid, found);
    }
    return found;
  }

  #textOf(oid: number): TextDecoderOf {
    const type = this.#types.get(oid);
    if (type === undefined) return same;
    const { element, delimiter, attributes = [] } = type;
    // What an element is made with is found when there is one: types may be made of each other.
    const parse = (text: string): Value => this.#text(element)(text);
    switch (type.kind) {
      case 'array':
        return (text) => parseArray<Value>(text, this.#text(element), delimiter);
      case 'range':
        return (text) => parseRange(text, parse);
      case 'multirange':
        return (text) => parseMultirange(text, parse);
      case 'domain':
        return (text) => this.#nest(() => parse(text));
      case 'composite':
        return (text) =>
          this.#nest(() => parseComposite(text, attributes, (item, itemOid) => this.#text(itemOid)(item)));
      default:
        return TEXTS.get(oid) ?? same;
    }
  }

  #binary(oid: number): BinaryDecoder {
    let found = this.#binaries.get(oid);
    if (found === undefined) {
      found = this.#owned(oid, this.#binaryOf(oid));
      this.#binaries.set(oid, found);
    }
    return found;
  }

  /** The caller's decoder, which may have no form for bytes. */
  #owned(oid: number, decode: BinaryDecoder): BinaryDecoder {
    const own = this.#decoderOf(oid);
    if (own === undefined) return decode;
    if (own.binary !== undefined) {
      const binary = guarded(own.binary, this.typeName(oid));
      return (cursor) => binary(cursor.bytes());
    }
    const text = guarded(own.text, this.typeName(oid));
    return (cursor) => {
      const value = decode(cursor);
      if (typeof value === 'boolean') return text(value ? 't' : 'f');
      return typeof value === 'object' ? value : text(String(value));
    };
  }

  #binaryOf(oid: number): BinaryDecoder {
    const type = this.#types.get(oid);
    const decode: BinaryDecoder = (cursor) => this.#binary(type?.element ?? 0)(cursor);
    const kind = oid === RECORD ? 'composite' : type?.kind;
    switch (kind) {
      case 'array':
        return arrayOf(decode);
      case 'range':
        return rangeOf(decode);
      case 'multirange':
        return multirangeOf(decode);
      case 'domain':
        return (cursor) => this.#nest(() => decode(cursor));
      case 'composite': {
        const names = type?.attributes?.map(({ name }) => name);
        const composite = compositeOf(names, (itemOid) => this.#binary(itemOid));
        return (cursor) => this.#nest(() => composite(cursor));
      }
      default:
        return BINARY.get(kind === 'enum' ? TEXT : oid) ?? bytes;
    }
  }

  #nest(decode: () => Value): Value {
    if (this.#depth === MAX_DEPTH) throw malformed('composite');
    this.#depth += 1;
    try {
      return decode();
    } finally {
      this.#depth -= 1;
    }
  }
}

const TEXT = 25;
const RECORD = 2249;

function same(text: string): string {
  return text;
}

/** A caller's decoder may throw what it likes; what leaves here says whose it was. */
function guarded<T>(decode: (from: T) => Value, name: string): (from: T) => Value {
  return (from) => {
    try {
      return decode(from);
    } catch (cause) {
      if (cause instanceof FairleadError) throw cause;
      throw new FairleadError('usage', `Postgres: the decoder given for ${name} threw.`, { cause });
    }
  };
}
