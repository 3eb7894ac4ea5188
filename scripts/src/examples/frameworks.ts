// Installs the examples that are built on a framework, each in a folder of its own with this repository's packages, and builds
// them. They are too large to stand in the lock.
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTestHarness } from 'wrangler';
import { type Packed, run } from '../packages/tarballs.ts';

interface Framework {
  /** The script that makes the Worker. */
  readonly script: string;
  /** The wrangler configuration that it leaves behind. */
  readonly config: string;
}

/** By their folders in `examples/`. */
const BUILDS: Readonly<Record<string, Framework>> = {
  // OpenNext runs the script `build`, which is Next.js' own.
  'nextjs-opennext': { script: 'build:worker', config: 'wrangler.jsonc' },
  'react-router': { script: 'build', config: 'build/server/wrangler.json' },
  astro: { script: 'build', config: 'dist/server/wrangler.json' },
};

/** The examples that are built on a framework. */
export const FRAMEWORKS: readonly string[] = Object.keys(BUILDS);

/** What an example's folder may hold besides its sources, when a person has run it there. */
const NOT_SOURCE = /(^|\/)(node_modules|dist|build|\.[a-z-]+)$/;

const INSTALL = [
  'install',
  '--loglevel=error',
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  '--prefer-offline',
];

interface ExampleManifest {
  readonly dependencies: Record<string, string>;
}

/**
 * Copies an example to `into`, installs it, and builds it.
 * @param packed This repository's packages, which take the place of the published ones.
 * @throws Error with the words of npm or of the build.
 */
export async function buildExample(
  root: string,
  name: string,
  packed: readonly Packed[],
  into: string,
): Promise<void> {
  const from = join(root, 'examples', name);
  rmSync(into, { recursive: true, force: true });
  cpSync(from, into, { recursive: true, filter: (path) => !NOT_SOURCE.test(path.slice(from.length)) });
  usePacked(into, packed);
  for (const args of [INSTALL, ['run', BUILDS[name]?.script ?? 'build']]) {
    const { ok, output } = await run('npm', args, into);
    if (!ok) throw new Error(`npm ${args[0]} ${args[1]} failed.\n${output}`);
  }
}

function usePacked(dir: string, packed: readonly Packed[]): void {
  const path = join(dir, 'package.json');
  const manifest: ExampleManifest = JSON.parse(readFileSync(path, 'utf8'));
  const files = Object.fromEntries(
    packed.map(({ manifest: { name }, tarball }) => [name, `file:${tarball}`]),
  );
  const dependencies = Object.fromEntries(
    Object.entries(manifest.dependencies).map(([name, range]) => [name, files[name] ?? range]),
  );
  const overrides = Object.fromEntries(
    Object.entries(files).filter(([name]) => !(name in manifest.dependencies)),
  );
  writeFileSync(path, JSON.stringify({ ...manifest, dependencies, overrides }, null, 2));
}

/**
 * Starts a built example in workerd and asks for its first page.
 * @param secrets What the example expects in `env`.
 * @returns The page.
 * @throws Error with the status and the body of an answer that is none.
 */
export async function askExample(
  name: string,
  dir: string,
  secrets: Readonly<Record<string, string>>,
): Promise<string> {
  // Otherwise wrangler asks Cloudflare where it is.
  process.env.CLOUDFLARE_CF_FETCH_ENABLED = 'false';
  const configPath = join(dir, BUILDS[name]?.config ?? 'wrangler.jsonc');
  const server = createTestHarness({ workers: [{ configPath, secrets: { ...secrets } }] });
  try {
    await server.listen();
    const response = await server.fetch('/');
    const page = await response.text();
    if (!response.ok) throw new Error(`answers ${response.status}: ${page.slice(0, 500)}`);
    return page;
  } finally {
    await server.close();
  }
}
