// The editor of statements: colours, completion, which statement would run, and the place of an error.

import type { EditorView } from '@codemirror/view';
import { keymap } from '@codemirror/view';
import { useComputed, useSignalEffect } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { Editor } from '../../../ui/editor/editor.tsx';
import type { QuerySession } from '../query/session.ts';
import { sqlLanguage } from './completion.ts';
import { currentStatement } from './current-statement.ts';
import { errorMark, goTo, showError } from './error-mark.ts';

/** The editor of a tab. */
export function SqlEditor({ session }: { readonly session: QuerySession }) {
  const view = useRef<EditorView | undefined>(undefined);
  const { catalogue } = session;
  const extensions = useComputed(() => {
    const dialect = catalogue.dialect.value;
    const explain = () => {
      void session.run('plan');
      return true;
    };
    return [
      sqlLanguage(dialect, {
        relations: catalogue.relations.value,
        columns: catalogue.columns.value,
        defaultSchema: catalogue.facts.value?.schema ?? '',
      }),
      currentStatement(dialect, (current) => session.moveTo(current)),
      errorMark,
      keymap.of([{ key: 'Mod-Shift-Enter', run: explain }]),
    ];
  });
  useSignalEffect(() => {
    const place = session.outcome.value?.place.value;
    const message = session.failure.value;
    if (view.current !== undefined)
      showError(view.current, place === undefined ? undefined : { ...place, message });
  });
  useSignalEffect(() => {
    const at = session.wantedCursor.value;
    if (at === undefined || view.current === undefined) return;
    goTo(view.current, at);
    session.wantedCursor.value = undefined;
  });
  return (
    <Editor
      label="SQL"
      value={session.text}
      extensions={extensions.value}
      placeholder="select ...   Ctrl Enter runs the statement at the cursor"
      onRun={() => void session.run('run')}
      onView={(made) => {
        view.current = made;
        session.restore(made);
      }}
    />
  );
}
