// The editor with what can be done with its statements, and below it what came of the last one.
import type { Signal } from '@preact/signals';
import { Split } from '../../../ui/layout/split.tsx';
import { SqlEditor } from '../editor/sql-editor.tsx';
import { OutcomeView } from '../results/outcome-view.tsx';
import { ParameterForm } from './parameter-form.tsx';
import type { QuerySession } from './session.ts';
import { Toolbar } from './toolbar.tsx';

/** @param share The editor's part of the height, in percent. */
export function QueryView({
  session,
  share,
}: {
  readonly session: QuerySession;
  readonly share: Signal<number>;
}) {
  return (
    <div class="fill">
      <Toolbar session={session} />
      <Split
        direction="rows"
        label="Height of the editor"
        share={share}
        first={
          <>
            <SqlEditor session={session} />
            <ParameterForm session={session} />
          </>
        }
        second={<OutcomeView session={session} />}
      />
    </div>
  );
}
