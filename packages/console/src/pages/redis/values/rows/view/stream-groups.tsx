// The consumer groups of a stream, when asked for.
import { useSignal } from '@preact/signals';
import { useWork } from '../../../../../browser/hooks.ts';
import { ProblemView } from '../../../../../ui/feedback/problem.tsx';
import { itemsIn, pairsIn, textIn } from '../../../wire/reply.ts';
import { visible } from '../../../wire/show.ts';
import type { KeyProps } from '../../key-props.ts';

const COLUMNS = [
  ['name', 'Group'],
  ['consumers', 'Consumers'],
  ['pending', 'Pending'],
  ['lag', 'Behind'],
  ['last-delivered-id', 'Last delivered'],
] as const;

type Group = ReadonlyMap<string, string>;

/** The groups, folded until wanted. */
export function StreamGroups({ model, name }: KeyProps) {
  const work = useWork();
  const groups = useSignal<readonly Group[] | undefined>(undefined);
  const load = () =>
    work.run(async (signal) => {
      const reply = await model.redis.run(['XINFO', 'GROUPS', name], { signal });
      groups.value = itemsIn(reply).map(
        (group) => new Map(pairsIn(group).map(([field, value]) => [field, visible(textIn(value))])),
      );
    });
  return (
    <details class="redis-groups" onToggle={(event) => event.currentTarget.open && void load()}>
      <summary>Consumer groups</summary>
      <ProblemView error={work.error.value} onRetry={() => void load()} />
      {groups.value?.length === 0 && <p class="muted">No group reads this stream.</p>}
      {groups.value !== undefined && groups.value.length > 0 && (
        <div class="scroll" tabIndex={0} role="region" aria-label="Consumer groups">
          <table>
            <thead>
              <tr>
                {COLUMNS.map(([field, title]) => (
                  <th key={field}>{title}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {groups.value.map((group) => (
                <tr key={group.get('name')}>
                  {COLUMNS.map(([field]) => (
                    <td key={field} class="mono">
                      {group.get(field) ?? '–'}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}
