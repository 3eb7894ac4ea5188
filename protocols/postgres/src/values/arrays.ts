// Postgres's text form of arrays (manual, section 8.15.6): read and written. It refuses nesting deeper than the
// server allows.
import { FairleadError } from '@fairlead/errors';
import { malformed } from './malformed.ts';

/** The server's own limit, MAXDIM. */
const MAX_DIMENSIONS = 6;

/** An array's elements: values, NULLs, arrays of the next dimension. */
export type ArrayValue<T> = readonly (T | null | ArrayValue<T>)[];

/** The text of one array under way. */
interface Cursor {
  readonly text: string;
  at: number;
}

/**
 * Reads `{1,NULL,"a b",{...}}`, also with explicit bounds (`[0:1]={1,2}`, which are dropped).
 * @param parse Makes a value of an element's text.
 * @param delimiter Between elements: `,` for every built-in type but `box`, which has `;`.
 * @throws FairleadError `protocol` when the text is not an array.
 */
export function parseArray<T>(text: string, parse: (element: string) => T, delimiter = ','): ArrayValue<T> {
  const start = text.startsWith('[') ? text.indexOf('=') + 1 : 0;
  const cursor: Cursor = { text, at: start };
  if (text[start] !== '{') throw malformed('array');
  const values = parseLevel(cursor, parse, delimiter, 1);
  if (cursor.at !== text.length) throw malformed('array');
  return values;
}

function parseLevel<T>(
  cursor: Cursor,
  parse: (element: string) => T,
  delimiter: string,
  depth: number,
): ArrayValue<T> {
  if (depth > MAX_DIMENSIONS) throw malformed('array');
  const { text } = cursor;
  const values: (T | null | ArrayValue<T>)[] = [];
  cursor.at += 1;
  if (text[cursor.at] === '}') {
    cursor.at += 1;
    return values;
  }
  for (;;) {
    const next = text[cursor.at];
    if (next === '{') values.push(parseLevel(cursor, parse, delimiter, depth + 1));
    else if (next === '"') values.push(parse(quoted(cursor)));
    else values.push(bare(cursor, parse, delimiter));
    const after = text[cursor.at];
    cursor.at += 1;
    if (after === '}') return values;
    if (after !== delimiter) throw malformed('array');
  }
}

function quoted(cursor: Cursor): string {
  const { text } = cursor;
  let from = cursor.at + 1;
  let value = '';
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      cursor.at = at + 1;
      return value + text.slice(from, at);
    }
    if (code === 0x5c) {
      value += text.slice(from, at);
      at += 1;
      from = at;
    }
  }
  throw malformed('array');
}

function bare<T>(cursor: Cursor, parse: (element: string) => T, delimiter: string): T | null {
  const { text } = cursor;
  let at = cursor.at;
  while (at < text.length && text[at] !== delimiter && text[at] !== '}') at += 1;
  const element = text.slice(cursor.at, at);
  cursor.at = at;
  if (element === '') throw malformed('array');
  return element === 'NULL' ? null : parse(element);
}

/**
 * Writes an array as Postgres reads it.
 * @param write Makes an element's text, or `null` for NULL.
 * @param delimiter Between elements. Default `,`.
 * @throws FairleadError `usage` when arrays are nested deeper than six.
 */
export function formatArray(
  values: readonly unknown[],
  write: (element: unknown) => string | null,
  delimiter = ',',
  depth = 1,
): string {
  if (depth > MAX_DIMENSIONS) {
    throw new FairleadError('usage', `An array parameter has more than ${MAX_DIMENSIONS} dimensions.`);
  }
  // Array.from, as a hole is undefined and must be refused like one.
  const parts = Array.from(values, (value) => {
    if (Array.isArray(value)) return formatArray(value, write, delimiter, depth + 1);
    const text = write(value);
    if (text === null) return 'NULL';
    return typeof value === 'number' ? text : `"${text.replace(/["\\]/g, '\\$&')}"`;
  });
  return `{${parts.join(delimiter)}}`;
}
