// Runs every subject in turn, again and again, and compares medians. It knows nothing of what is measured.

/** What one run of a subject gives: how much it did, in how long. */
export interface Measure {
  readonly count: number;
  readonly ms: number;
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
  for (let round = 0; round <= rounds; round++) {
    for (let i = 0; i < scenario.subjects.length; i++) {
      const subject = scenario.subjects[(i + round) % scenario.subjects.length] ?? '';
      const { count, ms } = await run(subject);
      if (round > 0) rates[subject]?.push((count * 1000) / ms);
    }
  }
  const median = Object.fromEntries(Object.entries(rates).map(([name, all]) => [name, middle(all)]));
  return { ...scenario, rates, median };
}

/** The median; of an even number, the mean of the two in the middle. */
export function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return ((sorted[half] ?? Number.NaN) + (sorted[sorted.length - 1 - half] ?? Number.NaN)) / 2;
}

/** A Markdown table: ours as a rate, and how many times each peer's rate that is. */
export function table(outcomes: readonly Outcome[]): string {
  const peers = [...new Set(outcomes.flatMap(({ subjects }) => subjects.slice(1)))];
  const rows = outcomes.map(({ name, unit, subjects, median }) => {
    const ours = median[subjects[0] ?? ''] ?? Number.NaN;
    const ratios = peers.map((peer) =>
      peer in median ? `${(ours / (median[peer] ?? Number.NaN)).toFixed(2)}x` : '',
    );
    return [name, `${short(ours)} ${unit}/s`, ...ratios];
  });
  const head = ['scenario', 'fairlead', ...peers.map((peer) => `vs ${peer}`)];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function short(value: number): string {
  if (value >= 1e6) return `${(value / 1e6).toFixed(2)}M`;
  if (value >= 1e4) return `${(value / 1e3).toFixed(0)}k`;
  return value >= 100 ? value.toFixed(0) : value.toFixed(1);
}
