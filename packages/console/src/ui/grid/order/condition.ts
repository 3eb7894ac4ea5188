// What is typed above a column, as a condition on its cells: a text they contain, or `= 5`, `< 2026`, `is null`.
import type { ColumnKind } from '../column.ts';

/** Whether a cell's text passes; undefined is NULL. */
export type Condition = (text: string | undefined) => boolean;

type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';

const COMPARISON = /^\s*(!=|<>|<=|>=|=|<|>)\s*(.*)$/s;

const PASSES: Readonly<Record<Comparison, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '!=': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

/**
 * Reads a condition. Capitals do not matter; numbers compare as numbers in columns of numbers, and NULL passes `is null` alone.
 * @returns Undefined for an empty text, which is no condition.
 */
export function readCondition(typed: string, kind: ColumnKind): Condition | undefined {
  const text = typed.toLowerCase();
  if (text === '') return undefined;
  if (/^\s*(?:is )?null\s*$/.test(text)) return (cell) => cell === undefined;
  if (/^\s*(?:is )?not null\s*$/.test(text)) return (cell) => cell !== undefined;
  const [, sign, operand = ''] = COMPARISON.exec(text) ?? [];
  if (sign === undefined) return (cell) => cell?.toLowerCase().includes(text) ?? false;
  return comparison((sign === '<>' ? '!=' : sign) as Comparison, operand, kind);
}

function comparison(sign: Comparison, operand: string, kind: ColumnKind): Condition {
  const passes = PASSES[sign];
  const number = Number(operand);
  if (kind === 'number' && operand.trim() !== '' && !Number.isNaN(number))
    return (cell) => cell !== undefined && passes(orderOf(Number(cell), number));
  return (cell) => cell !== undefined && passes(orderOf(cell.toLowerCase(), operand));
}

function orderOf<T extends string | number>(a: T, b: T): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
