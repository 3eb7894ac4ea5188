// The last failures of the isolate that answers.
import { adminErrors, type Output } from '@fairlead/sdk';
import { useSignal } from '@preact/signals';
import { draft, type Tab } from '../../../app/tabs/tab.ts';
import { formatMs, formatTime } from '../../../browser/format.ts';
import { useRepeated, useWork } from '../../../browser/hooks.ts';
import type { Caller } from '../../../session/calls/caller.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { TextField } from '../../../ui/controls/text-field.tsx';
import { Empty } from '../../../ui/feedback/empty.tsx';
import { ProblemView } from '../../../ui/feedback/problem.tsx';

const ASK_MS = 5_000;

type Failure = Output<'adminErrors'>['errors'][number];

/** The failures, newest first, each with the name of its request. */
export function Errors({ tab, caller }: { readonly tab: Tab; readonly caller: Caller }) {
  const answer = useSignal<Output<'adminErrors'> | undefined>(undefined);
  const filter = draft(tab, 'errors-filter', '');
  const work = useWork();
  const ask = () =>
    work.run(async (signal) => {
      answer.value = await caller.run('adminErrors', adminErrors, { signal });
    });
  useRepeated(ask, ASK_MS);
  const words = filter.value.toLowerCase();
  const failures = (answer.value?.errors ?? []).filter((failure) =>
    JSON.stringify(failure).toLowerCase().includes(words),
  );
  return (
    <div class="stack">
      <div class="row bottom">
        <TextField label="Filter" value={filter} placeholder="code, connection, request" />
        <Button onClick={() => void ask()}>Read again</Button>
      </div>
      <ProblemView error={work.error.value} />
      {answer.value !== undefined && (
        <p class="muted">Of one isolate, since {formatTime(new Date(answer.value.isolate.startedAt))}.</p>
      )}
      {answer.value !== undefined && failures.length === 0 ? (
        <Empty title={words === '' ? 'No failure is known' : 'No failure has these words'} />
      ) : (
        <FailureTable failures={failures} />
      )}
    </div>
  );
}

function FailureTable({ failures }: { readonly failures: readonly Failure[] }) {
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label="Failures, scrolled sideways">
      <table class="operations-table">
        <thead>
          <tr>
            {['Time', 'Request', 'Code', 'Path', 'Connection', 'Token', 'After'].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {failures.map((failure) => (
            <tr key={failure.requestId}>
              <td>{formatTime(new Date(failure.time))}</td>
              <td>
                <code>{failure.requestId}</code>
              </td>
              <td>
                {failure.code ?? ''} <span class="muted">{failure.status}</span>
              </td>
              <td>
                <code>
                  {failure.method} {failure.path}
                </code>
              </td>
              <td>{failure.connection ?? '–'}</td>
              <td>{failure.token ?? '–'}</td>
              <td class="number">{formatMs(failure.ms)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
