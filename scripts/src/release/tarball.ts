// What must and must not be in a package's tarball, judged from what `npm publish --dry-run --json` prints.
import type { Manifest } from './manifest.ts';

const REQUIRED = ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md'];
/** Tests, settings of this machine, and caches of builds. */
const UNWANTED = /(^|\/)(test|node_modules)\/|\.test\.|\.tsbuildinfo$|(^|\/)\.(env|npmrc|dev\.vars)/;

interface Tarball {
  readonly files: readonly { readonly path: string }[];
}

/**
 * @param printed npm's output: an object with an entry for each package.
 * @returns Pairs of package and complaint.
 */
export function tarballProblems(printed: string, manifests: readonly Manifest[]): [string, string][] {
  const tarballs: Record<string, Tarball> = JSON.parse(printed);
  return manifests.flatMap((manifest) => {
    const { name } = manifest;
    const tarball = tarballs[name];
    if (!tarball) return [[name, 'would not be published']];
    return contentProblems(manifest, tarball).map((problem): [string, string] => [name, problem]);
  });
}

function contentProblems(manifest: Manifest, { files }: Tarball): string[] {
  const paths = new Set(files.map(({ path }) => path));
  const missing = [...REQUIRED, ...exported(manifest)].filter((path) => !paths.has(path));
  const unwanted = [...paths].filter((path) => UNWANTED.test(path));
  return [
    ...missing.map((path) => `its tarball lacks ${path}`),
    ...unwanted.map((path) => `its tarball has ${path}, which is for nobody who installs it`),
  ];
}

/** Every file that `exports` leads to, without `./`. Patterns are left out. */
function exported(manifest: Manifest): string[] {
  const targets =
    JSON.stringify(manifest.exports ?? {}).match(/(?<="\.\/)[^"*]+\.(?:d\.ts|js|json)(?=")/g) ?? [];
  return [...new Set(targets)];
}
