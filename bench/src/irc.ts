// The bench of IRC: its parser, which is one isolate's time, and the way from dialling to the end of the greeting.
import { startIrcWelcomer } from './irc-welcomer.ts';
import type { BenchOptions, Report } from './report.ts';
import { run, type Subjects } from './side-by-side.ts';

const PARSERS = ['fairlead', 'irc-framework'];
const SUBJECTS: Subjects = {
  fairlead: 'irc/fairlead',
  'irc-framework': 'irc/irc-framework',
  'raw socket, the same capabilities': 'irc/raw-socket',
  'raw socket, the same, time limits, listening': 'irc/raw-socket',
  'raw socket, none': 'irc/raw-socket',
};

/** By scenario: title, unit and subjects. */
const SCENARIOS: Readonly<
  Record<string, readonly [name: string, unit: string, subjects: readonly string[]]>
> = {
  lines: ['text lines, tags left as they came', 'msg', PARSERS],
  tags: ['text lines, all tags decoded', 'msg', PARSERS],
  sources: ['text lines, all tags decoded, sources cut up', 'msg', PARSERS],
  bytes: ['bytes in chunks of 64 KiB, tags left as they came', 'msg', PARSERS],
  byteTags: ['bytes in chunks of 64 KiB, all tags decoded, sources cut up', 'msg', PARSERS],
  dial: ['from dialling to the end of the greeting', 'ops', Object.keys(SUBJECTS)],
};

/** Runs it. irc-framework decodes all tags and cuts up all sources in every scenario: it has no other way. */
export async function irc(options: BenchOptions): Promise<Report> {
  const server = await startIrcWelcomer();
  const plans = Object.entries(SCENARIOS).map(([id, [name, unit, subjects]]) => ({
    id,
    name,
    unit,
    subjects,
    port: server.port,
  }));
  return run(SUBJECTS, server, plans, options);
}
