// OpenMetrics 1.0 as text: families of samples, each family in one piece. Pure; it knows no metric.

/** The media type of the text. */
export const OPEN_METRICS_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/** A sample's labels, in their order. */
export type Labels = Readonly<Record<string, string>>;

/** One value of a family. */
export interface Sample {
  readonly labels: Labels;
  readonly value: number;
  /** What stands behind the family's name: `_total` of counters; `_bucket`, `_sum` and `_count` of histograms. */
  readonly suffix?: '_total' | '_bucket' | '_sum' | '_count';
}

/** Samples of one name. */
export interface Family {
  readonly name: string;
  readonly type: 'gauge' | 'counter' | 'histogram';
  /** One sentence. */
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** The families as a whole text. Families without samples are left out. */
export function openMetrics(families: readonly Family[]): string {
  return `${families.map(familyText).join('')}# EOF\n`;
}

function familyText({ name, type, help, samples }: Family): string {
  if (samples.length === 0) return '';
  const unit = name.endsWith('_seconds') ? `# UNIT ${name} seconds\n` : '';
  const lines = samples.map(
    ({ labels, value, suffix = '' }) => `${name}${suffix}${labelText(labels)} ${value}\n`,
  );
  return `# TYPE ${name} ${type}\n${unit}# HELP ${name} ${escaped(help)}\n${lines.join('')}`;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}
