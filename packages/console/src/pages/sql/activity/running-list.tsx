// The statements that run now.

import { formatMs } from '../../../browser/format.ts';
import { visibleText } from '../../../browser/visible-text.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Empty } from '../../../ui/feedback/empty.tsx';
import type { RunningStatement } from './activity.ts';

/** From here on a statement is marked, in milliseconds. */
const LONG_MS = 5_000;

interface RunningListProps {
  readonly statements: readonly RunningStatement[];
  readonly onExplain: (sql: string) => void;
  /** undefined where the token may not. */
  readonly onCancel: ((id: number) => void) | undefined;
}

/** The list. */
export function RunningList({ statements, onExplain, onCancel }: RunningListProps) {
  if (statements.length === 0)
    return <Empty title="Nothing else runs">The server runs no statement but the one that asks.</Empty>;
  return (
    <ul class="sql-history" aria-label="Running statements">
      {statements.map(({ id, user, database, from, state, waitsFor, ageMs, sql }) => (
        <li key={id}>
          <pre tabIndex={0}>{visibleText(sql, true)}</pre>
          <p class="row muted">
            {ageMs !== undefined && (
              <span class={`badge ${ageMs > LONG_MS ? 'warn' : 'ok'}`}>
                {formatMs(Math.max(0, Math.round(ageMs)))}
              </span>
            )}
            <span>session {id}</span>
            <span>
              {visibleText(
                `${user}${database === '' ? '' : ` in ${database}`}${from === '' ? '' : ` from ${from}`}`,
              )}
            </span>
            <span>{state}</span>
            {waitsFor !== '' && <span>waits: {waitsFor}</span>}
            <Button isDisabled={sql === ''} onClick={() => onExplain(sql)}>
              Explain<span class="visually-hidden"> the statement of session {id}</span>
            </Button>
            {onCancel !== undefined && (
              <Button onClick={() => onCancel(id)}>
                Cancel<span class="visually-hidden"> the statement of session {id}</span>
              </Button>
            )}
          </p>
        </li>
      ))}
    </ul>
  );
}
