// Where a fault stands, as people count. Pure.
import type { Fault } from './reader.ts';

/** A fault with its place: `Line 2, column 5: ...`. */
export function faultPlace(text: string, { message, from }: Fault): string {
  const before = text.slice(0, from).split('\n');
  return `Line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}: ${message}`;
}
