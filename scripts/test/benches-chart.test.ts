// The chart of the benches is that of their results.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'fairlead-chart-'));
afterAll(() => rmSync(folder, { recursive: true }));

const chart = (...args: readonly string[]) =>
  spawnSync(process.execPath, ['bench/chart.ts', ...args], { cwd: ROOT, encoding: 'utf8' });

describe('docs/benches.svg', () => {
  it('is drawn from bench/results', () => {
    const { status, stderr } = chart('--check');
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(readFileSync(join(ROOT, 'docs/benches.svg'), 'utf8')).toContain('<rect');
  });

  it('shows how many times a peer’s rate ours is, and is told from another one', () => {
    const results = join(folder, 'results');
    const drawn = join(folder, 'chart.svg');
    mkdirSync(results);
    const median = { ours: 10, faster: 20, slower: 5 };
    const outcome = { name: 'a <b>', subjects: ['ours', 'faster', 'slower', 'absent'], median };
    writeFileSync(join(results, 'x.json'), JSON.stringify({ bench: 'x', about: '', outcomes: [outcome] }));
    expect(chart('--results', results, '--chart', drawn).status).toBe(0);
    const text = readFileSync(drawn, 'utf8');
    for (const words of ['faster 0.50x', 'slower 2.00x', 'a &lt;b>']) expect(text).toContain(words);
    expect(text).not.toContain('absent');
    writeFileSync(drawn, text.replace('2.00x', '3.00x'));
    expect(chart('--check', '--results', results, '--chart', drawn).status).toBe(1);
  });
});
