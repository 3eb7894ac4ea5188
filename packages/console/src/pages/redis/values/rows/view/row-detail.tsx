// A part of a value, whole: its cells, and the ways to change and remove it.
import type { Signal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { useWork } from '../../../../../browser/hooks.ts';
import { Button } from '../../../../../ui/controls/button.tsx';
import { confirm } from '../../../../../ui/dialog/confirm.tsx';
import { announce } from '../../../../../ui/feedback/announce.tsx';
import { ProblemView } from '../../../../../ui/feedback/problem.tsx';
import { show } from '../../../wire/show.ts';
import { ContentView } from '../../bytes/content-view.tsx';
import { EditForm } from '../../text/edit-form.tsx';
import { Editing } from '../../text/editing.ts';
import { cell, type Row } from '../kind.ts';
import type { RowsProps } from './rows-props.ts';

type DetailProps = RowsProps & { readonly row: Row; readonly opened: Signal<string> };

/** The part that is looked at. */
export function RowDetail(props: DetailProps) {
  const { model, name, kind, row, opened, onReload } = props;
  const editing = useMemo(() => new Editing(model.tab), []);
  const work = useWork();
  const isStill = async (signal: AbortSignal) =>
    kind.isStill(await model.redis.ask(kind.probe(name, row), { signal }), row);
  const { change } = kind;
  const remove = () => work.run((signal) => removeRow(props, isStill, signal));
  return (
    <section class="redis-detail" aria-label={`The ${kind.noun} ${show(row.cells[0] ?? '', 80)}`}>
      <div class="row">
        <h3 class="mono grow redis-name">{show(row.cells[0] ?? '', 200)}</h3>
        {model.canWrite && change !== undefined && (
          <Button onClick={() => editing.begin(name, row.id, cell(row, change.cell))}>
            Edit {kind.noun}
          </Button>
        )}
        {model.canWrite && <Button onClick={() => void remove()}>Remove {kind.noun}</Button>}
        <Button
          kind="quiet"
          label="Close"
          onClick={() => {
            opened.value = '';
          }}
        >
          ×
        </Button>
      </div>
      <ProblemView error={work.error.value} />
      {change !== undefined && editing.isOf(name, row.id) ? (
        <EditForm
          label={kind.columns[change.cell] ?? 'Value'}
          editing={editing}
          isStill={isStill}
          save={(typed, signal) => model.redis.transact(change.commands(name, row, typed), { signal })}
          onSaved={onReload}
        />
      ) : (
        <Cells {...props} />
      )}
    </section>
  );
}

async function removeRow(
  { model, name, kind, row, opened, onReload }: DetailProps,
  isStill: (signal: AbortSignal) => Promise<boolean>,
  signal: AbortSignal,
): Promise<void> {
  const isUnchanged = await isStill(signal);
  const isSure = await confirm({
    title: `Remove ${kind.noun} ${show(row.cells[0] ?? '', 80)}?`,
    body: isUnchanged
      ? 'It will be gone. A value without parts is gone with its key.'
      : 'It has changed meanwhile: what you see is not what would be removed. Cancel, and load the key again.',
    verb: isUnchanged ? `Remove ${kind.noun}` : 'Remove all the same',
    isDanger: true,
  });
  if (!isSure) return;
  await model.redis.transact(kind.remove(name, row), { signal });
  opened.value = '';
  announce(`Removed: ${kind.noun}`);
  onReload();
}

/** What the list has no room for. */
function Cells({ kind, row }: DetailProps) {
  if (kind.noun !== 'entry')
    return (
      <ContentView label={(kind.columns.at(-1) ?? 'value').toLowerCase()} value={row.cells.at(-1) ?? ''} />
    );
  const fields = Array.from({ length: (row.cells.length - 1) / 2 }, (_, i) => i);
  return (
    <dl class="redis-fields">
      {fields.map((i) => (
        <div key={i}>
          <dt class="mono">{show(cell(row, 1 + 2 * i))}</dt>
          <dd class="mono">{show(cell(row, 2 + 2 * i), 100_000)}</dd>
        </div>
      ))}
    </dl>
  );
}
