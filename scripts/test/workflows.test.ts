// The workflows of .github: what they run exists, and what they fetch is pinned.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
/** By its tag, as no commit of it was checked yet. The job that uses it has no identity that npm takes. */
const BY_TAG = ['changesets/action@v1'];

const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const workflows = globSync('.github/workflows/*.yml', { cwd: ROOT });

describe.each(workflows)('%s', (path) => {
  const text = readFileSync(join(ROOT, path), 'utf8');

  it('pins its actions by commit, with the version behind it', () => {
    const uses = [...text.matchAll(/uses: (\S+)(.*)/g)].map(([, action, comment]) => `${action}${comment}`);
    expect(uses.length).toBeGreaterThan(0);
    const pinned = /^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;
    expect(uses.filter((each) => !pinned.test(each) && !BY_TAG.includes(each))).toEqual([]);
  });

  it('runs scripts that exist', () => {
    const names = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name ?? '');
    expect(names.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('takes no more rights than each job names', () => {
    expect(text).toMatch(/^permissions:( \{\}|\n {2}contents: read)$/m);
  });
});
