// How the server fares: the figures that people ask for first, and two of them over time.
import { useSignal } from '@preact/signals';
import { formatBytes, formatCount, formatMs } from '../../../browser/format.ts';
import { useRepeated, useWork } from '../../../browser/hooks.ts';
import { Chart } from '../../../ui/chart/chart.tsx';
import { ProblemView } from '../../../ui/feedback/problem.tsx';
import { Progress } from '../../../ui/feedback/progress.tsx';
import type { RedisModel } from '../model.ts';
import { textIn } from '../wire/reply.ts';
import { visible } from '../wire/show.ts';
import { fieldsOf, hitRatio, numberOf, readInfo } from './info.ts';

const EVERY_MS = 2_000;
/** Points of the charts: ten minutes. */
const POINTS = 300;

interface Sample {
  readonly at: number;
  readonly operations: number | null;
  readonly memory: number | null;
}

/** The figures, asked for every two seconds while they are seen. */
export function Overview({ model }: { readonly model: RedisModel }) {
  const work = useWork();
  const fields = useSignal<ReadonlyMap<string, string> | undefined>(undefined);
  const samples = useSignal<readonly Sample[]>([]);
  const load = () =>
    work.run(async (signal) => {
      const now = fieldsOf(readInfo(textIn(await model.redis.run(['INFO'], { signal }))));
      fields.value = now;
      const sample = {
        at: Date.now() / 1_000,
        operations: numberOf(now, 'instantaneous_ops_per_sec') ?? null,
        memory: numberOf(now, 'used_memory') ?? null,
      };
      samples.value = [...samples.peek().slice(1 - POINTS), sample];
    });
  useRepeated(load, EVERY_MS, work.error.value === undefined);
  if (work.error.value !== undefined)
    return <ProblemView error={work.error.value} onRetry={() => work.clear()} />;
  if (fields.value === undefined) return <Progress label="Asking the server" />;
  return (
    <div class="stack">
      <Figures fields={fields.value} />
      <h3>Commands a second</h3>
      <Plot
        samples={samples.value}
        name="Commands a second"
        of="operations"
        color="--line-1"
        format={formatCount}
      />
      <h3>Memory</h3>
      <Plot samples={samples.value} name="Memory" of="memory" color="--line-2" format={formatBytes} />
    </div>
  );
}

function Figures({ fields }: { readonly fields: ReadonlyMap<string, string> }) {
  const bytes = (name: string) => formatBytes(numberOf(fields, name) ?? Number.NaN);
  const count = (name: string) => formatCount(numberOf(fields, name) ?? Number.NaN);
  const ratio = hitRatio(fields);
  const most = numberOf(fields, 'maxmemory') ?? 0;
  const server = fields.has('valkey_version') ? ['Valkey', 'valkey_version'] : ['Redis', 'redis_version'];
  const figures = [
    ['Server', `${server[0]} ${visible(fields.get(server[1] ?? '') ?? '')}`],
    ['Role', visible(fields.get('role') ?? '–')],
    ['Up for', formatMs((numberOf(fields, 'uptime_in_seconds') ?? Number.NaN) * 1_000)],
    ['Memory', `${bytes('used_memory')}${most > 0 ? ` of ${formatBytes(most)}` : ''}`],
    ['Most memory so far', bytes('used_memory_peak')],
    ['Clients', count('connected_clients')],
    ['Clients that wait', count('blocked_clients')],
    ['Commands so far', count('total_commands_processed')],
    ['Reads that hit', ratio === undefined ? '–' : `${(100 * ratio).toFixed(1)} %`],
    ['Keys expired', count('expired_keys')],
    ['Keys evicted', count('evicted_keys')],
    ...[...fields]
      .filter(([name]) => /^db\d+$/.test(name))
      .map(([name, value]) => [`Database ${name.slice(2)}`, keyspace(value)]),
  ] as const;
  return (
    <dl class="redis-figures">
      {figures.map(([name, value]) => (
        <div key={name} class="card">
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** `keys=3,expires=1,avg_ttl=0` in words. */
function keyspace(text: string): string {
  const [, keys = '0', expires = '0'] = /keys=(\d+),expires=(\d+)/.exec(text) ?? [];
  return `${formatCount(Number(keys))} keys, ${formatCount(Number(expires))} expire`;
}

interface PlotProps {
  readonly samples: readonly Sample[];
  readonly name: string;
  readonly of: 'operations' | 'memory';
  readonly color: string;
  readonly format: (value: number) => string;
}

function Plot({ samples, name, of, color, format }: PlotProps) {
  const last = samples.at(-1)?.[of];
  return (
    <Chart
      label={`${name}, now ${last === null || last === undefined ? 'unknown' : format(last)}`}
      x={samples.map(({ at }) => at)}
      values={[samples.map((sample) => sample[of])]}
      lines={[{ name, color, format }]}
    />
  );
}
