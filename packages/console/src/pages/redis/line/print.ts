// Replies as redis-cli prints them, with their types: `(integer) 1`, `(nil)`, numbered lists.
import { argumentOf } from '../wire/argument.ts';
import type { Reply } from '../wire/reply.ts';
import { quote, visible } from '../wire/show.ts';

/** More lines are not printed. */
const MAX_LINES = 5_000;
/** Longer strings are cut. */
const MAX_STRING = 100_000;

/** A reply on one line or several. @param isProse A string is printed as the text that it is: INFO and its like. */
export function printReply(reply: Reply, isProse = false): string {
  if (isProse && reply.type === 'bulk')
    return new TextDecoder()
      .decode(reply.bytes)
      .replaceAll('\r', '')
      .split('\n')
      .map(visible)
      .join('\n')
      .trimEnd();
  const lines: string[] = [];
  print(reply, '', '', lines);
  if (lines.length <= MAX_LINES) return lines.join('\n');
  const more = lines.length - MAX_LINES;
  return `${lines.slice(0, MAX_LINES).join('\n')}\n… and ${more} more lines`;
}

/** @param lead Of the first line. @param indent Of the others. */
function print(reply: Reply, lead: string, indent: string, lines: string[]): void {
  if (reply.type !== 'array' || reply.items.length === 0) {
    lines.push(lead + scalar(reply));
    return;
  }
  const width = String(reply.items.length).length;
  for (const [i, item] of reply.items.entries()) {
    const number = `${String(i + 1).padStart(width)}) `;
    print(item, (i === 0 ? lead : indent) + number, indent + ' '.repeat(number.length), lines);
  }
}

function scalar(reply: Reply): string {
  switch (reply.type) {
    case 'status':
      return visible(reply.text);
    case 'error':
      return `(error) ${visible(reply.text)}`;
    case 'integer':
      return `(integer) ${reply.text}`;
    case 'bulk':
      return stringOf(reply.bytes);
    case 'nil':
      return '(nil)';
    case 'array':
      return '(empty array)';
  }
}

function stringOf(bytes: Uint8Array): string {
  if (bytes.length <= MAX_STRING) return quote(argumentOf(bytes));
  return `${quote(argumentOf(bytes.subarray(0, MAX_STRING)))} … of ${bytes.length} bytes`;
}
