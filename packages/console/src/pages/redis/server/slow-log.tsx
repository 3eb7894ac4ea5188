// The commands that took long, as the server remembers them.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { formatMs, formatTime } from '../../../browser/format.ts';
import { useWork } from '../../../browser/hooks.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Empty } from '../../../ui/feedback/empty.tsx';
import { ProblemView } from '../../../ui/feedback/problem.tsx';
import type { RedisModel } from '../model.ts';
import { show, visible } from '../wire/show.ts';
import { readSlowLog, type SlowCommand } from './info.ts';

const MOST = '128';

/** The list. */
export function SlowLog({ model }: { readonly model: RedisModel }) {
  const work = useWork();
  const found = useSignal<readonly SlowCommand[] | undefined>(undefined);
  const load = () => {
    void work.run(async (signal) => {
      found.value = readSlowLog(await model.redis.run(['SLOWLOG', 'GET', MOST], { signal }));
    });
  };
  useEffect(load, []);
  return (
    <div class="stack">
      <div class="row">
        <Button onClick={load} isBusy={work.state.value === 'running'}>
          Load again
        </Button>
      </div>
      <ProblemView error={work.error.value} onRetry={load} />
      {found.value?.length === 0 && (
        <Empty title="No slow commands">
          The server remembers those that take longer than its setting slowlog-log-slower-than.
        </Empty>
      )}
      {found.value !== undefined && found.value.length > 0 && (
        <table>
          <thead>
            <tr>
              <th>When</th>
              <th class="number">Took</th>
              <th>Command</th>
              <th>Client</th>
            </tr>
          </thead>
          <tbody>
            {found.value.map((slow) => (
              <tr key={slow.id}>
                <td>{formatTime(slow.at)}</td>
                <td class="number">{formatMs(slow.microseconds / 1_000)}</td>
                <td class="mono redis-command">{slow.command.map((part) => show(part, 120)).join(' ')}</td>
                <td class="mono">{visible(slow.client)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
