// `$returningId`: the primary keys of inserted rows, which MySQL does not return. It asks the server nothing.
import { Column, is } from 'drizzle-orm';
import { type MySqlColumn, MySqlColumnWithAutoIncrement } from 'drizzle-orm/mysql-core';
import type { SelectedFieldsOrdered } from 'drizzle-orm/operations';
import { asNumber, type ResultHeader } from './results.ts';

/** The columns that a query selects, in order. */
export type SelectedFields = SelectedFieldsOrdered<MySqlColumn>;

/**
 * The primary keys of each row, for no more rows than were given: counted from the first one that AUTO_INCREMENT gave, or as Drizzle made them. Servers
 * count without gaps for the rows of one INSERT that has VALUES (`auto_increment_increment` 1).
 */
export function insertedIds(
  { affectedRows, lastInsertId }: ResultHeader,
  fields: SelectedFields,
  generated: readonly Record<string, unknown>[],
): Record<string, unknown>[] {
  const first = BigInt(lastInsertId);
  // ON DUPLICATE KEY UPDATE counts a row that it has changed twice, and a server may say any number.
  const count = generated.length > 0 ? Math.min(affectedRows, generated.length) : affectedRows;
  const rows: Record<string, unknown>[] = [];
  for (let index = 0; index < count; index += 1) {
    const row: Record<string, unknown> = {};
    for (const { path, field } of fields) {
      const [key] = path;
      if (key === undefined || !is(field, Column)) continue;
      if (is(field, MySqlColumnWithAutoIncrement) && field.autoIncrement) {
        row[key] = field.mapFromDriverValue(asNumber(String(first + BigInt(index))));
      } else if (field.defaultFn) row[key] = generated[index]?.[key];
    }
    if (Object.keys(row).length > 0) rows.push(row);
  }
  return rows;
}
