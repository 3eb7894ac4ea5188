// The key that is looked at: its head, and its value by its kind.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useWork } from '../../../browser/hooks.ts';
import { Empty } from '../../../ui/feedback/empty.tsx';
import { ProblemView } from '../../../ui/feedback/problem.tsx';
import { Progress } from '../../../ui/feedback/progress.tsx';
import { expiryOf } from '../keys/key-facts.ts';
import type { RedisModel } from '../model.ts';
import { type Argument, idOf } from '../wire/argument.ts';
import { textIn } from '../wire/reply.ts';
import { show } from '../wire/show.ts';
import { KeyHead } from './head/key-head.tsx';
import type { Head, KeyProps } from './key-props.ts';
import { ValueByKind } from './value-by-kind.tsx';

/** A key; a changed key is drawn by a new panel. */
export function KeyPanel({ model, name }: { readonly model: RedisModel; readonly name: Argument }) {
  const work = useWork();
  const head = useSignal<Head | undefined>(undefined);
  const attempt = useSignal(0);
  const load = () => {
    model.facts.forget(name);
    void work.run(async (signal) => {
      const [type, pttl] = await model.redis.askAll(
        [
          ['TYPE', name],
          ['PTTL', name],
        ],
        { signal },
      );
      if (signal.aborted) return;
      head.value = { type: textIn(type), expiresAt: expiryOf(pttl, Date.now()) };
      attempt.value++;
    });
  };
  useEffect(load, [idOf(name)]);
  if (work.error.value !== undefined) return <ProblemView error={work.error.value} onRetry={load} />;
  if (head.value === undefined)
    return <Progress label={`Loading ${show(name, 60)}`} onStop={() => work.stop()} />;
  if (head.value.type === 'none')
    return (
      <Empty title={`${show(name, 200)} is not there`}>
        It has expired, or somebody has deleted or renamed it. Look for the keys anew.
      </Empty>
    );
  const props: KeyProps = { model, name, onReload: load };
  return (
    <>
      <KeyHead {...props} head={head} />
      <ValueByKind key={`${attempt.value}`} {...props} type={head.value.type} />
    </>
  );
}
