// Which keys are looked for, and how far the search has come.
import { useEffect } from 'preact/hooks';
import { draft } from '../../../../app/tabs/tab.ts';
import { formatCount } from '../../../../browser/format.ts';
import { Button } from '../../../../ui/controls/button.tsx';
import { Select, TextField } from '../../../../ui/controls/text-field.tsx';
import { ProblemView } from '../../../../ui/feedback/problem.tsx';
import { Progress } from '../../../../ui/feedback/progress.tsx';
import type { RedisModel } from '../../model.ts';
import { MAX_KEYS } from '../key-scan.ts';
import { KIND_NAMES } from '../kind-names.ts';

const TYPES = [['', 'Any'], ...Object.entries(KIND_NAMES)] as const;

/** The form, and what became of it. */
export function KeySearch({ model }: { readonly model: RedisModel }) {
  const { scan, tab } = model;
  const pattern = draft(tab, 'pattern', '');
  const type = draft<string>(tab, 'type', '');
  const search = () => {
    model.facts.clear();
    void scan.start({ pattern: pattern.peek(), type: type.peek() });
  };
  useEffect(() => {
    if (scan.version.peek() === 0) search();
  }, []);
  return (
    <>
      <form
        class="redis-search"
        onSubmit={(event) => {
          event.preventDefault();
          search();
        }}
      >
        <TextField label="Pattern" value={pattern} type="search" placeholder="user:*" isCode />
        <Select label="Type" value={type} options={TYPES} />
        <Button type="submit" kind="primary">
          Find keys
        </Button>
        {model.canWrite && (
          <Button
            isPressed={model.isMaking.value}
            onClick={() => {
              model.isMaking.value = !model.isMaking.value;
            }}
          >
            New key
          </Button>
        )}
      </form>
      <ScanState model={model} />
      <ProblemView error={scan.work.error.value} onRetry={() => void scan.more()} />
    </>
  );
}

/** How many were found, and ways to find more. */
function ScanState({ model: { scan } }: { readonly model: RedisModel }) {
  const { value: _ } = scan.version;
  const found = `${formatCount(scan.keys.length)} ${scan.keys.length === 1 ? 'key' : 'keys'}`;
  const total = scan.total ?? 0;
  if (scan.work.state.value === 'running')
    return (
      <Progress
        label={`Looking: ${found}`}
        value={total === 0 ? undefined : Math.min(1, scan.lookedAt / total)}
        onStop={() => scan.work.stop()}
      />
    );
  const isFull = scan.keys.length >= MAX_KEYS;
  return (
    <div class="row">
      <span class="muted" role="status">
        {scan.isDone ? `${found} found` : `${found} so far, of ${formatCount(total)} on the server`}
      </span>
      {!scan.isDone && !isFull && scan.version.value > 0 && (
        <>
          <Button onClick={() => void scan.more()}>More</Button>
          <Button onClick={() => void scan.more(true)}>Load all</Button>
        </>
      )}
      {isFull && <span class="muted">More are not listed: use a pattern.</span>}
    </div>
  );
}
