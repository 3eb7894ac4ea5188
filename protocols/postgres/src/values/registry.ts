// Which decoder a column's type has: the built-in ones, the caller's own, and those of types that were looked up.
// It asks no server.
import { FairleadError } from '@fairlead/errors';
import { BUILT_IN, type TypeInfo } from '../types.ts';
import type { Value } from '../values.ts';
import { parseArray } from './arrays.ts';
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

/** The decoders of one connection. */
export class TypeRegistry {
  /** Grows whenever types were added: decoders taken before do not know them. */
  version = 0;
  readonly #own: Map<string, TypeDecoder>;
  readonly #types: Map<number, TypeInfo> = new Map(BUILT_IN);
  readonly #texts = new Map<number, TextDecoderOf>();

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
    this.version += 1;
  }

  /** What makes values of a column's cells. */
  decoder(oid: number, format: 0 | 1): CellDecoder {
    if (format === 1) return (source, start, end) => source.bytes.slice(start, end);
    if (this.#decoderOf(oid) === undefined) {
      const cell = CELLS.get(oid);
      if (cell !== undefined) return cell;
    }
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
      found = own === undefined ? this.#ofKind(oid) : guarded(own.text, this.typeName(oid));
      this.#texts.set(oid, found);
    }
    return found;
  }

  #ofKind(oid: number): TextDecoderOf {
    const type = this.#types.get(oid);
    if (type?.kind === 'array') {
      return (text) => parseArray<Value>(text, this.#text(type.element), type.delimiter);
    }
    return TEXTS.get(oid) ?? same;
  }
}

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
