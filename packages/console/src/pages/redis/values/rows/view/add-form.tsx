// Adds a part to a value.
import { useMemo } from 'preact/hooks';
import { draft } from '../../../../../app/tabs/tab.ts';
import { useWork } from '../../../../../browser/hooks.ts';
import { Button } from '../../../../../ui/controls/button.tsx';
import { TextField } from '../../../../../ui/controls/text-field.tsx';
import { confirm } from '../../../../../ui/dialog/confirm.tsx';
import { announce } from '../../../../../ui/feedback/announce.tsx';
import { ProblemView } from '../../../../../ui/feedback/problem.tsx';
import type { Argument } from '../../../wire/argument.ts';
import type { Redis } from '../../../wire/redis.ts';
import { numberIn } from '../../../wire/reply.ts';
import type { Adding } from '../kind.ts';
import type { RowsProps } from './rows-props.ts';

/** What is typed for each input, kept over a reload. */
export function useInputs(tab: RowsProps['model']['tab'], adding: Adding | undefined) {
  return useMemo(
    () => adding?.inputs.map((label) => ({ label, text: draft(tab, `add-${label}`, '') })) ?? [],
    [tab, adding?.inputs.join('\n')],
  );
}

/** The form: a kind may have several ways to add. */
export function AddForm({ model, name, kind, onReload }: RowsProps) {
  const work = useWork();
  const [first] = kind.adding;
  const inputs = useInputs(model.tab, first);
  const add = (adding: Adding) =>
    work.run(async (signal) => {
      const values = inputs.map(({ text }) => text.peek());
      if (!(await mayReplace(model.redis, adding, name, values, signal))) return;
      await model.redis.run(adding.command(name, values), { signal });
      for (const { text } of inputs) text.value = '';
      announce(`Added: ${kind.noun}`);
      onReload();
    });
  return (
    <div class="stack redis-edit">
      {inputs.map(({ label, text }) => (
        <TextField
          key={label}
          label={`New ${label.toLowerCase()}`}
          value={text}
          isCode
          rows={label === 'Value' || label === 'Element' ? 3 : 1}
        />
      ))}
      <ProblemView error={work.error.value} />
      <div class="row end">
        {kind.adding.map((adding) => (
          <Button key={adding.title} kind="primary" onClick={() => void add(adding)}>
            {adding.title}
          </Button>
        ))}
      </div>
    </div>
  );
}

/** Asks where something would be replaced. ZSCORE says nil where nothing is there, HEXISTS 0. */
async function mayReplace(
  redis: Redis,
  { probe }: Adding,
  name: Argument,
  values: readonly Argument[],
  signal: AbortSignal,
): Promise<boolean> {
  if (probe === undefined) return true;
  const reply = await redis.run(probe(name, values), { signal });
  const isFree = reply.type === 'nil' || (reply.type === 'integer' && numberIn(reply) === 0);
  return (
    isFree ||
    confirm({
      title: 'It is there already',
      body: 'The value of this name will be replaced by what you have typed.',
      verb: 'Replace',
      isDanger: true,
    })
  );
}
