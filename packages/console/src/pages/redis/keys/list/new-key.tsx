// Makes a key that is not there, with its first part.
import { draft } from '../../../../app/tabs/tab.ts';
import { useWork } from '../../../../browser/hooks.ts';
import { Button } from '../../../../ui/controls/button.tsx';
import { Select, TextField } from '../../../../ui/controls/text-field.tsx';
import { announce } from '../../../../ui/feedback/announce.tsx';
import { ProblemView } from '../../../../ui/feedback/problem.tsx';
import type { RedisModel } from '../../model.ts';
import { parseLife } from '../../values/head/life.ts';
import { useInputs } from '../../values/rows/view/add-form.tsx';
import { numberIn } from '../../wire/reply.ts';
import { show } from '../../wire/show.ts';
import { KIND_NAMES } from '../kind-names.ts';
import { ADDING, makingCommands } from '../making.ts';

const KINDS = Object.keys(ADDING).map((kind) => [kind, KIND_NAMES[kind] ?? kind] as const);

/** The form. */
export function NewKey({ model }: { readonly model: RedisModel }) {
  const { tab, redis } = model;
  const work = useWork();
  const name = draft(tab, 'new-name', '');
  const kind = draft<string>(tab, 'new-kind', 'string');
  const life = draft(tab, 'new-life', '');
  const inputs = useInputs(tab, ADDING[kind.value]);
  const lifeMs = parseLife(life.value);
  const isLifeWrong = life.value.trim() !== '' && lifeMs === undefined;
  const make = () =>
    work.run(async (signal) => {
      const key = name.peek();
      if (numberIn(await redis.run(['EXISTS', key], { signal })) > 0)
        throw new Error(`There is a key ${show(key, 80)} already. Open it, or choose another name.`);
      const values = inputs.map(({ text }) => text.peek());
      await redis.transact(makingCommands(kind.peek(), key, values, lifeMs), { signal });
      for (const { text } of inputs) text.value = '';
      name.value = '';
      life.value = '';
      model.scan.add(key);
      model.facts.forget(key);
      model.select(key);
      announce(`Made: ${show(key, 80)}`);
    });
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void make();
      }}
    >
      <h2>New key</h2>
      <TextField label="Name" value={name} isCode isRequired />
      <Select label="Kind" value={kind} options={KINDS} />
      <FirstPart inputs={inputs} />
      <TextField
        label="Time to live"
        value={life}
        placeholder="for ever"
        hint="90, 15m, 2h or 7d; empty for a key that stays"
        error={isLifeWrong ? 'Seconds, or a number with s, m, h or d' : undefined}
      />
      <ProblemView error={work.error.value} />
      <div class="row end">
        <Button
          onClick={() => {
            model.isMaking.value = false;
          }}
        >
          Cancel
        </Button>
        <Button type="submit" kind="primary" isDisabled={isLifeWrong} isBusy={work.state.value === 'running'}>
          Make key
        </Button>
      </div>
    </form>
  );
}

/** What the key begins with. */
function FirstPart({ inputs }: { readonly inputs: ReturnType<typeof useInputs> }) {
  return (
    <>
      {inputs.map(({ label, text }) => (
        <TextField
          key={label}
          label={label}
          value={text}
          isCode
          rows={label === 'Value' || label === 'Element' ? 5 : 1}
        />
      ))}
    </>
  );
}
