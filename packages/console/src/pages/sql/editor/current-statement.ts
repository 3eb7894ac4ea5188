// Marks the statement that would run, and says which one it is.
import { type EditorState, type Extension, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView } from '@codemirror/view';
import type { Current } from '../query/session.ts';
import type { Dialect } from '../server/dialect.ts';
import { type Statement, statementAt, statementsOf } from '../text/statements.ts';

interface Marked {
  readonly text: string;
  readonly statements: readonly Statement[];
  readonly current: Current | undefined;
  readonly lines: DecorationSet;
}

const LINE = Decoration.line({ class: 'sql-current' });

/** @param tell Called with what would run, whenever that changes. */
export function currentStatement(dialect: Dialect, tell: (current: Current | undefined) => void): Extension {
  const field = StateField.define<Marked>({
    create: (state) => mark(state, undefined, dialect),
    update: (before, { docChanged, selection, state }) =>
      docChanged || selection !== undefined ? mark(state, before, dialect) : before,
    provide: (own) => EditorView.decorations.from(own, ({ lines }) => lines),
  });
  const listener = EditorView.updateListener.of(({ state, startState }) => {
    const now = state.field(field).current;
    if (now !== startState.field(field, false)?.current) tell(now);
  });
  return [field, listener];
}

function mark(state: EditorState, before: Marked | undefined, dialect: Dialect): Marked {
  const text = state.doc.toString();
  const statements = before?.text === text ? before.statements : statementsOf(text, dialect);
  const current = currentOf(state, text, statements);
  return { text, statements, current, lines: linesOf(state, current, statements.length) };
}

function currentOf(
  { selection }: EditorState,
  text: string,
  statements: readonly Statement[],
): Current | undefined {
  const { from, to, empty, head } = selection.main;
  if (!empty && text.slice(from, to).trim() !== '')
    return { from, to, sql: text.slice(from, to), isSelection: true };
  const found = statementAt(statements, text, head);
  if (found === undefined) return undefined;
  return { from: found.from, to: found.to, sql: text.slice(found.from, found.to), isSelection: false };
}

/** A single statement needs no mark. */
function linesOf(state: EditorState, current: Current | undefined, count: number): DecorationSet {
  if (current === undefined || current.isSelection || count < 2) return Decoration.none;
  const first = state.doc.lineAt(current.from).number;
  const last = Math.min(state.doc.lineAt(current.to).number, first + 1_000);
  const lines = Array.from({ length: last - first + 1 }, (_, i) =>
    LINE.range(state.doc.line(first + i).from),
  );
  return Decoration.set(lines);
}
