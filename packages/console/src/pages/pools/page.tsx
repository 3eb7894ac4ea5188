// The pools: how many connections each keeps, who waits, how long an answer takes, and the drain.
import { adminListConnections } from '@fairlead/sdk';
import { useSignal } from '@preact/signals';
import { useRepeated, useWork } from '../../browser/hooks.ts';
import { Empty } from '../../ui/feedback/empty.tsx';
import { ProblemView } from '../../ui/feedback/problem.tsx';
import type { PageProps } from '../contract.ts';
import { figuresOf, type Moment, type Reports, remember } from './figures.ts';
import { PoolCharts } from './pool-charts.tsx';
import { PoolTable } from './pool-table.tsx';
import './pools.css';

const ASK_MS = 2_000;

/** The page. */
export function Page({ access, caller }: PageProps) {
  const reports = useSignal<Reports>([]);
  const history = useSignal<readonly Moment[]>([]);
  const work = useWork();
  const ask = () =>
    work.run(async (signal) => {
      const { connections } = await caller.run('adminListConnections', adminListConnections, { signal });
      reports.value = connections;
      const pools = connections.flatMap((report) => figuresOf(report) ?? []);
      history.value = remember(history.value, { at: Date.now() / 1_000, pools });
    });
  useRepeated(ask, ASK_MS);
  const newest = history.value.at(-1);
  return (
    <>
      <h1>Pools</h1>
      <ProblemView error={work.error.value} onRetry={() => void ask()} />
      {newest?.pools.length === 0 && (
        <Empty title="No connection has a pool">
          Pools need the binding MOORING in wrangler.toml; an entry with "pool": false has none.
        </Empty>
      )}
      {newest !== undefined && newest.pools.length > 0 && (
        <>
          <PoolTable
            reports={reports.value}
            pools={newest.pools}
            caller={caller}
            mayDrain={access.admin.includes('drain')}
          />
          <PoolCharts history={history.value} />
        </>
      )}
      <WithoutPool reports={reports.value} />
    </>
  );
}

function WithoutPool({ reports }: { readonly reports: Reports }) {
  const direct = reports.filter(({ pooled }) => !pooled);
  if (direct.length === 0) return null;
  return (
    <section class="stack">
      <h2>A connection of its own for each request</h2>
      <ul class="row">
        {direct.map(({ name, protocol, host, port }) => (
          <li key={name}>
            <strong>{name}</strong> <span class="badge">{protocol}</span>{' '}
            <span class="muted">
              {host}:{port}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
