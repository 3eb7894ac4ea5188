// What a local gateway needs besides this package, miniflare (workerd), as it is used here, and where to find it.
// Structural types: this package does not depend on it.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A running miniflare. */
export interface RunningMiniflare {
  readonly ready: Promise<URL>;
  dispose(): Promise<void>;
}

/** What is used of `miniflare`. */
export interface MiniflareModule {
  readonly Miniflare: new (options: never) => RunningMiniflare;
  /** From version 5 on; version 4 takes the options as they are. */
  readonly convertV4MiniflareOptions?: (options: never) => unknown;
  readonly Log: new (level: number) => unknown;
  readonly LogLevel: { readonly WARN: number };
}

/** The module `miniflare`. */
export interface Tools {
  readonly miniflare: MiniflareModule;
}

/**
 * Looks for miniflare: the one that wrangler brings, else the package of this name.
 * @param folders Where Node's search begins, one after the other; each is the path of a folder.
 * @returns undefined where it is installed in none of the places.
 */
export async function findTools(folders: readonly string[]): Promise<Tools | undefined> {
  for (const folder of folders) {
    const here = join(folder, 'package.json');
    for (const from of [resolve(here, 'wrangler/package.json'), here]) {
      const miniflare = from && resolve(from, 'miniflare');
      if (miniflare) return { miniflare: await load<MiniflareModule>(miniflare) };
    }
  }
  return undefined;
}

/** The file that `specifier` means when the file `from` requires it. */
function resolve(from: string, specifier: string): string | undefined {
  try {
    return createRequire(from).resolve(specifier);
  } catch {
    return undefined;
  }
}

/** It is CommonJS: what Node does not find among the names of such a module stands in `default`. */
async function load<T extends object>(path: string): Promise<T> {
  const module: T & { readonly default?: T } = await import(pathToFileURL(path).href);
  return { ...module.default, ...module };
}
