// Brings Project Wycheproof's vectors (Apache-2.0) onto this machine, out of Debian's package of them: nothing of them stands in this
// repository.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { mustRun, SetupError } from '../../setup/command.ts';
import { debianMirror } from '../../setup/debian-mirror.ts';

/** C2SP's repository of 2026-06-25, in Debian sid. */
const PACKAGE = {
  path: 'w/wycheproof/golang-github-c2sp-wycheproof-dev_0.0~git20260625.ee7b4f7-1_all.deb',
  sha256: '861bd806ec3b5bebd0bc0b89479e4f2979bdb7b4956dc5e3ae470d6ae47dbb10',
};
const INSIDE = 'usr/share/gocode/src/github.com/c2sp/wycheproof/testvectors_v1';
const CACHE = resolve(import.meta.dirname, '../../../node_modules/.cache/wycheproof');
const TIMEOUT_MS = 5 * 60_000;

/** What the run itself reads of a vector. */
export interface Vector {
  readonly tcId: number;
  readonly comment?: string;
  readonly flags: readonly string[];
  readonly result: 'valid' | 'invalid' | 'acceptable';
}

/** A file of the suite. */
export interface VectorFile {
  readonly testGroups: readonly { readonly tests: readonly Vector[] }[];
}

/**
 * The folder `testvectors_v1`: `WYCHEPROOF_VECTORS` names a checkout's where Debian has dropped this version of the package.
 * @throws SetupError where it cannot be had, or is not what it was.
 */
export async function vectorFolder(): Promise<string> {
  const given = process.env.WYCHEPROOF_VECTORS;
  if (given !== undefined) return given;
  const folder = join(CACHE, PACKAGE.sha256);
  if (!existsSync(folder)) await unpack(folder);
  return join(folder, INSIDE);
}

async function unpack(folder: string): Promise<void> {
  mkdirSync(CACHE, { recursive: true });
  const url = `${debianMirror()}/pool/main/${PACKAGE.path}`;
  const file = join(CACHE, 'package.deb');
  await mustRun('curl', ['-sSfL', '--retry', '3', '-m', '240', '-o', file, url], TIMEOUT_MS);
  const found = createHash('sha256').update(readFileSync(file)).digest('hex');
  if (found !== PACKAGE.sha256)
    throw new SetupError(`${url} has the SHA-256 ${found}, not ${PACKAGE.sha256}`);
  const part = `${folder}.part`;
  rmSync(part, { recursive: true, force: true });
  await mustRun('dpkg-deb', ['-x', file, part], TIMEOUT_MS);
  renameSync(part, folder);
  rmSync(file);
}

/** Reads one file of the folder. */
export function readVectors(folder: string, name: string): VectorFile {
  return JSON.parse(readFileSync(join(folder, name), 'utf8'));
}
