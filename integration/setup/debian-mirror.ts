// The Debian archive that this machine itself installs from, read from apt's sources. It changes none.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where Debian's archive is for everybody. */
const DEFAULT_MIRROR = 'http://deb.debian.org/debian';

/**
 * The mirror of Debian's archive that a sources file names, in the one-line form (`deb http://... suite main`) or in
 * deb822 (`URIs: http://...`), as `sources.list(5)` describes them.
 * @param text A file of `/etc/apt`.
 * @returns The first archive, without a slash at its end; none of security updates or of other vendors.
 */
export function mirrorIn(text: string): string | undefined {
  for (const line of text.split('\n')) {
    const words = line.trim().split(/\s+/);
    if (words[0] !== 'deb' && words[0]?.toLowerCase() !== 'uris:') continue;
    for (const word of words.slice(1)) {
      if (/^https?:\/\/[^/]+(?:\/.*)?\/debian\/?$/.test(word)) return word.replace(/\/$/, '');
    }
  }
  return undefined;
}

/** @param etc Where apt's settings are. @returns The machine's own mirror; Debian's where it names none. */
export function debianMirror(etc = '/etc/apt'): string {
  const parts = join(etc, 'sources.list.d');
  const names = existsSync(parts) ? readdirSync(parts).sort() : [];
  const files = [
    join(etc, 'sources.list'),
    ...names.filter((name) => /\.(list|sources)$/.test(name)).map((name) => join(parts, name)),
  ];
  for (const file of files) {
    const mirror = existsSync(file) ? mirrorIn(readFileSync(file, 'utf8')) : undefined;
    if (mirror !== undefined) return mirror;
  }
  return DEFAULT_MIRROR;
}
