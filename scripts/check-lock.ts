// `npm run check:lock`: is package-lock.json complete? It downloads nothing; with --fix it adds what is missing.
//
// npm leaves an optional dependency out of the lock when the registry at hand does not serve it (a mirror with
// Linux builds only), and then `npm ci` refuses that same lock. Such entries can be written without the registry:
// the version is exact in the parent's manifest, and the platform stands in the name.
import { readFileSync, writeFileSync } from 'node:fs';

interface Entry {
  name?: string;
  version?: string;
  integrity?: string;
  link?: boolean;
  optional?: boolean;
  dev?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

const OS: [RegExp, string][] = [
  [/darwin/, 'darwin'],
  [/win32|windows/, 'win32'],
  [/android/, 'android'],
  [/freebsd/, 'freebsd'],
  [/openharmony/, 'openharmony'],
  [/linux/, 'linux'],
];
const CPU: [RegExp, string][] = [
  [/arm64/, 'arm64'],
  [/arm/, 'arm'],
  [/ia32/, 'ia32'],
  [/ppc64/, 'ppc64'],
  [/riscv64/, 'riscv64'],
  [/s390x/, 's390x'],
  [/x64|-64$/, 'x64'],
];

const path = 'package-lock.json';
const lock: { packages: Record<string, Entry> } = JSON.parse(readFileSync(path, 'utf8'));
const missing: [place: string, entry: Entry][] = [];
const unsafe: string[] = [];

for (const [place, entry] of Object.entries(lock.packages)) {
  if (place.includes('node_modules/') && !entry.link && !entry.integrity && !foreign(entry))
    unsafe.push(place);
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (/^\d/.test(version) && !installed(place, name, version)) missing.push(stub(place, name, version));
  }
}

/** Whether Node's resolution from `place` finds that version of `name` in the lock. */
function installed(place: string, name: string, version: string): boolean {
  for (let dir = place; ; dir = dir.slice(0, Math.max(0, dir.lastIndexOf('node_modules/') - 1))) {
    const found = lock.packages[`${dir && `${dir}/`}node_modules/${name}`];
    if (found) return found.version === version;
    if (dir === '') return false;
    if (!dir.includes('node_modules/')) dir = '';
  }
}

/** Whether the entry is of another platform: written by this script, never installed here. */
function foreign(entry: Entry): boolean {
  return entry.optional === true && entry.os !== undefined;
}

function stub(place: string, name: string, version: string): [string, Entry] {
  const os = OS.find(([pattern]) => pattern.test(name))?.[1];
  const cpu = CPU.find(([pattern]) => pattern.test(name))?.[1];
  const parent = place.slice(0, place.lastIndexOf('node_modules/'));
  const at = `${parent}node_modules/${name}`;
  const taken = lock.packages[at];
  const where = taken && taken.version !== version ? `${place}/node_modules/${name}` : at;
  return [
    where,
    {
      version,
      ...(cpu ? { cpu: [cpu] } : {}),
      dev: true,
      ...(name.includes('musl') ? { libc: ['musl'] } : {}),
      optional: true,
      ...(os ? { os: [os] } : {}),
    },
  ];
}

if (process.argv.includes('--fix') && missing.length) {
  for (const [place, entry] of missing) lock.packages[place] = entry;
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`package-lock.json: added ${missing.length} optional packages of other platforms`);
} else {
  for (const [place] of missing)
    console.error(`${path}  lacks ${place}; npm run check:lock -- --fix adds it`);
  for (const place of unsafe) console.error(`${path}  has ${place} without an integrity hash`);
  console.log(`package-lock.json: ${missing.length + unsafe.length || 'no'} problems`);
  process.exitCode = missing.length + unsafe.length ? 1 : 0;
}
