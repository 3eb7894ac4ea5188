// The mirror that a machine installs from, out of apt's two kinds of files.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { debianMirror, mirrorIn } from '../../setup/debian-mirror.ts';

it.each([
  ['deb http://mirror.test/debian trixie main\n', 'http://mirror.test/debian'],
  [
    '# deb http://old.test/debian trixie main\ndeb [signed-by=/k.gpg] https://new.test/debian/ trixie main',
    'https://new.test/debian',
  ],
  [
    'Types: deb\n# URIs: http://old.test/debian\nURIs: http://cache.test:3142/ftp.test/debian\n',
    'http://cache.test:3142/ftp.test/debian',
  ],
  ['deb http://security.test/debian-security trixie-security main', undefined],
  ['deb http://archive.ubuntu.test/ubuntu noble main', undefined],
  ['deb-src http://mirror.test/debian trixie main', undefined],
  ['', undefined],
])('finds in %j the archive %s', (text, mirror) => {
  expect(mirrorIn(text)).toBe(mirror);
});

it('takes the first file that names one, and Debian’s own where none does', () => {
  const etc = mkdtempSync(join(tmpdir(), 'fairlead-apt-'));
  expect(debianMirror(etc)).toBe('http://deb.debian.org/debian');
  mkdirSync(join(etc, 'sources.list.d'));
  writeFileSync(join(etc, 'sources.list'), '# moved\n');
  writeFileSync(join(etc, 'sources.list.d/debian.sources'), 'Types: deb\nURIs: http://mirror.test/debian\n');
  writeFileSync(join(etc, 'sources.list.d/old.sources.disabled'), 'URIs: http://old.test/debian\n');
  expect(debianMirror(etc)).toBe('http://mirror.test/debian');
});
