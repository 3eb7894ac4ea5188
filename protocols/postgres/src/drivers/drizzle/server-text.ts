// Dates, times and intervals as the server writes them, which is what Drizzle's columns expect, from the ISO 8601
// text of our values. It reads no server's text itself.
import type { Column, ObjectRow } from '../../types.ts';
import type { Value } from '../../values/index.ts';

type Rewrite = (iso: string) => string;

const DATE_TIME = /^(\d+-\d\d-\d\d)T([\d:.]+)([^ ]*)( BC)?$/;
const TIME_WITH_ZONE = /^([\d:.]+)(Z|[+-].*)$/;
const DURATION =
  /^P(?:(-?\d+)Y)?(?:(-?\d+)M)?(?:(-?\d+)D)?(?:T(?:(-?\d+)H)?(?:(-?\d+)M)?(?:(-?\d+)(\.\d+)?S)?)?$/;

const UNITS = ['year', 'mon', 'day'];

function zone(iso: string): string {
  return iso === 'Z' ? '+00' : iso.replace(/^(...):00$/, '$1');
}

/** `2024-02-29 12:34:56.123456+00`. What has no time, or is not ISO 8601, such as `infinity`, stays. */
function dateTime(iso: string): string {
  const found = DATE_TIME.exec(iso);
  if (found === null) return iso;
  const [, date, time, offset = '', bc = ''] = found;
  return `${date} ${time}${zone(offset)}${bc}`;
}

function timeWithZone(iso: string): string {
  const found = TIME_WITH_ZONE.exec(iso);
  return found === null ? iso : `${found[1]}${zone(found[2] ?? '')}`;
}

/** As `EncodeInterval` of Postgres does it (IntervalStyle `postgres`): `1 year -2 days +03:04:05.5`. */
function interval(iso: string): string {
  const found = DURATION.exec(iso);
  if (found === null) return iso;
  const parts: string[] = [];
  let afterMinus = false;
  for (const [index, unit] of UNITS.entries()) {
    const count = Number(found[index + 1] ?? 0);
    if (count === 0) continue;
    parts.push(`${afterMinus && count > 0 ? '+' : ''}${count} ${unit}${count === 1 ? '' : 's'}`);
    afterMinus = count < 0;
  }
  const clock = found.slice(4, 7);
  if (parts.length === 0 || clock.some((digits) => digits !== undefined)) {
    const sign = clock.some((digits) => digits?.startsWith('-')) ? '-' : afterMinus ? '+' : '';
    const digits = clock.map((part = '0') => part.replace('-', '').padStart(2, '0'));
    parts.push(`${sign}${digits.join(':')}${found[7] ?? ''}`);
  }
  return parts.join(' ');
}

/** By the OIDs of the types and of their arrays. */
const REWRITES: ReadonlyMap<number, Rewrite> = new Map([
  ...[1082, 1182, 1114, 1115, 1184, 1185].map((oid) => [oid, dateTime] as const),
  ...[1266, 1270].map((oid) => [oid, timeWithZone] as const),
  ...[1186, 1187].map((oid) => [oid, interval] as const),
]);

function rewritten(value: Value, rewrite: Rewrite): Value {
  if (typeof value === 'string') return rewrite(value);
  return Array.isArray(value) ? value.map((element) => rewritten(element, rewrite)) : value;
}

/** Writes the values under `key` of `rows`, in place. */
function rewriteColumn<Key extends number | string>(
  oid: number,
  rows: readonly Record<Key, Value>[],
  key: Key,
): void {
  const rewrite = REWRITES.get(oid);
  if (rewrite === undefined) return;
  for (const row of rows) row[key] = rewritten(row[key], rewrite);
}

/**
 * Writes dates, times and intervals of `rows`, in place, as the server does.
 * @returns `rows`.
 */
export function asServerText(columns: readonly Column[], rows: Value[][]): Value[][] {
  for (const [index, { oid }] of columns.entries()) rewriteColumn(oid, rows, index);
  return rows;
}

/** The same for rows as objects. Where columns share a name, the value is the last one's. */
export function objectsAsServerText(columns: readonly Column[], rows: ObjectRow[]): ObjectRow[] {
  const oids = new Map(columns.map(({ name, oid }) => [name, oid]));
  for (const [name, oid] of oids) rewriteColumn(oid, rows, name);
  return rows;
}
