// Compiles the examples of the doc comments of packages, against the packages' sources. It runs none of them.
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { run } from '../packages/tarballs.ts';
import { type Example, examplesIn, examplesInMarkdown } from './extract.ts';

/**
 * Names that every example may use without declaring them: bindings of a Worker, a request, and a signal. A package adds its
 * own, such as an open client, in its `examples.d.ts`.
 */
const AMBIENT = `
// MOORING is a binding, which any example may take for what it needs.
declare const env: Readonly<Record<string, string>> & { readonly MOORING: never };
declare const request: Request;
declare const signal: AbortSignal;
`;

/** All packages, by their folders. */
export function packageDirs(root: string): string[] {
  return globSync('{packages,protocols}/*/package.json', { cwd: root })
    .map((path) => path.replace(/\/package\.json$/, ''))
    .sort();
}

/** The examples in the doc comments of a package's sources. */
export function examplesOf(root: string, dir: string): Example[] {
  return globSync('src/**/*.ts', { cwd: join(root, dir) })
    .sort()
    .flatMap((path) => examplesIn(join(dir, path), readFileSync(join(root, dir, path), 'utf8')));
}

/** The TypeScript of the documents, each block of it an example. */
export function examplesOfDocs(root: string): Example[] {
  return globSync('docs/**/*.md', { cwd: root, exclude: (path) => path.includes('node_modules') })
    .sort()
    .flatMap((path) => examplesInMarkdown(path, readFileSync(join(root, path), 'utf8')));
}

/**
 * Compiles the examples of one package, each as a module of its own.
 * @returns One complaint a line, with the place in the source.
 */
export async function compileExamples(
  root: string,
  dir: string,
  examples: readonly Example[],
): Promise<string[]> {
  const into = join(root, 'node_modules/.cache/examples', dir);
  rmSync(into, { recursive: true, force: true });
  mkdirSync(into, { recursive: true });
  writeFileSync(join(into, 'ambient.d.ts'), AMBIENT);
  examples.forEach(({ code }, n) => {
    writeFileSync(join(into, `example-${n}.ts`), `${code}\nexport {};\n`);
  });
  const ambient = join(root, dir, 'examples.d.ts');
  const files = ['ambient.d.ts', ...examples.map((_, n) => `example-${n}.ts`)];
  if (existsSync(ambient)) files.push(ambient);
  writeFileSync(join(into, 'tsconfig.json'), JSON.stringify({ ...settings(root), files }));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { ok, output } = await run(process.execPath, [tsc, '-p', 'tsconfig.json', '--pretty', 'false'], into);
  const complaints = examples
    .filter(({ code }) => code === '')
    .map((each) => at(each, 0, 'has no code in ```ts'));
  return ok
    ? complaints
    : [
        ...complaints,
        ...output
          .trim()
          .split('\n')
          .map((line) => placed(line, examples)),
      ];
}

/** As a package is compiled; but imports of packages lead to their sources, so that nothing has to be built. */
function settings(root: string): object {
  return {
    extends: join(root, 'tsconfig.base.json'),
    compilerOptions: {
      noEmit: true,
      // An example may declare what it does not use.
      noUnusedLocals: false,
      noUnusedParameters: false,
      // The bindings of `env` are there.
      noUncheckedIndexedAccess: false,
      paths: sourcePaths(root),
    },
  };
}

/** Where the entry points of all packages have their sources: `@fairlead/x/y` in `src/y.ts`, as built to `dist/y.d.ts`. */
function sourcePaths(root: string): Record<string, string[]> {
  const paths: Record<string, string[]> = {};
  for (const dir of packageDirs(root)) {
    const { name, exports } = JSON.parse(readFileSync(join(root, dir, 'package.json'), 'utf8'));
    for (const [key, target] of Object.entries(exports ?? {})) {
      const built = /"\.\/dist\/([^"]+)\.d\.ts"/.exec(JSON.stringify(target))?.[1];
      if (built !== undefined) paths[`${name}${key.slice(1)}`] = [join(root, dir, `src/${built}.ts`)];
    }
  }
  return paths;
}

/** The compiler's line, with the place in the source in place of the place in the example. */
function placed(line: string, examples: readonly Example[]): string {
  const [, n, row, message] = /^example-(\d+)\.ts\((\d+),\d+\): (.*)$/.exec(line) ?? [];
  const example = examples[Number(n)];
  return example === undefined ? line : at(example, Number(row) - 1, message ?? '');
}

function at({ path, line }: Example, more: number, message: string): string {
  return `${relative('.', path)}:${line + more}  ${message}`;
}
