// The head of a key: its name, kind, expiry and memory, and what can be done with it as a whole.
import { type Signal, useSignal } from '@preact/signals';
import { formatBytes } from '../../../../browser/format.ts';
import { useWork } from '../../../../browser/hooks.ts';
import { Button } from '../../../../ui/controls/button.tsx';
import { CopyButton } from '../../../../ui/controls/copy-button.tsx';
import { confirm } from '../../../../ui/dialog/confirm.tsx';
import { announce } from '../../../../ui/feedback/announce.tsx';
import { ProblemView } from '../../../../ui/feedback/problem.tsx';
import { KIND_NAMES } from '../../keys/kind-names.ts';
import { numberIn } from '../../wire/reply.ts';
import { show } from '../../wire/show.ts';
import type { Head, KeyProps } from '../key-props.ts';
import { Expiry } from './expiry.tsx';
import { Rename } from './rename.tsx';

type HeadProps = KeyProps & { readonly head: Signal<Head | undefined> };

/** The head. */
export function KeyHead({ head, ...props }: HeadProps) {
  const { model, name, onReload } = props;
  const work = useWork();
  const isRenaming = useSignal(false);
  const type = head.value?.type ?? '';
  const remove = async () => {
    const isSure = await confirm({
      title: `Delete ${show(name, 80)}?`,
      body: `The ${KIND_NAMES[type] ?? type} and all that is in it will be gone.`,
      verb: 'Delete key',
      isDanger: true,
    });
    if (!isSure) return;
    await work.run(async (signal) => {
      await model.redis.run(['DEL', name], { signal });
      model.scan.remove(name);
      model.selected.value = '';
      announce(`Deleted: ${show(name, 80)}`);
    });
  };
  return (
    <header class="redis-head">
      <div class="row">
        <h2 class="mono redis-name">{show(name, 500)}</h2>
        <CopyButton text={() => (typeof name === 'string' ? name : show(name))} what="key" />
      </div>
      <div class="row">
        <span class={`redis-kind kind-${type}`}>{KIND_NAMES[type] ?? type}</span>
        <Memory {...props} />
        <span class="grow" />
        <Button onClick={onReload}>Load again</Button>
        {model.canWrite && (
          <>
            <Button
              isPressed={isRenaming.value}
              onClick={() => {
                isRenaming.value = !isRenaming.value;
              }}
            >
              Rename
            </Button>
            <Button onClick={() => void remove()}>Delete</Button>
          </>
        )}
      </div>
      {isRenaming.value && <Rename {...props} />}
      <Expiry {...props} head={head} />
      <ProblemView error={work.error.value} />
    </header>
  );
}

/** Memory, when asked for: the server has to look through the value. */
function Memory({ model, name }: KeyProps) {
  const work = useWork();
  const bytes = useSignal<number | undefined>(undefined);
  const measure = () =>
    work.run(async (signal) => {
      bytes.value = numberIn(await model.redis.run(['MEMORY', 'USAGE', name], { signal }));
    });
  if (work.error.value !== undefined) return <span class="muted">The server does not tell its memory</span>;
  if (bytes.value !== undefined) return <span class="badge">{formatBytes(bytes.value)} of memory</span>;
  return (
    <Button kind="quiet" isBusy={work.state.value === 'running'} onClick={() => void measure()}>
      Measure memory
    </Button>
  );
}
