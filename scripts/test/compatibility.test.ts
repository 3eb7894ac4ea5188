// `@fairlead/worker/start` runs the Worker as wrangler.toml deploys it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMPATIBILITY } from '@fairlead/worker/start';
import { expect, it } from 'vitest';

it('has the compatibility date and flags of wrangler.toml', () => {
  const toml = readFileSync(join(import.meta.dirname, '..', '..', 'wrangler.toml'), 'utf8');
  const value = (key: string) => new RegExp(`^${key}\\s*=\\s*(.+)$`, 'm').exec(toml)?.[1] ?? '';
  expect(COMPATIBILITY.date).toBe(JSON.parse(value('compatibility_date')));
  expect(COMPATIBILITY.flags).toEqual(JSON.parse(value('compatibility_flags')));
});
