// How the pools went since the page was opened.
import { useSignal } from '@preact/signals';
import { formatCount, formatMs } from '../../browser/format.ts';
import { Chart } from '../../ui/chart/chart.tsx';
import { Select } from '../../ui/controls/text-field.tsx';
import { type Moment, seriesOf } from './figures.ts';

/** One pool's connections, queue and round trip over time. */
export function PoolCharts({ history }: { readonly history: readonly Moment[] }) {
  const names = [...new Set(history.flatMap(({ pools }) => pools.map(({ name }) => name)))];
  const chosen = useSignal(names[0] ?? '');
  const x = history.map(({ at }) => at);
  const series = (read: Parameters<typeof seriesOf>[2]) => seriesOf(history, chosen.value, read);
  return (
    <section class="stack">
      <div class="row">
        <h2>Over time</h2>
        <Select label="Pool" value={chosen} options={names.map((name) => [name, name] as const)} />
      </div>
      <div class="pools-charts">
        <Chart
          label={`Connections of ${chosen.value} over time`}
          x={x}
          values={[
            series(({ open }) => open),
            series(({ inUse }) => inUse),
            series(({ waiting }) => waiting),
          ]}
          lines={[
            { name: 'Open', color: '--line-1', format: formatCount },
            { name: 'In use', color: '--line-3', format: formatCount },
            { name: 'Waiting', color: '--line-2', format: formatCount },
          ]}
        />
        <Chart
          label={`Round trip of ${chosen.value} over time`}
          x={x}
          values={[series(({ roundTripMs }) => roundTripMs)]}
          lines={[{ name: 'Round trip, median', color: '--line-4', format: formatMs }]}
        />
      </div>
    </section>
  );
}
