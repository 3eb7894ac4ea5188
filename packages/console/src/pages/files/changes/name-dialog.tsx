// Asks for a name: of a new folder, or a new one of an entry, which may also lead to another folder.
import { useSignal } from '@preact/signals';
import { Button } from '../../../ui/controls/button.tsx';
import { TextField } from '../../../ui/controls/text-field.tsx';
import { Modal } from '../../../ui/dialog/modal.tsx';
import { ProblemView } from '../../../ui/feedback/problem.tsx';

interface NameDialogProps {
  readonly title: string;
  readonly label: string;
  readonly initial: string;
  readonly hint?: string;
  readonly verb: string;
  /** What is wrong with a name; undefined where nothing is. */
  readonly fault: (name: string) => string | undefined;
  /** Does it. @throws FairleadProblem, which is shown. */
  readonly onDone: (name: string) => Promise<void>;
  readonly onClose: () => void;
}

/** The dialog; it closes when it is done. */
export function NameDialog({ title, label, initial, hint, verb, fault, onDone, onClose }: NameDialogProps) {
  const name = useSignal(initial);
  const isTried = useSignal(false);
  const isBusy = useSignal(false);
  const error = useSignal<unknown>(undefined);
  const wrong = isTried.value ? fault(name.value) : undefined;
  const submit = async (event: Event) => {
    event.preventDefault();
    isTried.value = true;
    if (fault(name.peek()) !== undefined || isBusy.peek()) return;
    isBusy.value = true;
    error.value = undefined;
    try {
      await onDone(name.peek());
      onClose();
    } catch (thrown) {
      error.value = thrown;
    } finally {
      isBusy.value = false;
    }
  };
  return (
    <Modal title={title} onClose={onClose}>
      <form class="stack" onSubmit={(event) => void submit(event)}>
        <TextField label={label} value={name} error={wrong} {...(hint !== undefined && { hint })} />
        <ProblemView error={error.value} />
        <div class="row end">
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" isBusy={isBusy.value}>
            {verb}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
