// `npm run roots -w @fairlead/tls`: writes src/roots/mozilla.ts from Debian's package of Mozilla's list. To renew it, give PACKAGE a
// newer version, its list's version and its SHA-256 (`apt-cache show ca-certificates`).
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toBase64 } from '@fairlead/bytes';
import { DerReader, onlyElement, TAG } from '../src/der/reader.ts';
import { readPem } from '../src/x509/pem.ts';
import { readPublicKey } from '../src/x509/read/public-key.ts';

const PACKAGE = {
  version: '20260816+nmu1',
  list: '2.90',
  sha256: '14a35850411e3a26ac4802638ccafe437dae4c79a1d10b3a264d1a404a286305',
};
const POOL = 'http://deb.debian.org/debian/pool/main/c/ca-certificates';
const INSIDE = 'usr/share/ca-certificates/mozilla';
const TARGET = join(import.meta.dirname, '../src/roots/mozilla.ts');

/** What a list of subjects and keys cannot hold. */
const LEFT_OUT = [
  // Mozilla trusts it for names below .tr alone.
  'TUBITAK_Kamu_SM_SSL_Kok_Sertifikasi_-_Surum_1.crt',
  // Its key has the exponent 43147, and workerd imports keys with 3 and 65537 alone.
  'NetLock_Arany_=Class_Gold=_Főtanúsítvány.crt',
];

/** @returns A folder with the package's files. */
async function unpack(): Promise<string> {
  const url = `${POOL}/ca-certificates_${encodeURIComponent(PACKAGE.version)}_all.deb`;
  const response = await fetch(url);
  if (!response.ok)
    throw new Error(`${url}: status ${response.status}. Debian keeps the newest version alone`);
  const deb = new Uint8Array(await response.arrayBuffer());
  const found = createHash('sha256').update(deb).digest('hex');
  if (found !== PACKAGE.sha256) throw new Error(`${url} has the SHA-256 ${found}, not ${PACKAGE.sha256}`);
  const folder = mkdtempSync(join(tmpdir(), 'roots-'));
  writeFileSync(join(folder, 'package.deb'), deb);
  execFileSync('dpkg-deb', ['-x', join(folder, 'package.deb'), folder]);
  return folder;
}

/**
 * Subject and SubjectPublicKeyInfo of a certificate, in base64. Whatever else it says is left unread, as an old root has a date in
 * a form of its own.
 */
function rootOf(pem: string): string {
  const [der = new Uint8Array(0)] = readPem(pem, 'CERTIFICATE');
  const what = 'a root';
  const certificate = new DerReader(onlyElement(der, TAG.sequence, what).content, what);
  const tbs = certificate.inside(TAG.sequence);
  // Version, serial number, signature, issuer, validity.
  for (let count = 0; count < 5; count++) tbs.any();
  const subject = tbs.element(TAG.sequence).whole;
  const spki = tbs.element(TAG.sequence).whole;
  const { weakness } = readPublicKey(spki);
  if (weakness !== undefined) throw new Error(`a root ${weakness}`);
  return `${toBase64(subject)} ${toBase64(spki)}`;
}

function sourceOf(roots: readonly string[], count: number): string {
  return `// Written by \`npm run roots\`: the ${roots.length} authorities of Mozilla's list ${PACKAGE.list} that are trusted for servers, out of Debian's package
// ca-certificates ${PACKAGE.version} (${count} certificates). The list is Mozilla's, under the MPL 2.0.

/** By authority: its subject and its SubjectPublicKeyInfo, base64, a space between them. */
export const MOZILLA_ROOTS: readonly string[] = [
${roots.map((root) => `  '${root}',\n`).join('')}];
`;
}

const folder = await unpack();
try {
  const all = readdirSync(join(folder, INSIDE)).sort();
  for (const name of LEFT_OUT)
    if (!all.includes(name)) throw new Error(`${name} is not in the list any more`);
  const kept = all.filter((name) => !LEFT_OUT.includes(name));
  const roots = kept.map((name) => rootOf(readFileSync(join(folder, INSIDE, name), 'utf8')));
  writeFileSync(TARGET, sourceOf([...new Set(roots)].sort(), all.length));
  console.log(`${roots.length} roots of list ${PACKAGE.list}`);
} finally {
  rmSync(folder, { recursive: true });
}
