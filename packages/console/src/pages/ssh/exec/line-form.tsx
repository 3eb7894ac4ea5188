// A command line of the person's own, and those of before.
import { draft, type Tab } from '../../../app/tabs/tab.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { TextField } from '../../../ui/controls/text-field.tsx';
import { remember } from './history.ts';
import { type Ran, runLine } from './request.ts';

interface LineFormProps {
  readonly tab: Tab;
  readonly isBusy: boolean;
  readonly onRun: (ran: Ran) => void;
}

/** The line. Enter runs it. */
export function LineForm({ tab, isBusy, onRun }: LineFormProps) {
  const line = draft(tab, 'line', '');
  const history = draft<readonly string[]>(tab, 'history', []);
  const submit = (event: Event) => {
    event.preventDefault();
    if (line.peek().trim() === '' || isBusy) return;
    history.value = remember(history.peek(), line.peek());
    onRun(runLine(line.peek()));
  };
  return (
    <form class="ssh-run" onSubmit={submit}>
      <div class="row bottom">
        <TextField label="Command line" value={line} class="grow" isCode placeholder="uptime" />
        <Button kind="primary" type="submit" isBusy={isBusy}>
          Run
        </Button>
      </div>
      {history.value.length > 0 && (
        <details class="ssh-history">
          <summary>Earlier command lines ({history.value.length})</summary>
          <div class="row">
            {history.value.map((each) => (
              <button
                key={each}
                type="button"
                class="chip"
                onClick={() => {
                  line.value = each;
                }}
              >
                {each}
              </button>
            ))}
            <Button
              kind="quiet"
              onClick={() => {
                history.value = [];
              }}
            >
              Forget them
            </Button>
          </div>
        </details>
      )}
    </form>
  );
}
