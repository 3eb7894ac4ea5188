// A value with many parts: a list of what is loaded, and the part that is looked at.
import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { draft } from '../../../../../app/tabs/tab.ts';
import { formatCount } from '../../../../../browser/format.ts';
import { Button } from '../../../../../ui/controls/button.tsx';
import { TextField } from '../../../../../ui/controls/text-field.tsx';
import { Empty } from '../../../../../ui/feedback/empty.tsx';
import { ProblemView } from '../../../../../ui/feedback/problem.tsx';
import { Progress } from '../../../../../ui/feedback/progress.tsx';
import type { KeyProps } from '../../key-props.ts';
import type { RowKind } from '../kind.ts';
import { RowsModel } from '../rows-model.ts';
import { AddForm } from './add-form.tsx';
import { RowDetail } from './row-detail.tsx';
import { RowList } from './row-list.tsx';
import type { RowsProps } from './rows-props.ts';
import { StreamGroups } from './stream-groups.tsx';

/** The value. */
export function RowsValue({ kind, ...props }: KeyProps & { readonly kind: RowKind }) {
  const { model, name } = props;
  const value = useMemo(() => new RowsModel(model.redis, name, kind), []);
  const match = draft(model.tab, 'match', '');
  const opened = draft(model.tab, 'row', '');
  const isAdding = useSignal(false);
  useEffect(() => {
    void value.load(kind.hasMatch ? match.peek() : '');
    return () => value.work.stop();
  }, []);
  const rows: RowsProps = { ...props, kind, value };
  const row = value.rows.value.find(({ id }) => id === opened.value);
  const isRunning = value.work.state.value === 'running';
  return (
    <div class="fill">
      <div class="row bottom">
        {kind.hasMatch && (
          <form
            class="row bottom grow"
            onSubmit={(event) => {
              event.preventDefault();
              void value.load(match.peek());
            }}
          >
            <TextField
              class="grow"
              label={`Find ${kind.plural}`}
              value={match}
              placeholder="pattern, such as a*"
              isCode
            />
            <Button type="submit">Find</Button>
          </form>
        )}
        {model.canWrite && (
          <Button
            isPressed={isAdding.value}
            onClick={() => {
              isAdding.value = !isAdding.value;
            }}
          >
            Add {kind.noun}
          </Button>
        )}
      </div>
      {isAdding.value && <AddForm {...rows} />}
      {kind.noun === 'entry' && <StreamGroups {...props} />}
      <Portions {...rows} />
      <ProblemView error={value.work.error.value} onRetry={() => void value.more()} />
      {!isRunning && value.rows.value.length === 0 && value.work.state.value === 'done' ? (
        <Empty title={`No ${kind.plural}`}>Nothing in the value fits the pattern.</Empty>
      ) : (
        <RowList kind={kind} rows={value.rows.value} opened={opened} />
      )}
      {row !== undefined && <RowDetail key={row.id} {...rows} row={row} opened={opened} />}
    </div>
  );
}

/** How much is loaded, and ways to load more. */
function Portions({ kind, value }: RowsProps) {
  const loaded = formatCount(value.rows.value.length);
  if (value.work.state.value === 'running')
    return <Progress label={`Loading ${kind.plural}: ${loaded}`} onStop={() => value.work.stop()} />;
  const size = value.size.value;
  return (
    <div class="row">
      <span class="muted" role="status">
        {loaded} {size === undefined || value.isDone ? '' : `of ${formatCount(size)} `}
        {value.isDone && value.rows.value.length === 1 ? kind.noun : kind.plural}
        {value.isDone ? '' : ' loaded'}
      </span>
      {!value.isDone && (
        <>
          <Button onClick={() => void value.more()}>More</Button>
          <Button onClick={() => void value.more(true)}>Load all</Button>
        </>
      )}
    </div>
  );
}
