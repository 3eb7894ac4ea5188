// A row's JSON text cut into its cells' texts. Nothing is parsed: what is not in sight costs nothing, and no digit is lost.

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** The texts of an array's elements. @param row A JSON array; of a text that is none, what comes is of no use. */
export function rawCells(row: string): string[] {
  const cells: string[] = [];
  let depth = 0;
  let start = 1;
  for (let at = 0; at < row.length; at += 1) {
    const code = row.charCodeAt(at);
    if (code === QUOTE) at = endOfString(row, at);
    else if (code === OPEN_ARRAY || code === OPEN_OBJECT) depth += 1;
    else if (code === CLOSE_ARRAY || code === CLOSE_OBJECT) {
      depth -= 1;
      if (depth === 0 && at > start) cells.push(row.slice(start, at).trim());
    } else if (code === COMMA && depth === 1) {
      cells.push(row.slice(start, at).trim());
      start = at + 1;
    }
  }
  return cells;
}

/** Where a string ends that begins at `from`: at its closing quote. */
function endOfString(text: string, from: number): number {
  let end = text.indexOf('"', from + 1);
  for (; end >= 0 && isEscaped(text, end); end = text.indexOf('"', end + 1));
  return end < 0 ? text.length : end;
}

/** Whether an odd number of backslashes stands before. */
function isEscaped(text: string, at: number): boolean {
  let first = at;
  while (text.charCodeAt(first - 1) === BACKSLASH) first -= 1;
  return (at - first) % 2 === 1;
}

/**
 * Where a cell stands in a row's bytes, without white space before it; for who compares a million of them.
 * @param column From 0.
 * @returns Whether there is such a cell; then `into.start` and `into.end` are set.
 */
export function findCell(
  bytes: Uint8Array,
  start: number,
  end: number,
  column: number,
  into: { start: number; end: number },
): boolean {
  let depth = 0;
  let left = column;
  let cell = start + 1;
  for (let at = start; at < end; at += 1) {
    const code = bytes[at] ?? 0;
    if (code === QUOTE) at = endOfBytes(bytes, at, end);
    else if (code === OPEN_ARRAY || code === OPEN_OBJECT) depth += 1;
    else if ((code === CLOSE_ARRAY || code === CLOSE_OBJECT) && --depth > 0) continue;
    else if (depth === 0 || (code === COMMA && depth === 1)) {
      if (left === 0) {
        into.start = cell;
        into.end = at;
        while (bytes[into.start] === 0x20) into.start += 1;
        return true;
      }
      left -= 1;
      cell = at + 1;
    }
  }
  return false;
}

function endOfBytes(bytes: Uint8Array, from: number, end: number): number {
  let at = from + 1;
  for (; at < end && bytes[at] !== QUOTE; at += 1) if (bytes[at] === BACKSLASH) at += 1;
  return at;
}
