// The tunnels and streams that the gateway holds open, with what they carry.
import { adminMetrics } from '@fairlead/sdk';
import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { formatBytes, formatCount } from '../../../browser/format.ts';
import { useRepeated } from '../../../browser/hooks.ts';
import type { Caller } from '../../../session/calls/caller.ts';
import { readSamples } from '../../../session/open-metrics.ts';
import { Chart, type Line } from '../../../ui/chart/chart.tsx';
import { ProblemView } from '../../../ui/feedback/problem.tsx';
import { Progress } from '../../../ui/feedback/progress.tsx';
import { type Reading, ratesOf, withReading } from './rates.ts';
import { type StreamCount, streamCounts } from './streams.ts';

const EVERY_MS = 3_000;
const perSecond = (bytes: number): string => `${formatBytes(Number(bytes.toPrecision(2)))}/s`;

const LINES: readonly Line[] = [
  { name: 'From callers', color: '--line-1', format: perSecond },
  { name: 'To callers', color: '--line-2', format: perSecond },
];

interface Seen {
  readonly counts: readonly StreamCount[];
  readonly readings: readonly Reading[];
}

/** The table and the chart, read every three seconds while they are seen. */
export function OpenStreams({ caller }: { readonly caller: Caller }) {
  const seen = useSignal<Seen | undefined>(undefined);
  const error = useSignal<unknown>(undefined);
  const isOn = error.value === undefined;
  useRepeated(
    async () => {
      try {
        const counts = streamCounts(readSamples(await caller.run('adminMetrics', adminMetrics, {})));
        const reading = { at: Date.now() / 1_000, counts: [sum(counts, 'bytesIn'), sum(counts, 'bytesOut')] };
        seen.value = { counts, readings: withReading(seen.peek()?.readings ?? [], reading) };
      } catch (problem) {
        error.value = problem;
      }
    },
    EVERY_MS,
    isOn,
  );
  return (
    <section class="stack network-part" aria-label="Open now">
      <h3>Open now</h3>
      {error.value !== undefined && (
        <ProblemView
          error={error.value}
          onRetry={() => {
            error.value = undefined;
          }}
        />
      )}
      {seen.value === undefined && isOn && <Progress label="Reading the metrics" />}
      {seen.value !== undefined && <SeenView seen={seen.value} />}
    </section>
  );
}

function SeenView({ seen: { counts, readings } }: { readonly seen: Seen }) {
  const { x, values } = useMemo(() => ratesOf(readings, LINES.length), [readings]);
  return (
    <>
      <p class="muted">
        Streams, WebSockets and tunnels of the isolate that answers; Cloudflare may run others of the same
        Worker.
      </p>
      <div class="scroll" role="region" aria-label="Streams by protocol" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Protocol</th>
              <th scope="col" class="number">
                Open
              </th>
              <th scope="col" class="number">
                From callers
              </th>
              <th scope="col" class="number">
                To callers
              </th>
            </tr>
          </thead>
          <tbody>
            {counts.map(({ protocol, open, bytesIn, bytesOut }) => (
              <tr key={protocol}>
                <th scope="row">{protocol}</th>
                <td class="number">{formatCount(open)}</td>
                <td class="number">{formatBytes(bytesIn)}</td>
                <td class="number">{formatBytes(bytesOut)}</td>
              </tr>
            ))}
            {counts.length === 0 && (
              <tr>
                <td colSpan={4} class="muted">
                  No stream yet
                </td>
              </tr>
            )}
          </tbody>
        </table>
      </div>
      <Chart label="Bytes a second of all streams" x={x} values={values} lines={LINES} />
    </>
  );
}

const sum = (counts: readonly StreamCount[], name: 'bytesIn' | 'bytesOut'): number =>
  counts.reduce((all, count) => all + count[name], 0);
