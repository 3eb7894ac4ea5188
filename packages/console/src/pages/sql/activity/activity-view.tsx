// What the server is running, told anew every few seconds, and which statements took longest.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Tab } from '../../../app/tabs/tab.ts';
import { currentTab } from '../../../app/tabs/tabs.ts';
import { useRepeated, useWork } from '../../../browser/hooks.ts';
import type { Caller } from '../../../session/calls/caller.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { confirm } from '../../../ui/dialog/confirm.tsx';
import { announce } from '../../../ui/feedback/announce.tsx';
import { ProblemView } from '../../../ui/feedback/problem.tsx';
import { Progress } from '../../../ui/feedback/progress.tsx';
import type { Ask } from '../catalogue/ask.ts';
import { ask } from '../server/ask.ts';
import type { Dialect } from '../server/dialect.ts';
import {
  cancelStatement,
  type RunningStatement,
  runningStatements,
  type SlowStatement,
  slowStatements,
} from './activity.ts';
import { RunningList } from './running-list.tsx';
import { SlowList } from './slow-list.tsx';

/** So often it is asked, in milliseconds. */
const ASK_MS = 5_000;

const OTHERS: Readonly<Record<Dialect, string>> = {
  postgres: 'Statements of other users are seen by members of pg_read_all_stats alone.',
  mysql: 'Statements of other users are seen with the privilege PROCESS alone.',
  mariadb: 'Statements of other users are seen with the privilege PROCESS alone.',
};

interface ActivityViewProps {
  readonly tab: Tab;
  readonly caller: Caller;
  readonly dialect: Dialect;
  readonly mayWrite: boolean;
  /** Puts a statement into the editor, and asks for its plan. */
  readonly onExplain: (sql: string) => void;
}

/** The two lists. */
export function ActivityView({ tab, caller, dialect, mayWrite, onExplain }: ActivityViewProps) {
  const running = useSignal<readonly RunningStatement[] | undefined>(undefined);
  const isPaused = useSignal(false);
  const work = useWork();
  useRepeated(
    () =>
      work.run(async (signal) => {
        running.value = await runningStatements(asking(caller, dialect, signal), dialect);
      }),
    ASK_MS,
    // Tabs behind the one that is looked at ask nothing.
    !isPaused.value && currentTab.value?.id === tab.id,
  );
  const onCancel = (id: number) => void cancel(caller, dialect, id);
  return (
    <div class="stack">
      <div class="row">
        <h2>Running now</h2>
        <Button
          isPressed={isPaused.value}
          onClick={() => {
            isPaused.value = !isPaused.value;
          }}
        >
          Pause
        </Button>
        <span class="muted">{isPaused.value ? 'Paused.' : 'Asked every 5 seconds.'}</span>
      </div>
      <ProblemView error={work.error.value} />
      {running.value === undefined && work.error.value === undefined && (
        <Progress label="Asking the server" />
      )}
      {running.value !== undefined && (
        <RunningList
          statements={running.value}
          onExplain={onExplain}
          onCancel={mayWrite ? onCancel : undefined}
        />
      )}
      <p class="muted">{OTHERS[dialect]}</p>
      <SlowPart caller={caller} dialect={dialect} onExplain={onExplain} />
    </div>
  );
}

function SlowPart({
  caller,
  dialect,
  onExplain,
}: Pick<ActivityViewProps, 'caller' | 'dialect' | 'onExplain'>) {
  const slow = useSignal<readonly SlowStatement[] | 'unknown' | undefined>(undefined);
  const work = useWork();
  const load = () =>
    void work.run(async (signal) => {
      slow.value = (await slowStatements(asking(caller, dialect, signal), dialect)) ?? 'unknown';
    });
  useEffect(load, [dialect]);
  return (
    <>
      <div class="row">
        <h2>Most time in all</h2>
        <Button isBusy={work.state.value === 'running'} onClick={load}>
          Ask again
        </Button>
      </div>
      <ProblemView error={work.error.value} onRetry={load} />
      {slow.value !== undefined && (
        <SlowList statements={slow.value} dialect={dialect} onExplain={onExplain} />
      )}
    </>
  );
}

function asking(caller: Caller, dialect: Dialect, signal: AbortSignal): Ask {
  return (sql) => ask(caller, dialect, { sql, signal });
}

async function cancel(caller: Caller, dialect: Dialect, id: number): Promise<void> {
  const isSure = await confirm({
    title: `Cancel the statement of session ${id}?`,
    body: 'Whoever runs it gets an error. The session itself goes on.',
    verb: 'Cancel the statement',
    isDanger: true,
  });
  if (!isSure) return;
  try {
    await ask(caller, dialect, { sql: cancelStatement(id, dialect), readOnly: false });
    announce(`Session ${id} was told to end its statement.`);
  } catch (error) {
    announce(`It was not cancelled: ${error instanceof Error ? error.message : String(error)}`);
  }
}
