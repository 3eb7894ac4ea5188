// Ranges, multiranges and composites in the text format. Arrays have a file of their own.
import type { Attribute } from '../oids.ts';
import { Range, type RangeBounds } from '../range.ts';
import type { Value } from '../value.ts';
import { Scanner } from './scanner.ts';

/** Makes a value of a bound's text. */
type Parse = (text: string) => Value;

/** `[1,5)`, `(,"2024-01-01 00:00:00"]`, `empty`. @throws FairleadError `protocol`. */
export function parseRange(text: string, parse: Parse): Value {
  if (text === 'empty') return text;
  const scanner = new Scanner(text, 'range');
  const value = rangeAt(scanner, parse);
  scanner.end();
  return value;
}

/**
 * `{[1,3),[5,7)}`.
 * @param parse Makes a value of a range's text.
 * @throws FairleadError `protocol`.
 */
export function parseMultirange(text: string, parse: Parse): Value {
  const scanner = new Scanner(text, 'multirange');
  const values: Value[] = [];
  scanner.take('{');
  if (scanner.next === '}') scanner.at += 1;
  else {
    do {
      const from = scanner.at;
      rangeAt(scanner, String);
      values.push(parse(text.slice(from, scanner.at)));
    } while (scanner.take(',}') === ',');
  }
  scanner.end();
  return values;
}

function rangeAt(scanner: Scanner, parse: Parse): Range<Value> {
  const bound = (stop: string, otherStop: string): Value => {
    const item = scanner.item(stop, otherStop);
    return item === null ? null : parse(item);
  };
  const left = scanner.take('[(');
  const lower = bound(',', ',');
  scanner.take(',');
  const upper = bound(']', ')');
  return new Range(lower, upper, `${left}${scanner.take('])')}` as RangeBounds);
}

/** `(1,,"b ""c""")`. @throws FairleadError `protocol`: also where the type has another number of columns. */
export function parseComposite(
  text: string,
  attributes: readonly Attribute[],
  parse: (text: string, oid: number) => Value,
): Value {
  const scanner = new Scanner(text, 'composite');
  const entries = attributes.map(({ name, oid }, i): [string, Value] => {
    scanner.take(i === 0 ? '(' : ',');
    const item = scanner.item(',', ')');
    return [name, item === null ? null : parse(item, oid)];
  });
  if (entries.length === 0) scanner.take('(');
  scanner.take(')');
  scanner.end();
  return Object.fromEntries(entries);
}
