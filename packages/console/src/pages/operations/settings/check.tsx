// What the check of the configuration finds, and what to do about it.
import { adminCheckSettings, type Output } from '@fairlead/sdk';
import { useSignal } from '@preact/signals';
import { plural } from '../../../browser/format.ts';
import { useWork } from '../../../browser/hooks.ts';
import type { Caller } from '../../../session/calls/caller.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Check as Switch } from '../../../ui/controls/text-field.tsx';
import { Empty } from '../../../ui/feedback/empty.tsx';
import { ProblemView } from '../../../ui/feedback/problem.tsx';
import { Progress } from '../../../ui/feedback/progress.tsx';

type Finding = Output<'adminCheckSettings'>['findings'][number];

/** The check: it reads the settings, and tries the connections where that is wished. */
export function Check({ caller }: { readonly caller: Caller }) {
  const connect = useSignal(false);
  const found = useSignal<Output<'adminCheckSettings'> | undefined>(undefined);
  const work = useWork();
  const run = () =>
    work.run(async (signal) => {
      const query = connect.value ? { connect: 'true' as const } : {};
      found.value = await caller.run('adminCheckSettings', adminCheckSettings, { query, signal });
    });
  return (
    <div class="stack">
      <div class="row">
        <Button kind="primary" onClick={() => void run()}>
          Check the configuration
        </Button>
        <Switch label="Try each connection too" value={connect} />
      </div>
      {work.state.value === 'running' && <Progress label="Checking" onStop={() => work.stop()} />}
      <ProblemView error={work.error.value} />
      {found.value !== undefined && <Findings {...found.value} />}
    </div>
  );
}

function Findings({ errors, warnings, findings, connect }: Output<'adminCheckSettings'>) {
  if (findings.length === 0) {
    return (
      <Empty title="Nothing is amiss">
        {connect ? 'All connections could be opened.' : 'The connections were not tried.'}
      </Empty>
    );
  }
  return (
    <>
      <p role="status">
        {plural(errors, 'error')}, {plural(warnings, 'warning')}
      </p>
      <ul class="stack">
        {findings.map((finding) => (
          <FindingItem key={`${finding.key} ${finding.message}`} finding={finding} />
        ))}
      </ul>
    </>
  );
}

function FindingItem({ finding: { level, key, message, fix } }: { readonly finding: Finding }) {
  return (
    <li class="card">
      <p>
        <span class={`badge ${level === 'error' ? 'danger' : 'warn'}`}>{level}</span> <code>{key}</code>
      </p>
      <p>{message}</p>
      <p class="muted">{fix}</p>
    </li>
  );
}
