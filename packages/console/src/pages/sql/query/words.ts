// What came of a statement, in words.
import { formatMs, plural } from '../../../browser/format.ts';
import type { RowsTail } from '../../../ui/grid/rows/read-lines.ts';

/** Of a result that is whole: `12 rows in 34 ms`, `UPDATE: 3 rows affected in 5 ms`. @param hasColumns Whether it has rows at all. */
export function wordsOfEnd(tail: RowsTail, hasColumns: boolean, ms: number): string {
  const { rowCount, command, affectedRows, warningCount = 0, lastInsertId = '0' } = tail;
  const affected = affectedRows ?? rowCount;
  const what = hasColumns
    ? plural(rowCount, 'row')
    : `${command === '' ? 'Done' : command}: ${plural(affected, 'row')} affected`;
  const more = [
    lastInsertId === '0' ? '' : `, last id ${lastInsertId}`,
    warningCount === 0 ? '' : `, ${plural(warningCount, 'warning')}: SHOW WARNINGS is of another connection`,
  ];
  return `${what} in ${formatMs(ms)}${more.join('')}`;
}

/** Of one that was cut. @param maxRows What was asked for; Infinity where it was as many as there is room for. */
export function wordsOfCut(count: number, maxRows: number, state: string): string {
  const came = `${plural(count, 'row')} loaded`;
  if (state === 'stopped')
    return `Stopped. The server was told to end the statement. ${came}; there may be more.`;
  if (state === 'failed') return `It failed on the way. ${came} before.`;
  return count >= maxRows
    ? `${came}, as many as were asked for. There are more: choose “All rows” above.`
    : `${came}, as many as this page keeps. There are more: ask for fewer columns or rows.`;
}
