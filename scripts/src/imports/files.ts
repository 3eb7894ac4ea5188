// Finds the workspaces and reads what each file imports. It judges nothing.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { parseSync } from 'oxc-parser';

/** One import, export-from, dynamic import or type import of a file. */
export interface Import {
  /** As written: `./decode.ts`, `@fairlead/transport`, `node:net`. */
  readonly specifier: string;
  /** 1-based. */
  readonly line: number;
  /** Whether nothing of it is left at run time (`import type`, `export type`, `import('x').T`). */
  readonly typeOnly: boolean;
}

/** A parsed source file. */
export interface SourceFile {
  /** Path from the project's root, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
  /** The syntax tree, ESTree with TypeScript's nodes. */
  readonly program: unknown;
  /** Undefined for a file of the root folder. */
  readonly workspace: Workspace | undefined;
  /** Tests, configurations, benches and the tools: whatever is never published. */
  readonly isTest: boolean;
}

/** A workspace, and what its `package.json` says it may import. */
export interface Workspace {
  /** `packages/transport` */
  readonly dir: string;
  readonly name: string;
  /** `dependencies`, `peerDependencies` and `optionalDependencies`. */
  readonly dependencies: ReadonlySet<string>;
  readonly devDependencies: ReadonlySet<string>;
}

/** Everything that the rules look at. */
export interface Project {
  readonly workspaces: readonly Workspace[];
  readonly files: readonly SourceFile[];
  /** The root's `devDependencies`: tools that every test may import. */
  readonly rootDependencies: ReadonlySet<string>;
}

const SKIPPED = new Set(['node_modules', 'dist', 'coverage', 'fixtures', '.git', '.turbo', '.wrangler']);
const SOURCE = /(?<!\.d)\.[mc]?[jt]sx?$/;
const PUBLISHED = /^(packages|protocols)\/[^/]+\/src\//;

/** Reads every workspace and source file under `root`. */
export function readProject(root: string): Project {
  const manifest = readManifest(root);
  const workspaces = manifest.workspaces.flatMap((pattern) => expand(root, pattern));
  const dirs = new Set(workspaces.map(({ dir }) => dir));
  const files = walk(root, root, dirs).map((path) => readSource(root, path, workspaces));
  return { workspaces, files, rootDependencies: names(manifest.devDependencies) };
}

interface Manifest {
  readonly name: string;
  readonly workspaces: string[];
  readonly dependencies: Record<string, string>;
  readonly peerDependencies: Record<string, string>;
  readonly optionalDependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
}

function readManifest(dir: string): Manifest {
  const empty = {
    name: '',
    workspaces: [],
    dependencies: {},
    peerDependencies: {},
    optionalDependencies: {},
    devDependencies: {},
  };
  return { ...empty, ...JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) };
}

function names(...groups: Record<string, string>[]): Set<string> {
  return new Set(groups.flatMap((group) => Object.keys(group)));
}

function expand(root: string, pattern: string): Workspace[] {
  const dirs = pattern.endsWith('/*')
    ? list(join(root, pattern.slice(0, -2))).map((name) => `${pattern.slice(0, -1)}${name}`)
    : [pattern];
  return dirs
    .filter((dir) => existsSync(join(root, dir, 'package.json')))
    .map((dir) => {
      const m = readManifest(join(root, dir));
      const dependencies = names(m.dependencies, m.peerDependencies, m.optionalDependencies);
      return { dir, name: m.name, dependencies, devDependencies: names(m.devDependencies) };
    });
}

function list(dir: string): string[] {
  return existsSync(dir) ? readdirSync(dir).sort() : [];
}

/** A folder with a `package.json` that is no workspace (an example to copy) is a project of its own, and is left alone. */
function walk(root: string, dir: string, workspaces: ReadonlySet<string>): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    if (SKIPPED.has(entry.name)) continue;
    const path = join(dir, entry.name);
    const name = relative(root, path).split(sep).join('/');
    if (entry.isDirectory()) {
      const isForeign = existsSync(join(path, 'package.json')) && !workspaces.has(name);
      if (!isForeign) found.push(...walk(root, path, workspaces));
    } else if (SOURCE.test(entry.name)) found.push(name);
  }
  return found.sort();
}

function readSource(root: string, path: string, workspaces: readonly Workspace[]): SourceFile {
  const text = readFileSync(join(root, path), 'utf8');
  const { program, imports } = parse(path, text);
  const workspace = workspaces.find(({ dir }) => path.startsWith(`${dir}/`));
  return { path, text, imports, program, workspace, isTest: !PUBLISHED.test(path) };
}

/**
 * What `text` imports, in order of appearance.
 * @throws Error when the file does not parse.
 */
function parse(path: string, text: string): { program: unknown; imports: Import[] } {
  const result = parseSync(path, text);
  const [problem] = result.errors;
  if (problem) throw new Error(`${path} does not parse: ${problem.message}`);
  const lineAt = lineFinder(text);
  const found: (Import & { at: number })[] = [];
  const add = (at: number, specifier: string, typeOnly: boolean) =>
    found.push({ at, specifier, line: lineAt(at), typeOnly });
  for (const each of result.module.staticImports) {
    add(
      each.start,
      each.moduleRequest.value,
      /^import\s+type\b(?!\s*(,|from\b))/.test(text.slice(each.start)),
    );
  }
  for (const each of result.module.staticExports) {
    // `import { a } from 'x'; export { a }` carries a request too, but the import has been counted.
    const from = each.entries.find((entry) => entry.moduleRequest)?.moduleRequest;
    if (from && text.startsWith('export', each.start))
      add(each.start, from.value, /^export\s+type\b/.test(text.slice(each.start)));
  }
  for (const each of result.module.dynamicImports) {
    const literal = /^(['"`])([^'"`$]+)\1$/.exec(
      text.slice(each.moduleRequest.start, each.moduleRequest.end),
    );
    if (literal?.[2]) add(each.start, literal[2], false);
  }
  visit(result.program, (node) => {
    const source = node.source;
    if (node.type === 'TSImportType' && isNode(source) && typeof source.value === 'string') {
      add(node.start, source.value, true);
    }
  });
  found.sort((a, b) => a.at - b.at);
  return { program: result.program, imports: found.map(({ at: _, ...rest }) => rest) };
}

/** A node of the syntax tree; `start` and `end` are offsets in UTF-16 units. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** Whether `value` is a node of the syntax tree. */
export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}

/** Calls `enter` with every node under `root`, parents first. */
export function visit(root: unknown, enter: (node: Node) => void): void {
  if (Array.isArray(root)) {
    for (const each of root) visit(each, enter);
  } else if (isNode(root)) {
    enter(root);
    for (const value of Object.values(root)) if (typeof value === 'object') visit(value, enter);
  }
}

/** Offset to 1-based line number. */
export function lineFinder(text: string): (offset: number) => number {
  return (offset) => text.slice(0, offset).split('\n').length;
}

/** `@scope/name` or `name` of a package specifier. */
export function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
