// Runs every subject in turn, again and again, and compares medians. It knows nothing of what is measured.

/** What one run of a subject gives: how much it did, in how long. */
export interface Measure {
  readonly count: number;
  readonly ms: number;
  /** Of its process, where that was looked at. */
  readonly cpuMs?: number;
}

/** One scenario of a benchmark. */
export interface Scenario {
  readonly name: string;
  /** What `count` counts, as in `ops` or `MiB`. */
  readonly unit: string;
  /** Ours first. */
  readonly subjects: readonly string[];
}

/** A scenario's outcome: the median rate of each subject, per second, and all rates behind it. */
export interface Outcome extends Scenario {
  readonly median: Readonly<Record<string, number>>;
  readonly rates: Readonly<Record<string, readonly number[]>>;
  /** The median CPU of each subject's process for one operation, in microseconds, where that was looked at. */
  readonly cpuUs?: Readonly<Record<string, number>>;
}

/**
 * `rounds` rounds after one to warm up. Each round runs all subjects, starting one further on than the last.
 * @param run Runs one subject once.
 */
export async function compare(
  scenario: Scenario,
  rounds: number,
  run: (subject: string) => Promise<Measure>,
): Promise<Outcome> {
  const rates: Record<string, number[]> = Object.fromEntries(scenario.subjects.map((name) => [name, []]));
  const cpu: Record<string, number[]> = Object.fromEntries(scenario.subjects.map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (let i = 0; i < scenario.subjects.length; i++) {
      const subject = scenario.subjects[(i + round) % scenario.subjects.length] ?? '';
      const { count, ms, cpuMs } = await run(subject);
      if (round === 0) continue;
      rates[subject]?.push((count * 1000) / ms);
      if (cpuMs !== undefined) cpu[subject]?.push((cpuMs * 1000) / count);
    }
  }
  const measured = Object.entries(cpu).filter(([, all]) => all.length > 0);
  const cpuUs = measured.length > 0 ? { cpuUs: medians(Object.fromEntries(measured)) } : {};
  return { ...scenario, rates, median: medians(rates), ...cpuUs };
}

function medians(of: Readonly<Record<string, readonly number[]>>): Record<string, number> {
  return Object.fromEntries(Object.entries(of).map(([name, all]) => [name, middle(all)]));
}

/** The median; of an even number, the mean of the two in the middle. */
export function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return ((sorted[half] ?? Number.NaN) + (sorted[sorted.length - 1 - half] ?? Number.NaN)) / 2;
}

/** A Markdown table: ours as a rate, and how many times each peer's rate that is. */
export function table(outcomes: readonly Outcome[]): string {
  return ratios(
    outcomes.map(({ name, unit, subjects, median }) => ({
      name,
      subjects,
      values: median,
      own: (rate) => `${short(rate)} ${unit}/s`,
      ratio: (ours, theirs) => ours / theirs,
    })),
  );
}

/** The same of CPU: ours in microseconds, and how many times as much each peer takes. Empty where none was looked at. */
export function cpuTable(outcomes: readonly Outcome[]): string {
  const seen = outcomes.flatMap(({ name, subjects, cpuUs }) =>
    cpuUs === undefined
      ? []
      : [
          {
            name,
            subjects,
            values: cpuUs,
            own: (us: number) => `${short(us)} µs`,
            ratio: (ours: number, theirs: number) => theirs / ours,
          },
        ],
  );
  return seen.length === 0 ? '' : ratios(seen);
}

interface Ratios {
  readonly name: string;
  /** Ours first. */
  readonly subjects: readonly string[];
  readonly values: Readonly<Record<string, number>>;
  own(value: number): string;
  ratio(ours: number, theirs: number): number;
}

function ratios(all: readonly Ratios[]): string {
  const peers = [...new Set(all.flatMap(({ subjects }) => subjects.slice(1)))];
  const rows = all.map(({ name, subjects, values, own, ratio }) => {
    const ours = values[subjects[0] ?? ''] ?? Number.NaN;
    const cells = peers.map((peer) => {
      const theirs = values[peer];
      return theirs === undefined ? '' : `${ratio(ours, theirs).toFixed(2)}x`;
    });
    return [name, own(ours), ...cells];
  });
  const head = ['scenario', 'fairlead', ...peers.map((peer) => `vs ${peer}`)];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function short(value: number): string {
  if (value >= 1e6) return `${(value / 1e6).toFixed(2)}M`;
  if (value >= 1e4) return `${(value / 1e3).toFixed(0)}k`;
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
