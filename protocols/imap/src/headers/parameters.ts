// Parameters of Content-Type and Content-Disposition: pieces joined, percent signs decoded (RFC 2231). Damaged ones stay raw.
import type { Parameters } from '../responses/types/body-part.ts';
import { decodeCharset, decodeWords, unescapeBytes } from './words.ts';

interface Piece {
  readonly index: number;
  readonly isExtended: boolean;
  readonly value: string;
}

/** Parameters by name in lower case. Where a name comes in plain and in pieces, the pieces win. */
export function readParameters(pairs: readonly (readonly [name: string, value: string])[]): Parameters {
  const result: Record<string, string> = Object.create(null);
  const pieces = new Map<string, Piece[]>();
  for (const [given, value] of pairs) {
    const [, name = '', index, star] = /^([^*]*)(?:\*(\d{1,4}))?(\*)?$/.exec(given.toLowerCase()) ?? [];
    if (index === undefined && star === undefined) result[name || given.toLowerCase()] ??= decodeWords(value);
    else {
      const piece = { index: Number(index ?? 0), isExtended: star !== undefined, value };
      const list = pieces.get(name);
      if (list === undefined) pieces.set(name, [piece]);
      else list.push(piece);
    }
  }
  for (const [name, list] of pieces) result[name] = join(list);
  return result;
}

function join(pieces: Piece[]): string {
  pieces.sort((one, other) => one.index - other.index);
  let charset = 'utf-8';
  let binary = '';
  for (const [at, { value, isExtended }] of pieces.entries()) {
    // charset'language'text, in the first piece alone.
    const [, named = '', text = value] =
      (at === 0 && isExtended && /^([^']*)'[^']*'(.*)$/s.exec(value)) || [];
    charset = named || charset;
    binary += unescapeBytes(isExtended ? text : text.replace(/%/g, '%25'), '%');
  }
  const raw = pieces.map(({ value }) => value).join('');
  // A file name with a line break would break out of a header.
  return (decodeCharset(binary, charset) ?? raw).replace(/[\r\n\0]+/g, ' ');
}
