// The rows of a result while they come, and the words on its end.
import { useSignal } from '@preact/signals';
import { Grid } from '../../../ui/grid/grid.tsx';
import type { Outcome, Result } from '../query/outcome.ts';
import type { QuerySession } from '../query/session.ts';
import { wordsOfCut, wordsOfEnd } from '../query/words.ts';

/** The results; where there are several (CALL), one at a time. */
export function ResultView({
  outcome,
  session,
}: {
  readonly outcome: Outcome;
  readonly session: QuerySession;
}) {
  const chosen = useSignal(0);
  const results = outcome.results.value;
  const result = results[chosen.value] ?? results[0];
  if (result === undefined) return null;
  return (
    <>
      {results.length > 1 && (
        <div class="row" role="group" aria-label="Results">
          {results.map((each, i) => (
            <button
              key={`${i}`}
              type="button"
              class="chip"
              aria-pressed={each === result}
              onClick={() => {
                chosen.value = i;
              }}
            >
              Result {i + 1}
            </button>
          ))}
        </div>
      )}
      <EndWords result={result} outcome={outcome} session={session} />
      {result.store.columns.value.length > 0 && (
        <Grid store={result.store} label="Rows of the result" fileName={session.fileName} />
      )}
    </>
  );
}

interface EndWordsProps {
  readonly result: Result;
  readonly outcome: Outcome;
  readonly session: QuerySession;
}

function EndWords({ result: { store, tail }, outcome, session }: EndWordsProps) {
  const state = session.work.state.value;
  if (state === 'running') return null;
  const ms = session.work.elapsedMs.value;
  const words =
    tail === undefined
      ? wordsOfCut(store.count.value, outcome.sent.maxRows, state)
      : wordsOfEnd(tail, store.columns.value.length > 0, ms);
  return (
    <p class={tail === undefined ? 'notice' : 'sql-end'} role="status">
      {words}
      {!outcome.sent.readOnly && outcome.sent.wish === 'run' && (
        <span class="badge warn">ran with writes</span>
      )}
    </p>
  );
}
