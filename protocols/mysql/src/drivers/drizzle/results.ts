// Results in the shape, and with the values, that Drizzle's columns know from `drizzle-orm/mysql2`. It runs nothing.
import { Buffer } from 'node:buffer';
import type { ArrayRow, Column, QueryResult, StatementResult } from '../../types/results.ts';
import { changedRows } from '../changed-rows.ts';

/** What a statement that writes resolves with first, under mysql2's names. */
export interface ResultHeader {
  /** Rows that INSERT, DELETE and REPLACE touched, and that UPDATE found, changed or not. */
  readonly affectedRows: number;
  /** Rows that UPDATE changed. */
  readonly changedRows: number;
  /** The value that AUTO_INCREMENT gave to the first row inserted, or 0. Rounded from 2^53: see `lastInsertId`. */
  readonly insertId: number;
  /** The same in decimal digits, whatever its size. */
  readonly lastInsertId: string;
  /** The server's remark, such as `Rows matched: 1  Changed: 1  Warnings: 0`. */
  readonly info: string;
  /** How many warnings there are. */
  readonly warningStatus: number;
}

/** The result of `db.execute` by the type of its rows: rows and columns, or the header of a statement that writes. */
export type FairleadResult<Row> = [Row] extends [never]
  ? [header: ResultHeader, columns: readonly Column[]]
  : Row extends { affectedRows: number; insertId: number }
    ? [header: ResultHeader, columns: readonly Column[]]
    : [rows: Row[], columns: readonly Column[]];

/** The header of a statement that writes. */
export function headerOf(result: StatementResult<unknown>): ResultHeader {
  return {
    affectedRows: result.affectedRows,
    changedRows: changedRows(result),
    insertId: Number(result.lastInsertId),
    lastInsertId: result.lastInsertId,
    info: result.info,
    warningStatus: result.warningCount,
  };
}

/** What `db.execute` resolves with: several results for CALL, as mysql2 has them. */
export function mysql2Result(result: QueryResult<ArrayRow>): [result: unknown, columns: unknown] {
  const { results, columns } = result;
  if (results.length === 1) return [resultBody(result), columns];
  return [results.map(resultBody), results.map((each) => each.columns)];
}

function resultBody(result: StatementResult<ArrayRow>): unknown {
  const { columns, rows } = result;
  return columns.length === 0 ? headerOf(result) : asObjects(columns, mysql2Rows(columns, rows));
}

/** Rows by the names of their columns. */
export function asObjects(columns: readonly Column[], rows: readonly unknown[][]): Record<string, unknown>[] {
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, index) => [name, row[index]])));
}

type Rewrite = (value: unknown) => unknown;

/** `2026-11-21 10:00:00`, as servers write it. */
const dateTime: Rewrite = (value) => (typeof value === 'string' ? value.replace('T', ' ') : value);

/** An integer of 64 bits as a number, unless it has too many digits for one. */
export function asNumber(digits: unknown): unknown {
  const number = Number(digits);
  return digits !== null && Number.isSafeInteger(number) ? number : digits;
}

/** Drizzle's `binary` and `varbinary` read a text out of a Buffer, and of nothing else. */
const bytes: Rewrite = (value) =>
  value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : value;

const REWRITES: ReadonlyMap<string, Rewrite> = new Map([
  ...['datetime', 'timestamp'].map((type) => [type, dateTime] as const),
  ...['bigint', 'bigint unsigned'].map((type) => [type, asNumber] as const),
  ...['binary', 'varbinary', 'blob', 'bit'].map((type) => [type, bytes] as const),
]);

/**
 * Writes values of `rows`, in place, as Drizzle's columns know them.
 * @returns `rows`.
 */
export function mysql2Rows(columns: readonly Column[], rows: ArrayRow[]): unknown[][] {
  const written: unknown[][] = rows;
  for (const [index, { type }] of columns.entries()) {
    const rewrite = REWRITES.get(type);
    if (rewrite === undefined) continue;
    for (const row of written) row[index] = rewrite(row[index]);
  }
  return written;
}
