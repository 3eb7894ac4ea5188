// `npm run check:packages`: publint on every published package, then each one's tarball in an empty project of its own:
// type-checked, bundled for Workers, imported. With `--nightly`, other runtimes and bundlers too. It publishes nothing.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { readProject } from './src/imports/files.ts';
import { bundle, importOn, typeCheck } from './src/packages/consumer.ts';
import { bundleElsewhere, installTools, type Tools } from './src/packages/nightly.ts';
import { entryPoints, installInto, type Packed, packAll } from './src/packages/tarballs.ts';

const REQUIRED = { type: 'module', license: 'MIT', sideEffects: false };
/** For vitest, or for tools alone: nobody puts them into a Worker. */
const TOOLS = ['@fairlead/testkit', '@fairlead/cli'];
/** Their types speak of Node's streams, for drivers that are written for Node. */
const WITH_NODE_TYPES = ['@fairlead/node-stream'];

const root = process.cwd();
const nightly = process.argv.includes('--nightly');
const dirs = readProject(root)
  .workspaces.map(({ dir }) => dir)
  .filter((dir) => /^(packages|protocols)\//.test(dir))
  // The console is published as files of the Worker.
  .filter((dir) => JSON.parse(readFileSync(`${dir}/package.json`, 'utf8')).private !== true);

let problems = 0;
const report = (where: string, message: string): void => {
  problems++;
  console.error(`${where}  ${message}`);
};

const complain = (where: string, complaints: readonly string[]): void => {
  for (const complaint of complaints) report(where, complaint);
};

async function checkManifests(): Promise<void> {
  for (const dir of dirs) {
    const where = `${dir}/package.json`;
    const manifest = JSON.parse(readFileSync(where, 'utf8'));
    for (const [key, value] of Object.entries(REQUIRED)) {
      if (manifest[key] !== value) report(where, `"${key}" must be ${JSON.stringify(value)}`);
    }
    if (!existsSync(`${dir}/README.md`)) report(where, 'has no README.md beside it');
    const { messages } = await publint({ pkgDir: dir, strict: true });
    for (const message of messages) report(where, formatMessage(message, manifest) ?? message.code);
  }
}

/** One package in an empty project, with no other package than those that it depends on. */
async function checkAlone(
  each: Packed,
  packed: readonly Packed[],
  into: string,
  tools: Tools,
): Promise<void> {
  const { name, peerDependencies = {} } = each.manifest;
  const project = join(into, name.replace('/', '-'));
  await installInto(project, packed, [name], isForNode(each) ? { '@types/node': '24' } : {});
  const all = entryPoints(each.manifest);
  const hasPeers = Object.keys(peerDependencies).length > 0;
  // The other entries need what the package may have beside it: they are checked together below.
  const entries = hasPeers ? all.filter((entry) => entry === name) : all;
  const types = isForNode(each) ? ['node'] : [];
  // Together, below, the lowest compiler reads them all.
  for (const tsc of nightly ? tools.compilers : tools.compilers.slice(0, 1)) {
    complain(each.dir, await typeCheck(project, tsc, importing(entries), types));
  }
  await checkEntries(each, project, entries, tools);
}

/** All packages in one project with everything that they may have beside them: the entries that need that. */
async function checkTogether(packed: readonly Packed[], into: string, tools: Tools): Promise<void> {
  const names = packed.map(({ manifest }) => manifest.name);
  const peers = packed.flatMap(({ manifest }) => Object.entries(manifest.peerDependencies ?? {}));
  const others = peers.filter(([peer]) => !names.includes(peer));
  const project = join(into, 'together');
  await installInto(project, packed, names, { '@types/node': '24', ...Object.fromEntries(others) });
  for (const tsc of tools.compilers) {
    for (const types of [[], ['node']]) {
      const entries = packed
        .filter((each) => isForNode(each) === types.includes('node'))
        .flatMap(({ manifest }) => entryPoints(manifest));
      complain('together', await typeCheck(project, tsc, importing(entries), types));
    }
  }
  for (const each of packed) {
    const { name, peerDependencies = {} } = each.manifest;
    if (Object.keys(peerDependencies).length === 0) continue;
    const entries = entryPoints(each.manifest).filter((entry) => entry !== name);
    if (entries.length > 0) await checkEntries(each, project, entries, tools);
  }
}

const isForNode = ({ manifest: { name } }: Packed): boolean => WITH_NODE_TYPES.includes(name);

function importing(entries: readonly string[]): string {
  return entries.map((entry, n) => `import * as e${n} from '${entry}'; void e${n};`).join('\n');
}

async function checkEntries(
  { dir: where }: Packed,
  project: string,
  entries: readonly string[],
  tools: Tools,
): Promise<void> {
  complain(where, await bundle(project, entries));
  for (const command of tools.runtimes) complain(where, await importOn(project, entries, command));
  if (nightly) complain(where, await bundleElsewhere(project, entries, tools));
}

/** The README's Worker, as a stranger's compiler sees it. */
async function checkReadme(packed: readonly Packed[], into: string, { compilers }: Tools): Promise<void> {
  const section = readFileSync('README.md', 'utf8')
    .split('\n## ')
    .find((text) => text.startsWith('In a Worker'));
  const example = /```ts\n([\s\S]*?)\n```/.exec(section ?? '')?.[1];
  if (example === undefined) {
    report('README.md', 'has no Worker under "In a Worker"');
    return;
  }
  const project = join(into, 'readme');
  await installInto(project, packed, ['@fairlead/postgres', '@fairlead/redis'], {});
  for (const tsc of compilers) {
    for (const line of await typeCheck(project, tsc, example)) report('README.md', line);
  }
}

await checkManifests();
const scratch = mkdtempSync(join(tmpdir(), 'fairlead-packages-'));
try {
  const tools = await installTools(root, join(scratch, 'tools'), nightly);
  const packed = packAll(root, dirs, scratch);
  const published = packed.filter(({ manifest }) => !TOOLS.includes(manifest.name));
  // Most of it waits for programs of one thread: one project at a time would leave cores idle.
  const left = published.values();
  const worker = async (): Promise<void> => {
    for (const each of left) await checkAlone(each, packed, scratch, tools);
  };
  await Promise.all([worker(), worker(), checkTogether(published, scratch, tools)]);
  await checkReadme(packed, scratch, tools);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
console.log(`${dirs.length} packages: ${problems || 'no'} problems`);
process.exitCode = problems ? 1 : 0;
