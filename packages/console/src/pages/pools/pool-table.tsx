// The pools of this moment, a row each.
import { adminDrain } from '@fairlead/sdk';
import { formatMs, plural } from '../../browser/format.ts';
import { useWork } from '../../browser/hooks.ts';
import type { Caller } from '../../session/calls/caller.ts';
import { Button } from '../../ui/controls/button.tsx';
import { confirm } from '../../ui/dialog/confirm.tsx';
import { announce } from '../../ui/feedback/announce.tsx';
import { ProblemView } from '../../ui/feedback/problem.tsx';
import type { PoolFigures, Reports } from './figures.ts';

interface PoolTableProps {
  readonly reports: Reports;
  readonly pools: readonly PoolFigures[];
  readonly caller: Caller;
  /** Whether the token may close their connections. */
  readonly mayDrain: boolean;
}

/** The table; it scrolls sideways in its own place. */
export function PoolTable({ reports, pools, caller, mayDrain }: PoolTableProps) {
  const work = useWork();
  const drain = async (name: string) => {
    const isSure = await confirm({
      title: `Close the connections of ${name}?`,
      body: 'What is idle is closed at once, what is in use as it is given back. New calls open new ones.',
      verb: 'Drain',
    });
    if (!isSure) return;
    const done = await work.run((signal) => caller.run('adminDrain', adminDrain, { path: { name }, signal }));
    if (done === undefined) return;
    const closing = done.shards.reduce((all, shard) => all + ('closing' in shard ? shard.closing : 0), 0);
    announce(`${plural(closing, 'connection')} of ${name} closed or closing`);
  };
  return (
    <section class="stack">
      <ProblemView error={work.error.value} />
      {/* What scrolls must be reached by the keyboard. */}
      <div class="scroll" tabIndex={0} role="group" aria-label="Pools, scrolled sideways">
        <table class="pools-table">
          <thead>
            <tr>
              <th scope="col">Connection</th>
              <th scope="col" class="number">
                Open
              </th>
              <th scope="col" class="number">
                Idle
              </th>
              <th scope="col" class="number">
                In use
              </th>
              <th scope="col" class="number">
                Waiting
              </th>
              <th scope="col" class="number">
                Round trip
              </th>
              <th scope="col">Limits</th>
              <th scope="col">Failed</th>
              {mayDrain && <th scope="col">Drain</th>}
            </tr>
          </thead>
          <tbody>
            {pools.map((pool) => (
              <PoolRow
                key={pool.name}
                pool={pool}
                limits={reports.find(({ name }) => name === pool.name)?.limits}
                onDrain={mayDrain ? () => void drain(pool.name) : undefined}
              />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

interface PoolRowProps {
  readonly pool: PoolFigures;
  readonly limits: Reports[number]['limits'];
  readonly onDrain: (() => void) | undefined;
}

function PoolRow({ pool, limits, onDrain }: PoolRowProps) {
  const failed = Object.entries(pool.failures).map(([code, count]) => `${code} ${count}`);
  return (
    <tr>
      <th scope="row">
        {pool.name} <span class="badge">{pool.protocol}</span>
      </th>
      <td class="number">
        {pool.open}
        {pool.opening > 0 && ` + ${pool.opening}`}
      </td>
      <td class="number">{pool.idle}</td>
      <td class="number">{pool.inUse}</td>
      <td class="number">
        {pool.waiting}
        {pool.waiting > 0 && `, ${formatMs(pool.longestWaitMs)}`}
      </td>
      <td class="number">{pool.roundTripMs === undefined ? '–' : formatMs(pool.roundTripMs)}</td>
      <td class="muted">
        {limits !== undefined &&
          `at most ${limits.max}${limits.shards > 1 ? ` in each of ${limits.shards} objects` : ''}`}
      </td>
      <td>{[...failed, ...pool.mute].join(', ') || '–'}</td>
      {onDrain !== undefined && (
        <td>
          <Button onClick={onDrain}>
            Drain<span class="visually-hidden"> {pool.name}</span>
          </Button>
        </td>
      )}
    </tr>
  );
}
