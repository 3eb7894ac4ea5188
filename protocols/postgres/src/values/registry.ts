// Which decoder a column's type has: the built-in ones, the caller's own, and those of types that were looked up.
// It asks no server.
import { FairleadError } from '@fairlead/errors';
import type { Field } from '../wire/messages.ts';
import { BUILT_IN, type TypeInfo } from './oids.ts';
import type { Shape } from './rows/shape.ts';
import { parseArray } from './text/arrays.ts';
import { malformed } from './text/malformed.ts';
import { parseComposite, parseMultirange, parseRange } from './text/nested.ts';
import { CELLS, type CellDecoder, parseJson, TEXTS, type TextDecoderOf, textAt } from './text/scalars.ts';
import type { Value } from './value.ts';

export type { CellDecoder } from './text/scalars.ts';

/** How values of one type are made; arrays and ranges of the type follow it. NULL never comes here. */
export interface TypeDecoder {
  /** From the server's text. Where `binary` is missing, it also gets the text that the default made of the bytes. */
  readonly text: (text: string) => Value;
  /** From the bytes of the binary format: a copy, the decoder's to keep. */
  readonly binary?: ((bytes: Uint8Array) => Value) | undefined;
}

/** What the decoders of one format know of the types. */
export interface KnownTypes {
  /** `undefined` for a type that is not known. */
  type(oid: number): TypeInfo | undefined;
  /** The caller's decoder. */
  own(oid: number): TypeDecoder | undefined;
  /** Runs `decode` unless values of composites and domains lie too deep in each other. */
  withinDepth(decode: () => Value): Value;
}

/** Makes decoders of the binary format: `binaryFormat` of `@fairlead/postgres/binary`. */
export type BinaryFormat = (types: KnownTypes) => (oid: number) => CellDecoder;

/** What a registry starts from. */
export interface RegistryOptions {
  /** Whether `json` and `jsonb` become what they mean, or stay the text that the server sent. */
  readonly json: 'parsed' | 'raw';
  /** By the type's name (`timestamptz`, `int4[]`, `mood`) or its OID. */
  readonly types?: Readonly<Record<string, TypeDecoder>> | undefined;
  /** Without it, values in the binary format that are no text and have no decoder of the caller's stay bytes. */
  readonly binary?: BinaryFormat | undefined;
}

/** Types whose two formats are the same text. */
const TEXT_KINDS: readonly number[] = [19, 25, 114, 142, 705, 1042, 1043, 1790, 2278];

/** Composites and domains can be made of each other; no honest server nests them deeper. */
const MAX_DEPTH = 64;

/** The decoders of one connection. */
export class TypeRegistry implements KnownTypes {
  /** Readers by their columns. It is emptied when types are added, since the readers of before do not know them. */
  shapes: WeakMap<readonly Field[], Shape> = new WeakMap<readonly Field[], Shape>();
  readonly #own: Map<string, TypeDecoder>;
  /** The built-in ones themselves, until further ones are added. */
  #types: ReadonlyMap<number, TypeInfo> = BUILT_IN;
  readonly #texts = new Map<number, TextDecoderOf>();
  readonly #format: BinaryFormat | undefined;
  #binaries: ReturnType<BinaryFormat> | undefined;
  #depth = 0;

  constructor({ json, types, binary }: RegistryOptions) {
    const parsed = json === 'parsed' ? { json: { text: parseJson }, jsonb: { text: parseJson } } : {};
    this.#own = new Map(Object.entries({ ...parsed, ...types }));
    this.#format = binary;
  }

  type(oid: number): TypeInfo | undefined {
    return this.#types.get(oid);
  }

  /** `int8`, `text[]`, a looked-up type's name; `oid:16385` for an unknown type. */
  typeName(oid: number): string {
    return this.type(oid)?.name ?? `oid:${oid}`;
  }

  /** Makes further types known. */
  add(types: readonly TypeInfo[]): void {
    this.#types = new Map([...this.#types, ...types.map((type) => [type.oid, type] as const)]);
    this.#texts.clear();
    this.#binaries = undefined;
    this.shapes = new WeakMap();
  }

  own(oid: number): TypeDecoder | undefined {
    const name = this.typeName(oid);
    const own = this.#own.get(String(oid)) ?? this.#own.get(name);
    if (own === undefined) return undefined;
    const { text, binary } = own;
    return { text: guarded(text, name), binary: binary && guarded(binary, name) };
  }

  /** What makes values of a column's cells. */
  decoder(oid: number, format: 0 | 1): CellDecoder {
    const own = this.own(oid);
    const binary = format === 1 ? this.#binaryDecoder(oid, own) : undefined;
    if (binary !== undefined) return binary;
    const cell = own === undefined ? CELLS.get(oid) : undefined;
    if (cell !== undefined) return cell;
    const parse = this.#text(oid);
    return parse === same ? textAt : (source, start, end) => parse(source.text(start, end));
  }

  /** `undefined` where the binary format is that of text. */
  #binaryDecoder(oid: number, own: TypeDecoder | undefined): CellDecoder | undefined {
    this.#binaries ??= this.#format?.(this);
    if (this.#binaries !== undefined) return this.#binaries(oid);
    const binary = own?.binary;
    if (binary !== undefined) return (source, start, end) => binary(source.bytes.slice(start, end));
    const isText = TEXT_KINDS.includes(oid) || this.type(oid)?.kind === 'enum';
    return isText ? undefined : (source, start, end) => source.bytes.slice(start, end);
  }

  #text(oid: number): TextDecoderOf {
    let found = this.#texts.get(oid);
    if (found === undefined) {
      found = this.own(oid)?.text ?? this.#textOf(oid);
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
        return (text) => this.withinDepth(() => parse(text));
      case 'composite':
        return (text) =>
          this.withinDepth(() =>
            parseComposite(text, attributes, (item, itemOid) => this.#text(itemOid)(item)),
          );
      default:
        return TEXTS.get(oid) ?? same;
    }
  }

  withinDepth(decode: () => Value): Value {
    if (this.#depth === MAX_DEPTH) throw malformed('composite');
    this.#depth += 1;
    try {
      return decode();
    } finally {
      this.#depth -= 1;
    }
  }
}

function same<T>(value: T): T {
  return value;
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

/** For `loadTypes`: whose types a client decodes. */
const REGISTRIES = /* @__PURE__ */ new WeakMap<object, TypeRegistry>();

/** Notes the registry of a client. */
export function keepRegistry(client: object, registry: TypeRegistry): void {
  REGISTRIES.set(client, registry);
}

/** The registry that was noted for a client. */
export function registryOf(client: object): TypeRegistry | undefined {
  return REGISTRIES.get(client);
}
