// The indexes of the collection, and how often each is used.
import { mongodbAggregate } from '@fairlead/sdk';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { formatCount } from '../../../browser/format.ts';
import { useWork } from '../../../browser/hooks.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Empty } from '../../../ui/feedback/empty.tsx';
import { ProblemView } from '../../../ui/feedback/problem.tsx';
import { Progress } from '../../../ui/feedback/progress.tsx';
import { command } from '../calls.ts';
import { type Desk, placeOf } from '../desk.ts';
import { type IndexRow, indexesOfReply, indexesOfStats, withUses } from './read-indexes.ts';

/** The part of the page. */
export function Indexes({ desk }: { readonly desk: Desk }) {
  const work = useWork();
  const rows = useSignal<readonly IndexRow[] | undefined>(undefined);
  const load = () =>
    work.run(async (signal) => {
      rows.value = undefined;
      const found = await readIndexes(desk, signal);
      if (!signal.aborted) rows.value = found;
    });
  useEffect(() => void load(), [desk.database.value, desk.collection.value]);
  return (
    <>
      <div class="row">
        <h3 class="grow">Indexes</h3>
        <Button onClick={() => void load()}>Read again</Button>
      </div>
      {work.state.value === 'running' && <Progress label="Reading the indexes" onStop={() => work.stop()} />}
      {work.error.value !== undefined && <ProblemView error={work.error.value} onRetry={() => void load()} />}
      {rows.value?.length === 0 && <Empty title="No indexes">The collection does not exist yet.</Empty>}
      {rows.value !== undefined && rows.value.length > 0 && <IndexTable rows={rows.value} />}
    </>
  );
}

/** By the list where the token may ask for it, with the uses where the server counts them; by the uses alone otherwise. */
async function readIndexes(desk: Desk, signal: AbortSignal): Promise<readonly IndexRow[]> {
  const place = placeOf(desk);
  const stats = async (): Promise<readonly IndexRow[]> => {
    const body = { ...place, pipeline: [{ $indexStats: {} }] };
    return indexesOfStats(
      (await desk.caller.run('mongodbAggregate', mongodbAggregate, { body, signal })).documents,
    );
  };
  if (!desk.isAdmin) return stats();
  try {
    const list = indexesOfReply(await command(desk.caller, place, { listIndexes: place.collection }, signal));
    return withUses(list, await stats().catch(() => []));
  } catch (error) {
    signal.throwIfAborted();
    // An entry that lists collections takes no commands.
    return stats().catch(() => {
      throw error;
    });
  }
}

function IndexTable({ rows }: { readonly rows: readonly IndexRow[] }) {
  return (
    <div class="scroll" role="region" aria-label="Indexes" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Keys</th>
            <th scope="col">Properties</th>
            <th scope="col" class="number">
              Uses
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, keys, properties, uses }) => (
            <tr key={name}>
              <td class="mono">{name}</td>
              <td>{keys}</td>
              <td>{properties.join(', ') || '–'}</td>
              <td class="number">{uses === undefined ? '–' : formatCount(uses)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
