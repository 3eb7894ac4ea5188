// `npm run bench -- transport|redis|...|memory`: ours and its peers in turns, inside workerd. It judges nothing.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { BENCHES } from './src/benches.ts';
import { table } from './src/rounds.ts';

const USAGE = `usage: npm run bench -- ${Object.keys(BENCHES).join('|')} [--rounds n] [--only scenario] [--concurrent 1,16] [--profile folder] [--json file]`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    only: { type: 'string' },
    concurrent: { type: 'string' },
    profile: { type: 'string' },
    json: { type: 'string' },
  },
});
const [name = ''] = positionals;
const bench = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
const rounds = Number(values.rounds);
const concurrent = values.concurrent?.split(',').map(Number);
if (!bench || ![rounds, ...(concurrent ?? [])].every((count) => Number.isInteger(count) && count > 0)) {
  console.error(USAGE);
  process.exit(2);
}

const report = await bench({
  rounds,
  only: values.only,
  concurrent,
  profile: values.profile,
  progress: (text) => console.error(text),
});
console.log(`\n${report.about}\n`);
console.log(report.text ?? table(report.outcomes));
if (report.more) console.log(`\n${report.more}`);
// The last line is for programs.
const { text: _, more: __, ...facts } = report;
console.log(`\n${JSON.stringify({ bench: name, rounds, ...facts })}`);
if (values.json)
  writeFileSync(values.json, `${JSON.stringify({ bench: name, rounds, ...report }, null, 2)}\n`);
process.exit(0);
