// The command line: what was asked and answered above, a line to type below.
import { useEffect, useRef } from 'preact/hooks';
import { formatMs } from '../../../browser/format.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { CopyButton } from '../../../ui/controls/copy-button.tsx';
import { Empty } from '../../../ui/feedback/empty.tsx';
import { Progress } from '../../../ui/feedback/progress.tsx';
import type { RedisModel } from '../model.ts';
import { visible } from '../wire/show.ts';
import { Prompt } from './prompt/prompt.tsx';
import type { Entry } from './transcript.ts';

/** The part. */
export function CommandLine({ model }: { readonly model: RedisModel }) {
  const { transcript } = model;
  const entries = transcript.entries.value;
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = box.current;
    if (element !== null) element.scrollTop = element.scrollHeight;
  }, [entries]);
  return (
    <div class="fill">
      <div ref={box} class="redis-said" role="log" aria-label="Commands and replies" tabIndex={0}>
        {entries.length === 0 && (
          <Empty title="Type a command">
            As in redis-cli: quotes keep spaces together, "\xff" is a byte. The arrow keys bring back what was
            typed before.
          </Empty>
        )}
        {entries.map((entry) => (
          <EntryView key={entry.id} entry={entry} />
        ))}
      </div>
      {transcript.work.state.value === 'running' && (
        <Progress label="Waiting for the reply" onStop={() => transcript.work.stop()} />
      )}
      <Prompt model={model} />
      {entries.length > 0 && (
        <div class="row end">
          <Button kind="quiet" onClick={() => transcript.clear()}>
            Clear the replies
          </Button>
        </div>
      )}
    </div>
  );
}

function EntryView({ entry: { line, answer, isError, ms } }: { readonly entry: Entry }) {
  return (
    <div class="redis-entry">
      <div class="row">
        <code class="redis-asked grow">
          <span aria-hidden="true">❯ </span>
          {visible(line)}
        </code>
        {ms !== undefined && <span class="muted">{formatMs(ms)}</span>}
        {answer !== undefined && <CopyButton text={answer} what="reply" />}
      </div>
      {answer !== undefined && <pre class={isError ? 'redis-reply error' : 'redis-reply'}>{answer}</pre>}
    </div>
  );
}
