// What came of the last statement: rows, a plan, or why it failed.
import { useSignal } from '@preact/signals';
import { formatMs, plural } from '../../../browser/format.ts';
import { useRepeated } from '../../../browser/hooks.ts';
import { Empty } from '../../../ui/feedback/empty.tsx';
import { Progress } from '../../../ui/feedback/progress.tsx';
import { PlanView } from '../plan-view/plan-view.tsx';
import type { Outcome } from '../query/outcome.ts';
import type { QuerySession } from '../query/session.ts';
import { FailureView } from './failure-view.tsx';
import { ResultView } from './result-view.tsx';

/** So often the time is told anew, in milliseconds. */
const TICK_MS = 100;

/** The outcome, however far it is. */
export function OutcomeView({ session }: { readonly session: QuerySession }) {
  const outcome = session.outcome.value;
  const state = session.work.state.value;
  if (outcome === undefined)
    return (
      <Empty title="Nothing has been run yet">
        Write a statement above, or choose a table. Statements only read until you allow them to write.
      </Empty>
    );
  const hasNothing = outcome.results.value.length === 0 && outcome.plan.value === undefined;
  return (
    <div class="fill sql-outcome">
      {state === 'running' && <Running outcome={outcome} />}
      {state === 'stopped' && hasNothing && (
        <p role="status">
          Stopped after {formatMs(session.work.elapsedMs.value)}. The server was told to end the statement.
        </p>
      )}
      {state === 'failed' && <FailureView outcome={outcome} session={session} />}
      {outcome.plan.value !== undefined && <PlanView plan={outcome.plan.value} />}
      <ResultView key={outcome.startedAt} outcome={outcome} session={session} />
    </div>
  );
}

function Running({ outcome }: { readonly outcome: Outcome }) {
  const now = useSignal(performance.now());
  useRepeated(() => {
    now.value = performance.now();
  }, TICK_MS);
  const rows = outcome.results.value.at(-1)?.store.count.value;
  const ms = Math.max(0, now.value - outcome.startedAt);
  // Tenths of a second, so that the words do not jump.
  const time = ms < 1_000 ? `${Math.round(ms / 100) * 100} ms` : formatMs(Math.round(ms / 100) * 100);
  const label = `Running: ${time}${rows === undefined ? '' : `, ${plural(rows, 'row')}`}`;
  return <Progress label={label} />;
}
