// Finds the tests that FUZZ_ROUNDS and FUZZ_SEED make longer and other ones. It runs none.
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A workspace's fuzzing tests. */
export interface Fuzzers {
  /** `protocols/redis` */
  readonly dir: string;
  /** `test/differential.test.ts` */
  readonly files: readonly string[];
}

/** Tests that read FUZZ_ROUNDS, or import a file of `test/` that does. */
export function findFuzzers(root: string): Fuzzers[] {
  const dirs = globSync('{packages,protocols}/*', { cwd: root }).sort();
  return dirs
    .map((dir) => ({ dir, files: inWorkspace(join(root, dir)) }))
    .filter(({ files }) => files.length > 0);
}

function inWorkspace(dir: string): string[] {
  const texts = new Map(
    globSync('test/**/*.ts', { cwd: dir }).map((file) => [file, readFileSync(join(dir, file), 'utf8')]),
  );
  const readers = [...texts].filter(([, text]) => text.includes('FUZZ_ROUNDS')).map(([file]) => file);
  const support = readers.filter((file) => !file.endsWith('.test.ts')).map((file) => `/${basename(file)}'`);
  const isFuzzer = (file: string, text: string) =>
    readers.includes(file) || support.some((ending) => text.includes(ending));
  return [...texts]
    .filter(([file, text]) => file.endsWith('.test.ts') && isFuzzer(file, text))
    .map(([file]) => file)
    .sort();
}
