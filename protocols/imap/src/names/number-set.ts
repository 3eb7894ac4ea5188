// Sets of message numbers or UIDs as ranges (RFC 9051 `sequence-set`). No set is ever expanded to its numbers unasked.

/** Both ends belong to it. In a `NumberSet` the first is the lower one. */
export type NumberRange = readonly [first: number, last: number];

/** The greatest message number and UID: 32 bits (RFC 9051 section 9). */
export const MAX_NUMBER = 0xffff_ffff;

/** Numbers from 1 to 4294967295 as sorted ranges that neither touch nor overlap. It does not change. */
export class NumberSet implements Iterable<number> {
  readonly ranges: readonly NumberRange[];

  private constructor(ranges: readonly NumberRange[]) {
    this.ranges = ranges;
  }

  /** A set of numbers or ranges in any order; those outside 1 to 4294967295 must not be there. */
  static of(members: Iterable<number | NumberRange>): NumberSet {
    const ranges: NumberRange[] = [];
    for (const one of members) {
      const [first, last] = typeof one === 'number' ? [one, one] : one;
      ranges.push(first <= last ? [first, last] : [last, first]);
    }
    return new NumberSet(merged(ranges));
  }

  /** A set as IMAP writes it, or `undefined` where the text is none. `*` is none. */
  static parse(text: string): NumberSet | undefined {
    const ranges = parseRanges(text);
    return ranges && NumberSet.of(ranges);
  }

  /** How many numbers are in it. */
  get size(): number {
    let size = 0;
    for (const [first, last] of this.ranges) size += last - first + 1;
    return size;
  }

  has(number: number): boolean {
    let low = 0;
    let high = this.ranges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.ranges[middle]?.[1] ?? 0) < number) low = middle + 1;
      else high = middle;
    }
    return (this.ranges[low]?.[0] ?? Number.POSITIVE_INFINITY) <= number;
  }

  /** The numbers, ascending. Up to 4294967295 of them: look at `size` first. */
  *[Symbol.iterator](): Generator<number, void, undefined> {
    for (const [first, last] of this.ranges) for (let at = first; at <= last; at++) yield at;
  }

  union(other: NumberSet): NumberSet {
    return new NumberSet(merged([...this.ranges, ...other.ranges]));
  }

  /** The numbers of this set that are not in the other. */
  minus(other: NumberSet): NumberSet {
    const left: NumberRange[] = [];
    let next = 0;
    for (const [from, last] of this.ranges) {
      let first = from;
      while ((other.ranges[next]?.[1] ?? Number.POSITIVE_INFINITY) < first) next++;
      for (let at = next; first <= last; at++) {
        const [gone, back] = other.ranges[at] ?? [last + 1, last + 1];
        if (gone > first) left.push([first, Math.min(gone - 1, last)]);
        first = back + 1;
      }
    }
    return new NumberSet(left);
  }

  /** As IMAP writes it: `1:3,7`. */
  toString(): string {
    return this.ranges.map(([first, last]) => (first === last ? `${first}` : `${first}:${last}`)).join(',');
  }

  toJSON(): string {
    return this.toString();
  }
}

/** The ranges of a set in the order and direction in which they stand, or `undefined` where the text is no set. */
export function parseRanges(text: string): NumberRange[] | undefined {
  const ranges: NumberRange[] = [];
  for (const part of text.split(',')) {
    const [, first, last = first] = /^(\d{1,10})(?::(\d{1,10}))?$/.exec(part) ?? [];
    const range: NumberRange = [Number(first), Number(last)];
    if (!range.every((number) => number >= 1 && number <= MAX_NUMBER)) return undefined;
    ranges.push(range);
  }
  return ranges;
}

function merged(ranges: NumberRange[]): NumberRange[] {
  let isSorted = true;
  for (let at = 1; at < ranges.length; at++) {
    if ((ranges[at]?.[0] ?? 0) < (ranges[at - 1]?.[0] ?? 0)) isSorted = false;
  }
  if (!isSorted) ranges.sort((one, other) => one[0] - other[0]);
  const result: [number, number][] = [];
  let end: [number, number] | undefined;
  for (const [first, last] of ranges) {
    if (end !== undefined && first <= end[1] + 1) end[1] = Math.max(end[1], last);
    else {
      end = [first, last];
      result.push(end);
    }
  }
  return result;
}
