// The placements that wrangler.toml offers in comments: each is read by wrangler itself, uncommented, as deploying would.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { unstable_readConfig } from 'wrangler';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const TEXT = readFileSync(join(ROOT, 'wrangler.toml'), 'utf8');
const directory = mkdtempSync(join(tmpdir(), 'fairlead-placement-'));
afterAll(() => rmSync(directory, { recursive: true }));

const PLACEMENTS = {
  smart: { mode: 'smart' },
  region: { region: 'aws:us-east-1' },
  host: { host: 'db.example.com:5432' },
  hostname: { hostname: 'api.example.com' },
};

/** What wrangler makes of `text`. */
function read(text: string, env?: string) {
  const config = join(directory, 'wrangler.toml');
  writeFileSync(config, text);
  return unstable_readConfig({ config, env });
}

describe('placement', () => {
  it.each(Object.entries(PLACEMENTS))('environment %s', (env, placement) => {
    const at = TEXT.indexOf('# [env.smart]');
    const uncommented = TEXT.slice(0, at) + TEXT.slice(at).replaceAll(/^# ?/gm, '');
    const config = read(uncommented, env);
    expect(config.placement).toEqual(placement);
    expect(config.name).toBe(`fairlead-${env}`);
    expect(config.durable_objects.bindings).toMatchObject([{ name: 'MOORING', class_name: 'Mooring' }]);
  });

  it.each(Object.values(PLACEMENTS).map((placement, i) => [i, placement] as const))(
    'line %i of the Worker itself',
    (i, placement) => {
      const lines = TEXT.split('\n');
      const offered = lines.flatMap((line, at) => (line.startsWith('# placement = ') ? [at] : []));
      const at = offered[i] ?? -1;
      lines[at] = (lines[at] ?? '').slice(2);
      expect(read(lines.join('\n')).placement).toEqual(placement);
    },
  );

  it('none by default', () => {
    expect(read(TEXT).placement).toBeUndefined();
  });
});
