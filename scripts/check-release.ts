// `npm run release:check`: every published package could be released as it stands. Its fields, its licence, its changelog, the
// files in its tarball, and `npm publish --dry-run`. It asks no registry and publishes nothing; `--fix` adds what follows
// from the folder's name.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readProject } from './src/imports/files.ts';
import { changelogHeading, completed, type Manifest, manifestProblems } from './src/release/manifest.ts';
import { tarballProblems } from './src/release/tarball.ts';

const root = process.cwd();
const fix = process.argv.includes('--fix');
const licence = readFileSync('LICENSE', 'utf8');
let problems = 0;

function report(where: string, message: string): void {
  problems++;
  console.error(`${where}  ${message}`);
}

function readManifest(dir: string): Manifest {
  return JSON.parse(readFileSync(join(root, dir, 'package.json'), 'utf8'));
}

function checkFiles(dir: string, manifest: Manifest): void {
  const heading = changelogHeading(manifest.name);
  const path = { licence: join(dir, 'LICENSE'), changelog: join(dir, 'CHANGELOG.md') };
  if (fix) {
    writeFileSync(path.licence, licence);
    if (!existsSync(path.changelog)) writeFileSync(path.changelog, heading);
  }
  const found = existsSync(path.licence) && readFileSync(path.licence, 'utf8') === licence;
  if (!found) report(path.licence, 'must be the same as the LICENSE of the repository');
  const begins = existsSync(path.changelog) && readFileSync(path.changelog, 'utf8').startsWith(heading);
  if (!begins) report(path.changelog, `must begin with "${heading.trim()}"`);
}

/** All packages in one call: npm takes most of a second to start. `--force` leaves out the question what is published. */
function checkPublishing(dirs: readonly string[]): void {
  const workspaces = dirs.flatMap((dir) => ['--workspace', dir]);
  const flags = ['--dry-run', '--force', '--json', '--ignore-scripts', '--loglevel=error'];
  // Without a registry within reach, a question to one would fail instead of passing unnoticed.
  const env = { ...process.env, npm_config_registry: 'http://127.0.0.1:9/' };
  const done = spawnSync('npm', ['publish', ...flags, ...workspaces], {
    cwd: root,
    env,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  if (done.status !== 0) report('npm publish --dry-run', `${done.stderr || done.error}`);
  else
    for (const [where, message] of tarballProblems(done.stdout, dirs.map(readManifest)))
      report(where, message);
}

const published = readProject(root)
  .workspaces.map(({ dir }) => dir)
  .filter((dir) => !readManifest(dir).private);

for (const dir of published) {
  const manifest = readManifest(dir);
  const path = join(dir, 'package.json');
  if (fix) writeFileSync(path, `${JSON.stringify(completed(dir, manifest), null, 2)}\n`);
  for (const problem of manifestProblems(dir, readManifest(dir))) report(path, problem);
  checkFiles(dir, manifest);
}
checkPublishing(published);
console.log(`${published.length} packages to publish: ${problems || 'no'} problems`);
process.exitCode = problems ? 1 : 0;
