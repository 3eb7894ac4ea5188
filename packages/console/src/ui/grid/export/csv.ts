// A row as a line of CSV (RFC 4180), and of text for a spreadsheet's clipboard. Formulas are made text where that is wanted: a
// spreadsheet would run `=HYPERLINK(...)` of a hostile server's row.

/** What makes a spreadsheet take a cell for a formula, the wide signs of East Asian faces among them, or leave the field. */
const FORMULA = /^[=+\-@＝＋－＠\t\r\n]/;
/** White space at either end is kept by all readers only between quotes. */
const NEEDS_QUOTES = /[",\r\n]|^\s|\s$|^$/;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * A text that no spreadsheet takes for a formula: `'` stands before what begins with `=`, `+`, `-`, `@`, a tab or a carriage return,
 * unless it is a number. So it does before a line break, and before the wide forms of the signs.
 */
export function guardFormula(text: string): string {
  return FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}

/**
 * A line of CSV with its line break. NULL is empty, the empty text is `""`, as Postgres's COPY has it.
 * @param cells Undefined for NULL.
 * @param isGuarded Whether formulas become text.
 */
export function csvLine(cells: readonly (string | undefined)[], isGuarded: boolean): string {
  return `${cells.map((cell) => csvField(cell, isGuarded)).join(',')}\r\n`;
}

function csvField(cell: string | undefined, isGuarded: boolean): string {
  if (cell === undefined) return '';
  const text = isGuarded ? guardFormula(cell) : cell;
  return NEEDS_QUOTES.test(text) ? quoted(text) : text;
}

/** A line for the clipboard, cells with tabs between them, without a line break: what spreadsheets paste as a row. */
export function tsvLine(cells: readonly (string | undefined)[], isGuarded: boolean): string {
  return cells
    .map((cell = '') => (isGuarded ? guardFormula(cell) : cell))
    .map((text) => (/["\t\r\n]/.test(text) ? quoted(text) : text))
    .join('\t');
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
