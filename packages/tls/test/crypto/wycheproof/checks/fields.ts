// Reads the fields of vectors and groups.
import type { Vector, VectorGroup } from '../protocol.ts';

/** @throws Error where the field is no hex. */
export function bytesOf(source: Vector | VectorGroup, field: string): Uint8Array {
  const value = source[field];
  if (typeof value !== 'string' || value.length % 2 !== 0 || /[^0-9a-f]/.test(value)) {
    throw new Error(`${field} is no hex`);
  }
  return Uint8Array.from(value.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** @throws Error where the field is no number. */
export function numberOf(source: Vector | VectorGroup, field: string): number {
  const value = source[field];
  if (typeof value !== 'number') throw new Error(`${field} is no number`);
  return value;
}

/** @throws Error where the field is no text. */
export function textOf(source: Vector | VectorGroup, field: string): string {
  const value = source[field];
  if (typeof value !== 'string') throw new Error(`${field} is no text`);
  return value;
}
