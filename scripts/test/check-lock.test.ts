// The lock's check on small locks: what a Linux-only registry leaves out is missed, and added by --fix.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'fairlead-lock-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

function check(...args: string[]) {
  const script = join(import.meta.dirname, '..', 'check-lock.ts');
  return spawnSync(process.execPath, [script, ...args], { cwd: dir, encoding: 'utf8' });
}

function write(packages: object): void {
  writeFileSync(join(dir, 'package-lock.json'), JSON.stringify({ lockfileVersion: 3, packages }));
}

const TOOL = {
  version: '1.0.0',
  integrity: 'sha512-x',
  optionalDependencies: { 'tool-linux-x64-musl': '1.0.0', 'tool-win32-arm64': '1.0.0', ranged: '^1.0.0' },
};

it('accepts a complete lock', () => {
  write({ '': {}, 'node_modules/a': { version: '1.0.0', integrity: 'sha512-x' } });
  expect(check().status).toBe(0);
});

it('misses builds of other platforms, and adds them', () => {
  write({ '': {}, 'node_modules/tool': TOOL });
  const { status, stderr } = check();
  expect(status).toBe(1);
  expect(stderr).toContain('lacks node_modules/tool-win32-arm64');
  expect(check('--fix').status).toBe(0);
  expect(check().status).toBe(0);
  const { packages } = JSON.parse(readFileSync(join(dir, 'package-lock.json'), 'utf8'));
  expect(packages['node_modules/tool-win32-arm64']).toEqual({
    version: '1.0.0',
    cpu: ['arm64'],
    dev: true,
    optional: true,
    os: ['win32'],
  });
  expect(packages['node_modules/tool-linux-x64-musl']).toMatchObject({
    libc: ['musl'],
    os: ['linux'],
    cpu: ['x64'],
  });
});

it('puts a second version of a build beside the package that wants it', () => {
  write({
    '': {},
    'node_modules/tool': TOOL,
    'node_modules/tool-linux-x64-musl': { version: '2.0.0', integrity: 'sha512-y' },
    'node_modules/tool-win32-arm64': { version: '1.0.0', integrity: 'sha512-y' },
    'node_modules/old/node_modules/tool': {
      ...TOOL,
      version: '0.9.0',
      optionalDependencies: { 'tool-win32-arm64': '0.9.0' },
    },
  });
  expect(check('--fix').status).toBe(0);
  const { packages } = JSON.parse(readFileSync(join(dir, 'package-lock.json'), 'utf8'));
  expect(packages['node_modules/tool/node_modules/tool-linux-x64-musl']?.version).toBe('1.0.0');
  expect(packages['node_modules/old/node_modules/tool-win32-arm64']?.version).toBe('0.9.0');
});

it('refuses an entry without an integrity hash', () => {
  write({ '': {}, 'node_modules/a': { version: '1.0.0' } });
  const { status, stderr } = check();
  expect(status).toBe(1);
  expect(stderr).toContain('node_modules/a without an integrity hash');
});
