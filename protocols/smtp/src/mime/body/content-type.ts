// Content types and dispositions with their parameters (RFC 2045 section 5.1, RFC 2231). A long value is split into several
// parameters, never cut.
import { usage } from '@fairlead/errors';
import { isToken, quote } from '../header/header-words.ts';

/** A type with its parameters, as `text/csv; header=present`. */
export interface MediaType {
  /** In lower case. */
  readonly type: string;
  readonly parameters: readonly Parameter[];
}

type Parameter = readonly [name: string, value: string];

const TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+/;
const PARAMETER =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the grammar leaves them out by name
  /[ \t]*;[ \t]*([\w!#$&^.+*-]+)=(?:([^\0-\x20\x7f()<>@,;:\\"/[\]?=]+)|"((?:[^"\\\0-\x1f\x7f]|\\[ -~])*)")/y;
/** A type is never longer than this, with all its parameters. */
const MAX_TYPE_CHARACTERS = 2000;
/** A value that is longer is cut into parts (RFC 2231 section 3). */
const MAX_VALUE = 52;

/**
 * Reads a type.
 * @param what The type's name for errors.
 * @throws FairleadError `usage`.
 */
export function readMediaType(text: unknown, what: string): MediaType {
  const type =
    typeof text === 'string' && text.length <= MAX_TYPE_CHARACTERS ? TYPE.exec(text)?.[0] : undefined;
  if (typeof text !== 'string' || type === undefined) throw usage(`${what} is not like text/csv`);
  const parameters: Parameter[] = [];
  for (let at = type.length; text.slice(at).trim() !== ''; at = PARAMETER.lastIndex) {
    PARAMETER.lastIndex = at;
    const [, name = '', token, quoted = ''] = PARAMETER.exec(text) ?? [];
    if (name === '') throw usage(`${what} is not like text/csv; charset=utf-8`);
    parameters.push([name, token ?? quoted.replace(/\\(.)/g, '$1')]);
  }
  return { type: type.toLowerCase(), parameters };
}

/** The value with its parameters, as words to be folded between. */
export function withParameters(value: string, parameters: readonly Parameter[]): string[] {
  const words = [value];
  for (const [name, text] of parameters) words.push(...parameterWords(name, text));
  return words.map((word, i) => (i < words.length - 1 ? `${word};` : word));
}

function parameterWords(name: string, value: string): string[] {
  if (value.length <= MAX_VALUE && /^[ -~]*$/.test(value)) {
    return [`${name}=${isToken(value) ? value : quote(value)}`];
  }
  const encoded = percentEncoded(value);
  const [only = '', ...more] = encoded;
  if (more.length === 0) return [`${name}*=utf-8''${only}`];
  return encoded.map((part, i) => `${name}*${i}*=${i === 0 ? "utf-8''" : ''}${part}`);
}

/** Percent-encoded UTF-8 (RFC 2231 section 4) in parts, none of which cuts a character. */
function percentEncoded(value: string): string[] {
  const parts: string[] = [];
  let part = '';
  for (const character of value) {
    // encodeURIComponent leaves some that are no attribute-char.
    const next = /[\w.~-]/.test(character)
      ? character
      : encodeURIComponent(character).replace(
          /[!'()*]/g,
          (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
        );
    if (part.length + next.length > MAX_VALUE) {
      parts.push(part);
      part = '';
    }
    part += next;
  }
  return [...parts, part];
}
