// Postgres's text form of arrays (manual, section 8.15.6): read and written. It refuses nesting deeper than the
// server allows.
import { usage } from '../../errors.ts';
import { malformed } from './malformed.ts';
import { Scanner } from './scanner.ts';

/** The server's own limit, MAXDIM. */
const MAX_DIMENSIONS = 6;

/** An array's elements: values, NULLs, arrays of the next dimension. */
export type ArrayValue<T> = readonly (T | null | ArrayValue<T>)[];

/**
 * Reads `{1,NULL,"a b",{...}}`, also with explicit bounds (`[0:1]={1,2}`, which are dropped).
 * @param parse Makes a value of an element's text.
 * @param delimiter Between elements: `,` for every built-in type but `box`, which has `;`.
 * @throws FairleadError `protocol` when the text is not an array.
 */
export function parseArray<T>(text: string, parse: (element: string) => T, delimiter = ','): ArrayValue<T> {
  const scanner = new Scanner(text, 'array');
  if (scanner.next === '[') scanner.at = text.indexOf('=') + 1;
  const values = parseLevel(scanner, parse, delimiter, MAX_DIMENSIONS);
  scanner.end();
  return values;
}

function parseLevel<T>(
  scanner: Scanner,
  parse: (element: string) => T,
  delimiter: string,
  depth: number,
): ArrayValue<T> {
  if (depth === 0) throw malformed('array');
  const values: (T | null | ArrayValue<T>)[] = [];
  scanner.take('{');
  if (scanner.next === '}') scanner.at += 1;
  else {
    do {
      const { next } = scanner;
      if (next === '{') values.push(parseLevel(scanner, parse, delimiter, depth - 1));
      else {
        const item = scanner.item(delimiter, '}');
        if (item === null) throw malformed('array');
        values.push(item === 'NULL' && next !== '"' ? null : parse(item));
      }
    } while (scanner.take(`${delimiter}}`) === delimiter);
  }
  return values;
}

/**
 * Writes an array as Postgres reads it.
 * @param write Makes an element's text, or `null` for NULL.
 * @param delimiter Between elements. Default `,`.
 * @param isDimension Whether an item is a further dimension, or an element. Default: arrays are dimensions.
 * @throws FairleadError `usage` when arrays are nested deeper than six.
 */
export function formatArray(
  values: readonly unknown[],
  write: (element: unknown) => string | null,
  delimiter = ',',
  isDimension: (item: unknown) => boolean = Array.isArray,
  depth = 1,
): string {
  if (depth > MAX_DIMENSIONS) {
    throw usage(`an array parameter has more than ${MAX_DIMENSIONS} dimensions`);
  }
  // Array.from, as a hole is undefined and must be refused like one.
  const parts = Array.from(values, (value) => {
    if (Array.isArray(value) && isDimension(value)) {
      return formatArray(value, write, delimiter, isDimension, depth + 1);
    }
    const text = write(value);
    if (text === null) return 'NULL';
    return typeof value === 'number' ? text : `"${text.replace(/["\\]/g, '\\$&')}"`;
  });
  return `{${parts.join(delimiter)}}`;
}
