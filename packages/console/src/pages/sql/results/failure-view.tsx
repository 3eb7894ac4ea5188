// Why a statement failed, where in the text, and what can be done.
import { Button } from '../../../ui/controls/button.tsx';
import { ProblemView } from '../../../ui/feedback/problem.tsx';
import type { Outcome } from '../query/outcome.ts';
import type { QuerySession } from '../query/session.ts';
import { lineAndColumn } from '../text/places.ts';
import { wasRefusedAsWrite } from '../text/reading.ts';

/** The failure of the last statement. */
export function FailureView({
  outcome,
  session,
}: {
  readonly outcome: Outcome;
  readonly session: QuerySession;
}) {
  const error = session.work.error.value;
  const place = outcome.place.value;
  const text = session.text.value;
  const isSame =
    text.slice(outcome.sent.from, outcome.sent.from + outcome.sent.sql.length) === outcome.sent.sql;
  const at = place === undefined || !isSame ? undefined : lineAndColumn(text, place.from);
  const isWrite = outcome.sent.readOnly && wasRefusedAsWrite(error);
  return (
    <div class="stack sql-failure">
      {isWrite ? <WriteOffer session={session} /> : <ProblemView error={error} />}
      {at !== undefined && place !== undefined && (
        <p class="row">
          <Button onClick={() => session.showPlace(place.from)}>
            Show line {at.line}, column {at.column}
          </Button>
        </p>
      )}
    </div>
  );
}

function WriteOffer({ session }: { readonly session: QuerySession }) {
  const { mayWrite, failure } = session;
  return (
    <div class="notice stack" role="alert">
      <p>
        <strong>
          {mayWrite ? 'The statement writes, and this tab only reads.' : 'The statement was not run.'}
        </strong>{' '}
        {failure.value}
      </p>
      {mayWrite ? (
        <p>
          <Button onClick={() => void session.runAsWrite()}>Run it as a write</Button>
        </p>
      ) : (
        <p>Ask whoever runs the gateway for a token that may write.</p>
      )}
    </div>
  );
}
