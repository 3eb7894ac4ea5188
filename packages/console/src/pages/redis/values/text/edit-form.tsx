// The form that changes a value.
import { useWork } from '../../../../browser/hooks.ts';
import { Button } from '../../../../ui/controls/button.tsx';
import { confirm } from '../../../../ui/dialog/confirm.tsx';
import { announce } from '../../../../ui/feedback/announce.tsx';
import { ProblemView } from '../../../../ui/feedback/problem.tsx';
import type { Argument } from '../../wire/argument.ts';
import { ContentField } from '../bytes/content-field.tsx';
import type { Editing } from './editing.ts';

interface EditFormProps {
  /** Of the field: `Value`. */
  readonly label: string;
  readonly editing: Editing;
  readonly rows?: number;
  /** Whether the server still has what was shown. */
  readonly isStill: (signal: AbortSignal) => Promise<boolean>;
  readonly save: (value: Argument, signal: AbortSignal) => Promise<unknown>;
  readonly onSaved: () => void;
}

/** The field, and the buttons. What has changed meanwhile is replaced only after a question. */
export function EditForm({ label, editing, rows, isStill, save, onSaved }: EditFormProps) {
  const work = useWork();
  const { typed } = editing;
  const submit = () =>
    work.run(async (signal) => {
      if (typed === undefined) return;
      const isUnchanged = await isStill(signal);
      const isSure = await confirm(isUnchanged ? REPLACE : CHANGED);
      if (!isSure || signal.aborted) return;
      await save(typed, signal);
      editing.end();
      announce('Saved');
      onSaved();
    });
  return (
    <form
      class="stack redis-edit"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <ContentField
        label={label}
        text={editing.text}
        form={editing.form}
        {...(rows === undefined ? {} : { rows })}
      />
      <ProblemView error={work.error.value} />
      <div class="row end">
        <Button onClick={() => editing.end()}>Cancel</Button>
        <Button
          kind="primary"
          type="submit"
          isDisabled={typed === undefined}
          isBusy={work.state.value === 'running'}
        >
          Save
        </Button>
      </div>
    </form>
  );
}

const REPLACE = {
  title: 'Replace the value?',
  body: 'What is there now will be gone. The key’s time to live stays.',
  verb: 'Replace',
};

const CHANGED = {
  title: 'It has changed meanwhile',
  body: 'Somebody has changed or removed it since it was loaded. Cancel and load it again to see what is there, or replace it.',
  verb: 'Replace all the same',
  isDanger: true,
};
