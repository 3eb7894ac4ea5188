// What users import, found in the `exports` of each published package.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A module that users import. */
export interface EntryPoint {
  /** `@fairlead/redis/route` */
  readonly specifier: string;
  /** The source that it is built from, as an absolute path. */
  readonly file: string;
}

/** The published packages' entry points, by package. @throws Error where an export has no source. */
export function entryPoints(root: string): ReadonlyMap<string, readonly EntryPoint[]> {
  const dirs = ['packages', 'protocols'].flatMap((group) =>
    readdirSync(join(root, group)).map((name) => join(root, group, name)),
  );
  const published = dirs
    .filter((dir) => existsSync(join(dir, 'package.json')))
    .map((dir) => ({ dir, manifest: JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) }))
    .filter(({ manifest }) => !manifest.private);
  return new Map(published.map(({ dir, manifest }) => [manifest.name, ofPackage(dir, manifest)]));
}

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

function ofPackage(dir: string, { name, exports }: Manifest): EntryPoint[] {
  return Object.entries(exports)
    .filter(([key]) => !key.endsWith('.json') && !key.includes('*'))
    .map(([key, target]) => ({ specifier: name + key.slice(1), file: source(dir, target) }));
}

/** `./dist/route/index.d.ts` is built from `src/route/index.ts`. The first of several conditions stands for all. */
function source(dir: string, target: unknown): string {
  const built = /"\.\/dist\/([^"]+)\.d\.ts"/.exec(JSON.stringify(target))?.[1];
  const file = join(dir, 'src', `${built}.ts`);
  if (built === undefined || !existsSync(file))
    throw new Error(`${file}, an export of ${dir}, does not exist`);
  return file;
}
