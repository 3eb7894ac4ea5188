// A text editor with colours and completion, for statements and documents. Its code comes with the first page that has one.
import { autocompletion, closeBrackets, closeCompletion } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { Compartment, EditorState, type Extension } from '@codemirror/state';
import {
  EditorView,
  highlightActiveLine,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  placeholder as placeholderText,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { effect, type Signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import './editor.css';

const COLOURS = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--code-keyword)', fontWeight: '600' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--code-string)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--code-number)' },
  { tag: tags.comment, color: 'var(--muted)', fontStyle: 'italic' },
  { tag: [tags.typeName, tags.propertyName], color: 'var(--code-name)' },
]);

interface EditorProps {
  /** For those who hear it: `SQL`. */
  readonly label: string;
  readonly value: Signal<string>;
  /** The language, its completion, marks of errors. A changed list is taken on. */
  readonly extensions?: readonly Extension[];
  /** Ctrl Enter or ⌘ Enter. */
  readonly onRun?: (view: EditorView) => void;
  readonly placeholder?: string;
  readonly isReadOnly?: boolean;
  /** Gives the view to those who need the cursor. */
  readonly onView?: (view: EditorView) => void;
}

/** The editor. Tab leaves it, as every field. */
export function Editor({
  label,
  value,
  extensions = NONE,
  onRun,
  onView,
  placeholder,
  isReadOnly = false,
}: EditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | undefined>(undefined);
  const more = useRef(new Compartment());
  const run = useRef(onRun);
  run.current = onRun;
  useEffect(() => {
    if (place.current === null) return;
    const made = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: value.peek(),
        extensions: [
          basics(label, () => run.current),
          more.current.of([...extensions]),
          EditorState.readOnly.of(isReadOnly),
          ...(placeholder === undefined ? [] : [placeholderText(placeholder)]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) value.value = update.state.doc.toString();
          }),
        ],
      }),
    });
    view.current = made;
    onView?.(made);
    const stop = effect(() => follow(made, value.value));
    return () => {
      stop();
      made.destroy();
    };
  }, [value]);
  useEffect(() => {
    view.current?.dispatch({ effects: more.current.reconfigure([...extensions]) });
  }, [extensions]);
  return <div ref={place} class="editor" />;
}

const NONE: readonly Extension[] = [];

/** Takes on a text that was not typed here. */
function follow(view: EditorView, text: string): void {
  if (view.state.doc.toString() === text) return;
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
}

function basics(label: string, run: () => ((view: EditorView) => void) | undefined): Extension {
  return [
    EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false' }),
    keymap.of([
      {
        key: 'Mod-Enter',
        run: (view) => {
          closeCompletion(view);
          run()?.(view);
          return run() !== undefined;
        },
      },
      ...defaultKeymap,
      ...historyKeymap,
      ...searchKeymap,
    ]),
    lineNumbers(),
    history(),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    // The icons are signs of a face that many systems do not have.
    autocompletion({ icons: false }),
    // Also what is only being looked for: it would cover the page of whoever has left the editor.
    EditorView.domEventHandlers({ blur: (_, view) => void closeCompletion(view) }),
    // Control and direction characters are seen, and turn nothing around.
    highlightSpecialChars(),
    highlightActiveLine(),
    highlightSelectionMatches(),
    syntaxHighlighting(COLOURS),
    EditorView.lineWrapping,
  ];
}
