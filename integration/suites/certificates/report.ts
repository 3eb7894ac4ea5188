// Findings as files that can be run alone.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Case } from './cases.ts';
import { type KeyKind, keyFromPem } from './forge/keys.ts';
import type { ChainAnswer } from './verifier/protocol.ts';

const FINDINGS = resolve(import.meta.dirname, '../../../node_modules/.cache/certificates');

/** A case that both have judged. */
export interface Judged {
  readonly of: Case;
  readonly ours: ChainAnswer;
  readonly native: boolean;
  /** Why native refuses, in the words of its log. */
  readonly words: string;
}

/** Writes a case so that it can be run alone. @returns The file. */
export function writeFinding({ of, ours, native, words }: Judged, ca: readonly string[]): string {
  mkdirSync(FINDINGS, { recursive: true });
  const file = join(FINDINGS, `${of.seed}-${of.number}.json`);
  const key = { kind: of.key.kind, pem: of.key.privateKey.export({ type: 'pkcs8', format: 'pem' }) };
  const chain = of.chain.map((der) => Buffer.from(der).toString('base64'));
  const { seed, number, title, name } = of;
  const text = JSON.stringify(
    { seed, number, title, name, ours, native, words, chain, ca, key },
    undefined,
    1,
  );
  writeFileSync(file, `${text}\n`);
  return file;
}

/** Reads such a file. */
export function readFinding(file: string): { readonly of: Case; readonly ca: readonly string[] } {
  const { seed, number, title, name, chain, ca, key } = JSON.parse(readFileSync(file, 'utf8'));
  const ders = (chain as string[]).map((der) => new Uint8Array(Buffer.from(der, 'base64')));
  const of = { seed, number, title, name, chain: ders, key: keyFromPem(key.kind as KeyKind, key.pem) };
  return { of, ca };
}
