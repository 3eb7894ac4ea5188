// `npm run coverage [-- NAME ...]`: which branches of the protocols' `wire/` and `session/` the unit tests take, in workerd.
// It fails below the floors of `scripts/coverage-floors.json`. Chaos is left out: it runs the same branches thousands of
// times.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { branchesByPart, breaches, type Floors, INCLUDED, percentage } from './src/floors/branches.ts';

const root = process.cwd();
const floors: Floors = JSON.parse(readFileSync(join(root, 'scripts/coverage-floors.json'), 'utf8'));
const chosen = process.argv.slice(2);
const names = readdirSync('protocols').filter((name) => chosen.length === 0 || chosen.includes(name));
const scratch = mkdtempSync(join(tmpdir(), 'fairlead-coverage-'));

/** Istanbul, as workerd has no inspector for V8's own coverage. @returns The summary, or undefined where there is none. */
function cover(dir: string): string | undefined {
  const reports = join(scratch, dir);
  const options = [
    '--config=test/vitest.config.ts',
    '--exclude=**/chaos*.test.ts',
    '--coverage.enabled',
    '--coverage.provider=istanbul',
    '--coverage.reporter=json-summary',
    `--coverage.reportsDirectory=${reports}`,
    // Instrumented code is slower, and what is late here says nothing of the code.
    '--testTimeout=60000',
    '--retry=1',
    ...INCLUDED.map((pattern) => `--coverage.include=${pattern}`),
  ];
  const run = spawnSync('vitest', ['run', '--reporter=dot', ...options], {
    cwd: join(root, dir),
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  if (run.status !== 0) console.error(`${run.stdout}${run.stderr}`.slice(-4000));
  const summary = join(reports, 'coverage-summary.json');
  return run.status === 0 && existsSync(summary) ? readFileSync(summary, 'utf8') : undefined;
}

const problems: string[] = [];
try {
  for (const dir of names.map((name) => `protocols/${name}`)) {
    const summary = cover(dir);
    if (summary === undefined) {
      problems.push(`${dir}: the tests failed`);
      continue;
    }
    const parts = branchesByPart(summary);
    const figures = [...parts].map(([part, branches]) => {
      return `${part} ${percentage(branches)} % of ${branches.total} branches`;
    });
    console.log(`${dir.padEnd(20)} ${figures.join(', ')}`);
    problems.push(...breaches(dir, parts, floors));
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
