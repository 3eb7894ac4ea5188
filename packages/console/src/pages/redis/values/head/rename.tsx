// Gives a key another name, and never one that is taken.
import { draft } from '../../../../app/tabs/tab.ts';
import { useWork } from '../../../../browser/hooks.ts';
import { Button } from '../../../../ui/controls/button.tsx';
import { TextField } from '../../../../ui/controls/text-field.tsx';
import { announce } from '../../../../ui/feedback/announce.tsx';
import { ProblemView } from '../../../../ui/feedback/problem.tsx';
import { numberIn } from '../../wire/reply.ts';
import { show } from '../../wire/show.ts';
import type { KeyProps } from '../key-props.ts';

/** The form. */
export function Rename({ model, name }: KeyProps) {
  const work = useWork();
  const next = draft(model.tab, 'rename', '');
  const rename = () =>
    work.run(async (signal) => {
      const wanted = next.peek();
      if (numberIn(await model.redis.run(['RENAMENX', name, wanted], { signal })) !== 1)
        throw new Error(
          `There is a key ${show(wanted, 80)} already. Delete it first, or choose another name.`,
        );
      next.value = '';
      model.scan.remove(name);
      model.scan.add(wanted);
      model.select(wanted);
      announce(`Renamed to ${show(wanted, 80)}`);
    });
  return (
    <div class="stack">
      <div class="row bottom">
        <TextField
          class="grow"
          label="New name"
          value={next}
          isCode
          onEnter={() => next.value !== '' && void rename()}
        />
        <Button
          onClick={() => void rename()}
          isDisabled={next.value === ''}
          isBusy={work.state.value === 'running'}
        >
          Rename key
        </Button>
      </div>
      <ProblemView error={work.error.value} />
    </div>
  );
}
