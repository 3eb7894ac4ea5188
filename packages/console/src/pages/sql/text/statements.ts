// The statements of a text: where each begins and ends, and which one the cursor is in. One pass of the scanner, no grammar.
import { type Dialect, scannerOf } from '../server/dialect.ts';
import { BodyWatch } from './bodies.ts';

/** A part of a text, in UTF-16 units: `text.slice(from, to)`. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** A statement: from its first token to its last one, without the semicolon; `next` is behind that. */
export interface Statement extends Range {
  /** Where the text between it and the next statement begins. */
  readonly next: number;
}

/** All statements, in order. A text that cannot be read to its end is one statement from there on. */
export function statementsOf(text: string, dialect: Dialect): readonly Statement[] {
  const tokens = scannerOf(text, dialect);
  const found: Statement[] = [];
  let bodies = new BodyWatch(dialect);
  let from = -1;
  let to = -1;
  for (let kind = tokens.next(); kind !== 'end'; kind = tokens.next()) {
    if (tokens.operator === ';' && !bodies.isInside) {
      if (from !== -1) found.push({ from, to, next: tokens.end });
      from = -1;
      bodies = new BodyWatch(dialect);
      continue;
    }
    bodies.take(tokens);
    if (from === -1) from = tokens.start;
    to = tokens.end;
  }
  if (from !== -1) found.push({ from, to: Math.max(from, trimmedEnd(text, to)), next: text.length });
  return found;
}

/**
 * The statement at the cursor: the one that it stands in or directly behind, on its last line; else the next one, else the last.
 * @returns undefined for a text without statements.
 */
export function statementAt(
  statements: readonly Statement[],
  text: string,
  cursor: number,
): Statement | undefined {
  const behind = statements.findIndex(({ from }) => from > cursor);
  const before = statements[(behind === -1 ? statements.length : behind) - 1];
  if (before === undefined) return statements[0];
  if (cursor <= before.next || behind === -1) return before;
  return text.slice(before.next, cursor).includes('\n') ? statements[behind] : before;
}

/**
 * A text with a statement in it: where it stands there already, as it is; else behind everything else.
 * @returns The text, and where the statement begins.
 */
export function withStatement(
  text: string,
  sql: string,
  dialect: Dialect,
): { readonly text: string; readonly from: number } {
  const statements = statementsOf(text, dialect);
  const known = statements.find(({ from, to }) => text.slice(from, to) === sql);
  if (known !== undefined) return { text, from: known.from };
  const last = statements.at(-1);
  if (last === undefined && text.trim() === '') return { text: `${sql};\n`, from: 0 };
  const isOpen = last !== undefined && !text.slice(last.to, last.next).includes(';');
  const closed = isOpen ? `${text.slice(0, last.to)};${text.slice(last.to)}` : text;
  const before = `${closed.trimEnd()}\n\n`;
  return { text: `${before}${sql};\n`, from: before.length };
}

function trimmedEnd(text: string, to: number): number {
  return to - (/\s*$/.exec(text.slice(Math.max(0, to - 10_000), to))?.[0].length ?? 0);
}
