// Builds the gateway and the command `fairlead`, if a source is newer than what was built from it. It starts nothing.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** It needs all that the Worker needs, and the Worker. */
const COMMAND = '@fairlead/cli';
/** The Worker's page, of which no package needs the code. */
const CONSOLE = join('packages', 'console');

/**
 * Brings the command and every package that it needs up to date; touches nothing when they are.
 * @throws Error with the compiler's words.
 */
export function buildPackages(): void {
  if ([...foldersOf(COMMAND), CONSOLE].every(isBuilt)) return;
  const done = spawnSync('turbo', ['run', 'build', `--filter=${COMMAND}...`, '--output-logs=errors-only'], {
    encoding: 'utf8',
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' },
  });
  if (done.status !== 0)
    throw new Error(`The build failed.\n${done.stdout ?? ''}${done.stderr ?? done.error}`);
}

/** The folders of a package of this repository and of those that it depends on. */
function foldersOf(name: string): string[] {
  const folders = ['packages', 'protocols'].flatMap((group) =>
    readdirSync(group).map((folder) => join(group, folder)),
  );
  const manifests = new Map(
    folders.map((folder) => {
      const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      return [String(manifest.name), { folder, needs: Object.keys(manifest.dependencies ?? {}) }];
    }),
  );
  const names = new Set([name]);
  // A set that grows while it is walked hands out what was added.
  for (const each of names) for (const need of manifests.get(each)?.needs ?? []) names.add(need);
  return [...names].flatMap((each) => manifests.get(each)?.folder ?? []);
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
