// The statements that were run on this connection before, to be taken up again.

import type { Signal } from '@preact/signals';
import { formatMs, formatTime, plural } from '../../../browser/format.ts';
import { visibleText } from '../../../browser/visible-text.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { TextField } from '../../../ui/controls/text-field.tsx';
import { confirm } from '../../../ui/dialog/confirm.tsx';
import { Empty } from '../../../ui/feedback/empty.tsx';
import { type History, type HistoryEntry, matchingEntries } from './history.ts';

interface HistoryViewProps {
  readonly history: History;
  readonly search: Signal<string>;
  /** Puts a statement into the editor. */
  readonly onUse: (sql: string) => void;
}

/** The list, with its search. */
export function HistoryView({ history, search, onUse }: HistoryViewProps) {
  const all = history.entries.value;
  const found = matchingEntries(all, search.value);
  return (
    <div class="fill">
      <div class="row bottom">
        <TextField class="grow" label="Search the history" type="search" value={search} />
        <Button isDisabled={all.length === 0} onClick={() => void clear(history)}>
          Clear history
        </Button>
      </div>
      <p class="muted">
        Kept in this browser only, with the values that stand in the statements: the last 200 of this
        connection.
      </p>
      {found.length === 0 ? (
        <Empty title={all.length === 0 ? 'No statements yet' : 'No statement has these words'} />
      ) : (
        <ul class="sql-history scroll grow" aria-label="Statements" tabIndex={0}>
          {found.map((entry) => (
            <Entry key={`${entry.at} ${entry.sql.length}`} entry={entry} onUse={onUse} />
          ))}
        </ul>
      )}
    </div>
  );
}

function Entry({ entry, onUse }: { readonly entry: HistoryEntry; readonly onUse: (sql: string) => void }) {
  const { sql, at, ms, rows, state } = entry;
  return (
    <li>
      <pre tabIndex={0}>{visibleText(sql, true)}</pre>
      <p class="row muted">
        <span class={`badge ${state === 'done' ? 'ok' : 'warn'}`}>{state}</span>
        <span>{formatTime(at)}</span>
        <span>{formatMs(Math.round(ms))}</span>
        {rows !== null && <span>{plural(rows, 'row')}</span>}
        <Button onClick={() => onUse(sql)}>Use again</Button>
      </p>
    </li>
  );
}

async function clear(history: History): Promise<void> {
  const isSure = await confirm({
    title: 'Clear the history of this connection?',
    body: 'The statements are gone from this browser.',
    verb: 'Clear',
    isDanger: true,
  });
  if (isSure) history.clear();
}
