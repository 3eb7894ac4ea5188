// The value of a JSON document, which servers with that module know.
import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { useWork } from '../../../browser/hooks.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { ProblemView } from '../../../ui/feedback/problem.tsx';
import { Progress } from '../../../ui/feedback/progress.tsx';
import { textIn } from '../wire/reply.ts';
import { ContentView } from './bytes/content-view.tsx';
import type { KeyProps } from './key-props.ts';
import { EditForm } from './text/edit-form.tsx';
import { Editing } from './text/editing.ts';

/** The document. */
export function DocumentValue({ model, name, onReload }: KeyProps) {
  const work = useWork();
  const text = useSignal<string | undefined>(undefined);
  const editing = useMemo(() => new Editing(model.tab), []);
  const read = async (signal: AbortSignal) => textIn(await model.redis.run(['JSON.GET', name], { signal }));
  const load = () => {
    void work.run(async (signal) => {
      text.value = await read(signal);
    });
  };
  useEffect(load, []);
  const value = text.value;
  if (value === undefined)
    return (
      <>
        <ProblemView error={work.error.value} onRetry={load} />
        {work.state.value === 'running' && (
          <Progress label="Loading the document" onStop={() => work.stop()} />
        )}
      </>
    );
  if (editing.isOf(name, ''))
    return (
      <EditForm
        label="Document"
        editing={editing}
        rows={14}
        isStill={async (signal) => (await read(signal)) === value}
        save={(typed, signal) => model.redis.run(['JSON.SET', name, '$', typed], { signal })}
        onSaved={onReload}
      />
    );
  return (
    <div class="fill">
      {model.canWrite && (
        <div class="row">
          <Button onClick={() => editing.begin(name, '', value)}>Edit document</Button>
        </div>
      )}
      <ContentView label="document" value={value} />
    </div>
  );
}
