// The gateway's figures over time: requests, errors by code, how long answers take.
import { adminMetrics } from '@fairlead/sdk';
import { useSignal } from '@preact/signals';
import { formatBytes, formatCount, formatMs, plural } from '../../../browser/format.ts';
import { useRepeated, useWork } from '../../../browser/hooks.ts';
import type { Caller } from '../../../session/calls/caller.ts';
import { readSamples } from '../../../session/open-metrics.ts';
import { Chart, type Line } from '../../../ui/chart/chart.tsx';
import { ProblemView } from '../../../ui/feedback/problem.tsx';
import { Progress } from '../../../ui/feedback/progress.tsx';
import { between, bucketsOf, type Interval, percentile, type Reading, totals } from './figures.ts';

const ASK_MS = 2_000;
/** Ten minutes. */
const KEPT = 300;
const COLOURS = ['--line-1', '--line-2', '--line-3', '--line-4', '--line-5', '--line-6'];

/** The figures of the isolate that answers, and of all pools. */
export function Metrics({ caller }: { readonly caller: Caller }) {
  const reading = useSignal<Reading | undefined>(undefined);
  const intervals = useSignal<readonly Interval[]>([]);
  const work = useWork();
  const ask = () =>
    work.run(async (signal) => {
      const text = await caller.run('adminMetrics', adminMetrics, { signal });
      const next = { at: Date.now() / 1_000, samples: readSamples(text) };
      const last = reading.value;
      const interval = last && between(last, next);
      // Another isolate answered: its counters begin elsewhere.
      if (interval !== undefined) intervals.value = [...intervals.value.slice(-(KEPT - 1)), interval];
      reading.value = next;
    });
  useRepeated(ask, ASK_MS);
  return (
    <div class="stack">
      <ProblemView error={work.error.value} onRetry={() => void ask()} />
      {reading.value === undefined ? (
        work.error.value === undefined && <Progress label="Reading the figures" />
      ) : (
        <>
          <p class="muted">
            Requests are those of the isolate that answered; a Worker has several. What the platform knows of
            CPU stands in its dashboard.
          </p>
          <Totals reading={reading.value} />
          <Charts intervals={intervals.value} />
        </>
      )}
    </div>
  );
}

function Totals({ reading: { samples } }: { readonly reading: Reading }) {
  const requests = totals(samples, 'fairlead_requests_total', 'protocol');
  const errors = totals(samples, 'fairlead_request_errors_total', 'code');
  const buckets = bucketsOf(samples);
  const shown = [0.5, 0.95, 0.99].map((share) => percentile(buckets, share));
  const all = Object.values(requests).reduce((sum, count) => sum + count, 0);
  return (
    <dl class="operations-totals">
      <div>
        <dt>Requests</dt>
        <dd>{formatCount(all)}</dd>
      </div>
      <div>
        <dt>Half, 95 %, 99 % within</dt>
        <dd>{shown.map((ms) => (ms === undefined ? '–' : formatMs(ms))).join(', ')}</dd>
      </div>
      <div>
        <dt>Errors by code</dt>
        <dd>
          {Object.entries(errors)
            .map(([code, count]) => `${code} ${formatCount(count)}`)
            .join(', ') || 'none'}
        </dd>
      </div>
      <div>
        <dt>Open streams</dt>
        <dd>
          {plural(
            Object.values(totals(samples, 'fairlead_open_streams', 'protocol')).reduce(
              (sum, count) => sum + count,
              0,
            ),
            'stream',
          )}
        </dd>
      </div>
    </dl>
  );
}

function Charts({ intervals }: { readonly intervals: readonly Interval[] }) {
  const x = intervals.map(({ at }) => at);
  const plots = [
    { title: 'Requests a second', ...grouped(intervals, ({ requests }) => requests) },
    { title: 'Errors a second, by code', ...grouped(intervals, ({ errors }) => errors) },
    { title: 'How long answers take to begin', ...percentiles(intervals) },
    {
      title: 'Bytes a second of streams that ended',
      lines: [{ name: 'Bytes', color: '--line-6', format: formatBytes }],
      values: [intervals.map(({ bytes }) => bytes)],
    },
  ];
  return (
    <div class="operations-charts">
      {plots.map(({ title, lines, values }) => (
        <figure key={title}>
          <figcaption>{title}</figcaption>
          {lines.length === 0 ? (
            <p class="muted">None yet.</p>
          ) : (
            <Chart label={title} x={x} values={values} lines={lines} />
          )}
        </figure>
      ))}
    </div>
  );
}

interface Plot {
  readonly lines: readonly Line[];
  readonly values: readonly (readonly (number | null)[])[];
}

function grouped(
  intervals: readonly Interval[],
  read: (interval: Interval) => Readonly<Record<string, number>>,
): Plot {
  const names = [...new Set(intervals.flatMap((interval) => Object.keys(read(interval))))].sort();
  return {
    lines: names.map((name, i) => ({
      name,
      color: COLOURS[i % COLOURS.length] ?? '--line-1',
      isDashed: i >= COLOURS.length,
      format: (value) => `${Number(value.toPrecision(3))}`,
    })),
    values: names.map((name) => intervals.map((interval) => read(interval)[name] ?? 0)),
  };
}

function percentiles(intervals: readonly Interval[]): Plot {
  const shares = ['p50', 'p95', 'p99'] as const;
  return {
    lines: shares.map((name, i) => ({ name, color: COLOURS[i] ?? '--line-1', format: formatMs })),
    values: shares.map((name) => intervals.map((interval) => interval[name] ?? null)),
  };
}
