// Decoders of the binary format for every type: `connect(url, { binary: binaryFormat })`, then `{ format: 'binary' }`. A module
// of its own, since the client decodes bytea without it.

import type { BinaryFormat, KnownTypes } from '../values/registry.ts';
import { type BinaryDecoder, Cursor } from './cursor.ts';
import { arrayOf, compositeOf, multirangeOf, rangeOf } from './nested.ts';
import { BINARY, bytes } from './scalars.ts';

const TEXT = 25;
const RECORD = 2249;

/** Decoders of one connection, by OID, made when they are first needed. */
class BinaryDecoders {
  readonly #types: KnownTypes;
  readonly #made = new Map<number, BinaryDecoder>();

  constructor(types: KnownTypes) {
    this.#types = types;
  }

  decoder(oid: number): BinaryDecoder {
    let found = this.#made.get(oid);
    if (found === undefined) {
      found = this.#own(oid);
      this.#made.set(oid, found);
    }
    return found;
  }

  /** The caller's decoder, which may have no form for bytes. */
  #own(oid: number): BinaryDecoder {
    const own = this.#types.own(oid);
    const decode = this.#built(oid);
    if (own === undefined) return decode;
    const { text, binary } = own;
    if (binary !== undefined) return (cursor) => binary(cursor.bytes());
    return (cursor) => {
      const value = decode(cursor);
      if (typeof value === 'boolean') return text(value ? 't' : 'f');
      return typeof value === 'object' ? value : text(String(value));
    };
  }

  #built(oid: number): BinaryDecoder {
    const type = this.#types.type(oid);
    // What an element is made with is found when there is one: types may be made of each other.
    const element: BinaryDecoder = (cursor) => this.decoder(type?.element ?? 0)(cursor);
    const kind = oid === RECORD ? 'composite' : type?.kind;
    switch (kind) {
      case 'array':
        return arrayOf(element);
      case 'range':
        return rangeOf(element);
      case 'multirange':
        return multirangeOf(element);
      case 'domain':
        return (cursor) => this.#types.withinDepth(() => element(cursor));
      case 'composite': {
        const names = type?.attributes?.map(({ name }) => name);
        const composite = compositeOf(names, (attribute) => this.decoder(attribute));
        return (cursor) => this.#types.withinDepth(() => composite(cursor));
      }
      default:
        return BINARY.get(kind === 'enum' ? TEXT : oid) ?? bytes;
    }
  }
}

/**
 * Decodes all built-in types, and loaded types that consist of them, to the values of the text format. Exceptions: `reg...`
 * types are their OIDs' digits, `money` is written as in the locale C, and an anonymous record is an array of its columns.
 * A type that an extension defines with a format of its own stays bytes.
 * @example
 * ```ts
 * import { connect } from '@fairlead/postgres';
 * import { binaryFormat } from '@fairlead/postgres/binary';
 *
 * await using client = await connect(env.DATABASE_URL, { binary: binaryFormat });
 * const bytes = await client.queryValue<Uint8Array>('select body from files where id = $1', [1], { format: 'binary' });
 * ```
 */
export const binaryFormat: BinaryFormat = (types) => {
  const decoders = new BinaryDecoders(types);
  return (oid) => {
    const decode = decoders.decoder(oid);
    return (source, start, end) => new Cursor(source, start, end).whole(decode);
  };
};
