// Marks the exact place of an error in the text, with the server's words below its line. It goes when the text changes.

import { type Extension, StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, WidgetType } from '@codemirror/view';
import { visibleText } from '../../../browser/visible-text.ts';
import type { Range } from '../text/statements.ts';

/** An error's place, and its words. */
export interface MarkedError extends Range {
  readonly message: string;
}

const setError = StateEffect.define<MarkedError | undefined>();
const MARK = Decoration.mark({ class: 'sql-error-place' });
/** A caret further right would not be seen. */
const MAX_COLUMN = 120;

const field = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (marks, { effects, docChanged, state }) => {
    const effect = effects.find((each) => each.is(setError));
    if (effect !== undefined) {
      const error = effect.value as MarkedError | undefined;
      return error === undefined ? Decoration.none : marksOf(error, state.doc);
    }
    return docChanged ? Decoration.none : marks;
  },
  provide: (own) => EditorView.decorations.from(own),
});

/** Makes an editor able to show an error. */
export const errorMark: Extension = field;

/** Shows an error in the text; `undefined` takes it away. */
export function showError(view: EditorView, error: MarkedError | undefined): void {
  const length = view.state.doc.length;
  if (error !== undefined && error.from > length) return;
  view.dispatch({ effects: setError.of(error) });
}

/** Puts the cursor at a place of the text, and the text there into sight. */
export function goTo(view: EditorView, at: number): void {
  // First, so that the browser's own selection follows the editor's, and not the other way round.
  view.focus();
  view.dispatch({ selection: { anchor: Math.min(at, view.state.doc.length) }, scrollIntoView: true });
}

function marksOf({ from, to, message }: MarkedError, doc: EditorView['state']['doc']): DecorationSet {
  const line = doc.lineAt(Math.min(from, doc.length));
  const end = Math.min(Math.max(to, from), doc.length);
  const widget = Decoration.widget({ widget: new Caret(from - line.from, message), block: true, side: 1 });
  const place = end > from ? [MARK.range(from, end)] : [];
  return Decoration.set([...place, widget.range(line.to)], true);
}

class Caret extends WidgetType {
  readonly #column: number;
  readonly #message: string;

  constructor(column: number, message: string) {
    super();
    this.#column = column;
    this.#message = message;
  }

  override eq(other: Caret): boolean {
    return other.#column === this.#column && other.#message === this.#message;
  }

  override toDOM(): HTMLElement {
    const element = document.createElement('div');
    element.className = 'sql-caret';
    const caret = document.createElement('span');
    caret.textContent = '^';
    caret.style.marginLeft = `${Math.min(this.#column, MAX_COLUMN)}ch`;
    const words = document.createElement('span');
    words.textContent = ` ${visibleText(this.#message)}`;
    element.append(caret, words);
    return element;
  }
}
