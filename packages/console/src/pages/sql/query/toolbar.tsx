// What can be done with the statement at the cursor.
import { Button } from '../../../ui/controls/button.tsx';
import { Select } from '../../../ui/controls/text-field.tsx';
import { ALL_ROWS, type QuerySession } from './session.ts';

const ROWS = [
  [ALL_ROWS, 'All rows'],
  ['100', '100 rows'],
  ['1000', '1,000 rows'],
  ['10000', '10,000 rows'],
  ['100000', '100,000 rows'],
] as const;

/** The buttons above the editor. */
export function Toolbar({ session }: { readonly session: QuerySession }) {
  const { current, work, writes } = session;
  const isRunning = work.state.value === 'running';
  const isNothing = current.value === undefined;
  const what = current.value?.isSelection ? 'selection' : 'statement';
  return (
    <div class="sql-toolbar" role="group" aria-label="Statement">
      {isRunning ? (
        <Button kind="danger" onClick={() => work.stop()} title="Ends the statement on the server">
          Stop
        </Button>
      ) : (
        <Button
          kind="primary"
          isDisabled={isNothing}
          onClick={() => void session.run('run')}
          title="Ctrl Enter or ⌘ Enter"
        >
          Run {what}
        </Button>
      )}
      <Button
        isDisabled={isNothing || isRunning}
        onClick={() => void session.run('plan')}
        title="The plan, without running it: Ctrl Shift Enter"
      >
        Explain
      </Button>
      <Button
        isDisabled={isNothing || isRunning}
        onClick={() => void session.run('analyse')}
        title="Runs it, and shows where its time goes"
      >
        Explain and run
      </Button>
      {session.mayWrite ? (
        <Button
          class={writes.value ? 'sql-writes' : ''}
          isPressed={writes.value}
          onClick={() => void session.allowWrites(!writes.value)}
          title="Whether statements of this tab may write. It asks once."
        >
          Allow writes
        </Button>
      ) : (
        <span class="badge" title="The token has no scope to write">
          Read only
        </span>
      )}
      <Button kind="quiet" onClick={() => session.openAnother()} title="A further tab of this connection">
        New tab
      </Button>
      <Select label="Rows at most" class="sql-rows" value={session.maxRows} options={ROWS} />
    </div>
  );
}
