// The check before a release: a package that lacks something is named, with what it lacks.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { completed, type Manifest, manifestProblems } from '../src/release/manifest.ts';
import { tarballProblems } from '../src/release/tarball.ts';

const DIR = 'packages/rope';
const BARE: Manifest = {
  name: '@fairlead/rope',
  version: '0.0.0',
  description: 'A rope',
  keywords: ['rope', 'line', 'mooring'],
  type: 'module',
  exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
  files: ['dist'],
  scripts: { build: 'tsc' },
};
const COMPLETE: Manifest = { ...completed(DIR, BARE), name: BARE.name };

describe('the manifest', () => {
  it('is complete with what --fix adds', () => {
    expect(manifestProblems(DIR, COMPLETE)).toEqual([]);
  });

  it.each(['homepage', 'bugs', 'repository', 'license', 'publishConfig', 'keywords', 'description', 'files'])(
    'is refused without "%s"',
    (field) => {
      const { [field]: _, ...without } = COMPLETE;
      expect(manifestProblems(DIR, { ...without, name: BARE.name })).toEqual([
        expect.stringContaining(`"${field}" must`),
      ]);
    },
  );

  it('is refused where the folder is of another package', () => {
    const problems = manifestProblems('packages/anchor', COMPLETE);
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual(['"homepage"', '"repository"']);
  });

  it('is refused where it would be published without provenance', () => {
    const manifest = { ...COMPLETE, publishConfig: { access: 'public' } };
    expect(manifestProblems(DIR, manifest)).toEqual([expect.stringContaining('"publishConfig" must')]);
  });

  it('keeps the fields that it had, in their order', () => {
    const fields = Object.keys(completed(DIR, BARE));
    expect(fields.filter((field) => field in BARE)).toEqual(Object.keys(BARE));
    expect(fields.indexOf('publishConfig')).toBe(fields.indexOf('scripts') - 1);
  });
});

describe('the tarball', () => {
  const files = ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'dist/index.js', 'dist/index.d.ts'];
  const problems = (paths: readonly string[]) =>
    tarballProblems(JSON.stringify({ [BARE.name]: { files: paths.map((path) => ({ path })) } }), [COMPLETE]);

  it('has what users need', () => {
    expect(problems(files)).toEqual([]);
  });

  it.each(files)('is refused without %s', (path) => {
    expect(problems(files.filter((each) => each !== path))).toEqual([
      [BARE.name, `its tarball lacks ${path}`],
    ]);
  });

  it('is refused with tests or settings of a machine in it', () => {
    const more = ['src/rope.test.ts', 'test/rope.ts', '.dev.vars'];
    expect(problems([...files, ...more])).toHaveLength(more.length);
  });

  it('is missed where npm would publish none', () => {
    expect(tarballProblems('{}', [COMPLETE])).toEqual([[BARE.name, 'would not be published']]);
  });
});

describe('npm run release:check', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'fairlead-release-'));
    mkdirSync(join(root, DIR, 'dist'), { recursive: true });
    writeFileSync(join(root, 'LICENSE'), 'MIT License\n');
    writeJson('package.json', { name: 'house', private: true, workspaces: ['packages/*'] });
    for (const name of ['README.md', 'dist/index.js', 'dist/index.d.ts'])
      writeFileSync(join(root, DIR, name), '\n');
    writeJson(`${DIR}/package.json`, BARE);
  });
  afterEach(() => rmSync(root, { recursive: true }));

  function writeJson(path: string, value: unknown): void {
    writeFileSync(join(root, path), JSON.stringify(value));
  }

  function check(...args: string[]) {
    const script = join(import.meta.dirname, '..', 'check-release.ts');
    return spawnSync(process.execPath, [script, ...args], { cwd: root, encoding: 'utf8' });
  }

  it('fails, is mended by --fix, and passes', () => {
    const { status, stderr } = check();
    expect(status).toBe(1);
    expect(stderr).toContain(`${DIR}/package.json  "repository" must be`);
    expect(stderr).toContain(`${DIR}/LICENSE  must be the same`);
    expect(check('--fix').stderr).toBe('');
    expect(check()).toMatchObject({ status: 0, stderr: '', stdout: '1 packages to publish: no problems\n' });
    expect(readFileSync(join(root, DIR, 'CHANGELOG.md'), 'utf8')).toBe('# @fairlead/rope\n');
  });

  it('leaves private packages alone', () => {
    writeJson(`${DIR}/package.json`, { ...BARE, private: true });
    mkdirSync(join(root, 'packages/anchor/dist'), { recursive: true });
    writeJson('packages/anchor/package.json', { ...BARE, name: '@fairlead/anchor', exports: {} });
    writeFileSync(join(root, 'packages/anchor/README.md'), '');
    const { stderr, stdout } = check('--fix');
    expect(stderr).toBe('');
    expect(stdout).toContain('1 packages to publish');
  });
});
