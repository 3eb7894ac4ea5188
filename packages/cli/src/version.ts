// The command's version, as package.json beside `dist` and `src` says it.
import { readFileSync } from 'node:fs';

/** Semantic version. */
export function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown';
}
