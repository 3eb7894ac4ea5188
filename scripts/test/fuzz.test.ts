// The search for fuzzing tests: by what they read, and by what they import.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { findFuzzers } from '../src/fuzz/find.ts';

const FILES = {
  'protocols/redis/test/differential.test.ts': 'process.env.FUZZ_ROUNDS',
  'protocols/redis/test/client.test.ts': "import { x } from './peer.ts';",
  'protocols/postgres/test/support/dice.ts': 'process.env.FUZZ_ROUNDS',
  'protocols/postgres/test/wire/fuzz.test.ts': "import { Dice } from '../support/dice.ts';",
  'protocols/smtp/test/client.test.ts': '',
};

it('finds the tests that read FUZZ_ROUNDS, and those that import what does', () => {
  const root = mkdtempSync(join(tmpdir(), 'fairlead-fuzz-'));
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const found = findFuzzers(root);
  rmSync(root, { recursive: true });
  expect(found).toEqual([
    { dir: 'protocols/postgres', files: ['test/wire/fuzz.test.ts'] },
    { dir: 'protocols/redis', files: ['test/differential.test.ts'] },
  ]);
});

it('finds some in this repository', () => {
  const found = findFuzzers(join(import.meta.dirname, '..', '..')).map(({ dir }) => dir);
  expect(found).toEqual(expect.arrayContaining(['protocols/mqtt', 'protocols/postgres', 'protocols/redis']));
});
