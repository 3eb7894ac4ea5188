// Builds what the gateway is made of, if a source is newer than what was built from it. It starts nothing.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Brings every package that the Worker needs up to date; touches nothing when it is.
 * @throws Error with the compiler's words.
 */
export function buildPackages(): void {
  const dirs = ['packages', 'protocols'].flatMap((group) =>
    readdirSync(group).map((name) => join(group, name)),
  );
  if (dirs.every(isBuilt)) return;
  const done = spawnSync(
    'turbo',
    ['run', 'build', '--filter=@fairlead/worker...', '--output-logs=errors-only'],
    {
      encoding: 'utf8',
      env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' },
    },
  );
  if (done.status !== 0)
    throw new Error(`The build failed.\n${done.stdout ?? ''}${done.stderr ?? done.error}`);
}

function isBuilt(dir: string): boolean {
  const dist = join(dir, 'dist');
  const sources = ['src', 'pages', 'scripts']
    .map((name) => join(dir, name))
    .filter((path) => existsSync(path));
  return existsSync(dist) && Math.max(...sources.map(newest)) <= newest(dist);
}

/** When the youngest file under `dir` was written, in milliseconds since the epoch. */
function newest(dir: string): number {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Math.max(0, ...files.map((file) => statSync(join(file.parentPath, file.name)).mtimeMs));
}
