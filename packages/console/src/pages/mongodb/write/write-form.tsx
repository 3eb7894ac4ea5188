// The editor of the document that is inserted or replaced.
import { Button } from '../../../ui/controls/button.tsx';
import { ProblemView } from '../../../ui/feedback/problem.tsx';
import { DocumentField } from '../ejson/editor.tsx';
import { readDocument } from '../ejson/reader.ts';
import { lineOf } from '../ejson/types.ts';
import type { WriteState } from './write-state.ts';

/** The editor; shown while there is something to write. */
export function WriteForm({ state }: { readonly state: WriteState }) {
  const target = state.target.value;
  if (target === undefined) return null;
  const isNew = target.before === undefined;
  const isBusy = state.work.state.value === 'running';
  const isWrong = 'fault' in readDocument(state.text.value);
  return (
    <section class="card stack" aria-label={isNew ? 'New document' : 'Edit a document'}>
      <h3>
        {isNew ? 'New document in' : `Edit ${lineOf(target.id)} in`}{' '}
        {`${target.place.database}.${target.place.collection}`}
      </h3>
      <DocumentField label="Document" value={state.text} size="block" onRun={() => void state.save()} />
      {state.work.error.value !== undefined && <ProblemView error={state.work.error.value} />}
      <div class="row end">
        <Button onClick={() => state.cancel()}>Cancel</Button>
        <Button kind="primary" isDisabled={isWrong} isBusy={isBusy} onClick={() => void state.save()}>
          {isNew ? 'Insert' : 'Replace'}
        </Button>
      </div>
    </section>
  );
}
