// Brings the test cases of x509-limbo (Apache-2.0) onto this machine: nothing of them stands in this repository.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

const REPOSITORY = 'https://github.com/C2SP/x509-limbo';
/** Of 2026-06-29: what disagreements.json is about. Its code is run where its cases have to be made. */
const COMMIT = '8a2e6f41023b1716dc16fe63335e4bb972e4c3f6';
const CACHE = resolve(import.meta.dirname, '../../../node_modules/.cache/x509-limbo');

/** A name that a certificate is for. */
interface LimboName {
  readonly kind: 'DNS' | 'IP' | 'RFC822';
  readonly value: string;
}

/** What this suite reads of a test case; its schema is `limbo-schema.json` of the suite. */
export interface LimboCase {
  readonly id: string;
  readonly description: string;
  /** Cases with the opposite expectation. */
  readonly conflicts_with: readonly string[];
  readonly features: readonly string[];
  readonly validation_kind: 'CLIENT' | 'SERVER';
  /** PEM. */
  readonly trusted_certs: readonly string[];
  readonly untrusted_intermediates: readonly string[];
  readonly peer_certificate: string;
  /** ISO 8601; `null`: now. */
  readonly validation_time: string | null;
  readonly expected_result: 'SUCCESS' | 'FAILURE';
  readonly expected_peer_name: LimboName | null;
  readonly max_chain_depth: number | null;
}

/**
 * The cases, from `LIMBO_JSON`, else as an earlier run left them, else from a clone of `LIMBO_REPOSITORY`: its `limbo.json`, or what
 * its generator makes where a mirror lacks that file. BetterTLS's thousands of cases are among them with `LIMBO_BETTERTLS=1` only.
 */
export function limboCases(): readonly LimboCase[] {
  const given = process.env.LIMBO_JSON;
  const file = given ?? join(CACHE, `${COMMIT}.json`);
  if (given === undefined && !existsSync(file)) generate(file);
  const { version, testcases } = JSON.parse(readFileSync(file, 'utf8'));
  if (version !== 1) throw new Error(`${file} has version ${version}; this suite reads version 1`);
  if (process.env.LIMBO_BETTERTLS === '1') return testcases;
  return testcases.filter(({ id }: LimboCase) => !id.startsWith('bettertls::'));
}

function generate(file: string): void {
  const checkout = join(CACHE, 'checkout');
  rmSync(checkout, { recursive: true, force: true });
  mkdirSync(CACHE, { recursive: true });
  const repository = process.env.LIMBO_REPOSITORY ?? REPOSITORY;
  execFileSync('git', ['clone', '--quiet', '--no-checkout', repository, checkout], { stdio: 'inherit' });
  const git = (...args: string[]) => execFileSync('git', ['-C', checkout, ...args], { maxBuffer: 256 << 20 });
  if (checkOut(git, 'limbo.json')) {
    copyFileSync(join(checkout, 'limbo.json'), file);
    return;
  }
  const listed = git('ls-tree', '-r', '-z', '--name-only', COMMIT, 'limbo').toString();
  for (const path of listed.split('\0').filter((name) => name !== '')) checkOut(git, path);
  // What it warns of is what the cases are about.
  const python = ['-W', 'ignore', join(import.meta.dirname, 'compile.py'), checkout, file];
  execFileSync('python3', python, { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** @returns Whether the clone has that file: a mirror may lack what is too large for it. */
function checkOut(git: (...args: string[]) => Uint8Array, path: string): boolean {
  try {
    git('checkout', '--quiet', COMMIT, '--', path);
    return true;
  } catch {
    console.log(`[limbo] ${path} is not in this copy of the repository`);
    return false;
  }
}
