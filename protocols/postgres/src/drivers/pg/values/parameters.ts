// Parameters as `pg` writes them: NULL for undefined, local time for a Date, JSON for other objects. It shows no value in an error.

import { toHex } from '@fairlead/bytes';
import type { WireValue } from '../../../wire/messages.ts';
import { defaults } from '../defaults.ts';
import { formatDate } from './dates.ts';

/** An object that says itself what it is as a parameter. */
interface ToPostgres {
  toPostgres(prepare: (value: unknown) => WireValue): unknown;
}

/** Objects whose `toPostgres` gives another object that has one, more often than this, are refused. */
const MAX_DEPTH = 64;

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function hasToPostgres(value: object): value is ToPostgres {
  return typeof (value as Partial<ToPostgres>).toPostgres === 'function';
}

function elementText(element: unknown): string {
  if (Array.isArray(element)) return arrayText(element);
  if (ArrayBuffer.isView(element)) return `\\\\x${toHex(bytesOf(element))}`;
  const value = prepareValue(element);
  if (value === null) return 'NULL';
  const text = typeof value === 'string' ? value : `\\x${toHex(value)}`;
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

function arrayText(values: readonly unknown[]): string {
  return `{${Array.from(values, elementText).join()}}`;
}

/**
 * A parameter as it travels: text, bytes for the binary format, or null.
 * @throws What an object's `toPostgres` or `toJSON` throws.
 */
export function prepareValue(value: unknown, depth = 0): WireValue {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'object') return String(value);
  if (ArrayBuffer.isView(value)) return bytesOf(value);
  if (value instanceof Date) return formatDate(value, defaults.parseInputDatesAsUTC);
  if (Array.isArray(value)) return arrayText(value);
  if (!hasToPostgres(value)) return JSON.stringify(value) ?? null;
  if (depth === MAX_DEPTH) throw new Error('circular reference detected while preparing a value for query');
  return prepareValue(
    value.toPostgres((inner) => prepareValue(inner)),
    depth + 1,
  );
}
