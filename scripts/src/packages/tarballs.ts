// Packs every published package as it would be released, and installs packed ones into empty projects. It publishes nothing.
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a package's manifest says, as far as it is checked here. */
export interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** A published package and its tarball. */
export interface Packed {
  /** `packages/bytes`. */
  readonly dir: string;
  readonly manifest: Manifest;
  readonly tarball: string;
}

/** What a program printed and how it ended. */
export interface Run {
  readonly ok: boolean;
  readonly output: string;
}

const RUN_TIMEOUT_MS = 5 * 60_000;

/** Runs a program in `cwd` to its end. Never rejects. */
export function run(command: string, args: readonly string[], cwd: string): Promise<Run> {
  const options = { cwd, timeout: RUN_TIMEOUT_MS, maxBuffer: 64 << 20 };
  return new Promise((resolve) => {
    execFile(command, args, options, (error, stdout, stderr) => {
      // An exit status is a number, and says nothing that the program has not said.
      const failure = typeof error?.code === 'number' ? '' : (error ?? '');
      resolve({ ok: error === null, output: `${stdout}${stderr}${failure}` });
    });
  });
}

/**
 * Packs the packages in `dirs`.
 * @param into Where the tarballs go.
 * @throws Error with npm's words.
 */
export function packAll(root: string, dirs: readonly string[], into: string): Packed[] {
  const flags = dirs.flatMap((dir) => ['--workspace', dir]);
  const packed = spawnSync('npm', ['pack', '--json', '--pack-destination', into, ...flags], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  if (packed.status !== 0) throw new Error(`npm pack failed.\n${packed.stderr}`);
  return dirs.map((dir) => {
    const manifest: Manifest & { version: string } = JSON.parse(
      readFileSync(join(root, dir, 'package.json'), 'utf8'),
    );
    const file = `${manifest.name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`;
    return { dir, manifest, tarball: join(into, file) };
  });
}

/**
 * Makes an empty project and installs `names` into it, from their tarballs; what they need of this repository comes from
 * tarballs too, all else from the registry.
 * @param more Further dependencies, by name and range.
 * @throws Error with npm's words.
 */
export async function installInto(
  dir: string,
  packed: readonly Packed[],
  names: readonly string[],
  more: Readonly<Record<string, string>>,
): Promise<void> {
  const files = Object.fromEntries(packed.map(({ manifest, tarball }) => [manifest.name, `file:${tarball}`]));
  const dependencies = { ...Object.fromEntries(names.map((name) => [name, files[name]])), ...more };
  const overrides = Object.fromEntries(Object.entries(files).filter(([name]) => !names.includes(name)));
  mkdirSync(dir, { recursive: true });
  const manifest = { name: 'empty', private: true, type: 'module', dependencies, overrides };
  writeFileSync(join(dir, 'package.json'), JSON.stringify(manifest, undefined, 2));
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--omit=optional'];
  const installed = await run('npm', ['install', '--loglevel=error', '--legacy-peer-deps', ...flags], dir);
  if (!installed.ok) throw new Error(`npm install failed.\n${installed.output}`);
}

/** Everything that users import of a package: `@fairlead/postgres`, `@fairlead/postgres/route`, ... */
export function entryPoints({ name, exports }: Manifest): string[] {
  return Object.keys(exports)
    .filter((key) => !key.endsWith('.json') && !key.includes('*'))
    .map((key) => (key === '.' ? name : `${name}${key.slice(1)}`));
}
