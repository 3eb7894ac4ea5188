// `npm run bench:chart`: docs/benches.svg from the results in bench/results, which `npm run bench -- NAME --json FILE` writes.
// With `--check` it writes nothing, and fails where the chart is not theirs.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { drawChart } from './src/chart/draw.ts';
import { chapters, type Result } from './src/chart/ratios.ts';

const { values } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    results: { type: 'string', default: join(import.meta.dirname, 'results') },
    chart: { type: 'string', default: join(import.meta.dirname, '..', 'docs', 'benches.svg') },
  },
});

const results = readdirSync(values.results)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(join(values.results, name), 'utf8')) as Result);
const chart = drawChart(chapters(results));
if (!values.check) writeFileSync(values.chart, chart);
else if (readFileSync(values.chart, 'utf8') !== chart) {
  console.error(`${values.chart} is not that of ${values.results}: run npm run bench:chart`);
  process.exitCode = 1;
}
