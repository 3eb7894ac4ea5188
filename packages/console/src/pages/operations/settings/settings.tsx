// The settings in force, as the gateway sees them: what is secret is not shown.
import { adminSettings, type Output } from '@fairlead/sdk';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useWork } from '../../../browser/hooks.ts';
import type { Caller } from '../../../session/calls/caller.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { ProblemView } from '../../../ui/feedback/problem.tsx';
import { Progress } from '../../../ui/feedback/progress.tsx';
import { ValueTree } from '../../../ui/values/value-tree.tsx';

/** The settings as trees, by part. */
export function Settings({ caller }: { readonly caller: Caller }) {
  const settings = useSignal<Output<'adminSettings'> | undefined>(undefined);
  const work = useWork();
  const ask = () =>
    work.run(async (signal) => {
      settings.value = await caller.run('adminSettings', adminSettings, { signal });
    });
  useEffect(() => void ask(), []);
  return (
    <div class="stack">
      <div class="row">
        <Button onClick={() => void ask()}>Read again</Button>
        <span class="muted">
          Secrets are <code>***</code>, or the name of their secret.
        </span>
      </div>
      <ProblemView error={work.error.value} />
      {work.state.value === 'running' && <Progress label="Reading the settings" onStop={() => work.stop()} />}
      {Object.entries(settings.value ?? {}).map(([name, value]) => (
        <section key={name}>
          <h2>{name}</h2>
          <ValueTree value={byName(value)} open={1} />
        </section>
      ))}
    </div>
  );
}

/** A list of what has names, as members of those names. */
function byName(value: unknown): unknown {
  if (!Array.isArray(value) || !value.every(isNamed)) return value;
  return Object.fromEntries(value.map(({ name, ...others }) => [name, others]));
}

function isNamed(value: unknown): value is { readonly name: string } {
  return typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string';
}
