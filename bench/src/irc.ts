// The bench of IRC's parser. There is no server: what is measured is one isolate's time.
import type { BenchOptions, Report } from './report.ts';
import { run, type Subjects } from './side-by-side.ts';

const SUBJECTS: Subjects = { fairlead: 'irc/fairlead', 'irc-framework': 'irc/irc-framework' };

const SCENARIOS: Readonly<Record<string, string>> = {
  lines: 'text lines, tags left as they came',
  tags: 'text lines, all tags decoded',
  sources: 'text lines, all tags decoded, sources cut up',
  bytes: 'bytes in chunks of 64 KiB, tags left as they came',
  byteTags: 'bytes in chunks of 64 KiB, all tags decoded, sources cut up',
};

/** Runs it. irc-framework decodes all tags and cuts up all sources in every scenario: it has no other way. */
export function irc(options: BenchOptions): Promise<Report> {
  const plans = Object.entries(SCENARIOS).map(([id, name]) => ({
    id,
    name,
    unit: 'msg',
    subjects: Object.keys(SUBJECTS),
    port: 0,
  }));
  return run(SUBJECTS, { what: 'no server', stop() {} }, plans, options);
}
