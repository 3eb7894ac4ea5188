// What the benches' tables say: rates and CPU beside the others', and functions under a sampler.
import { describe, expect, it } from 'vitest';
import { functionTable } from '../src/inspector/functions.ts';
import type { Call } from '../src/inspector/samplers.ts';
import { compare, cpuTable, table } from '../src/rounds.ts';

describe('compare', () => {
  const scenario = { name: 'ping', unit: 'trips', subjects: ['fairlead', 'raw'] };

  it('takes medians of all rounds but the first', async () => {
    const ms = { fairlead: [1000, 20, 10, 40], raw: [1000, 10, 10, 10] };
    const outcome = await compare(scenario, 3, async (subject) => {
      const next = ms[subject as keyof typeof ms].shift() ?? 0;
      return { count: 10, ms: next, cpuMs: next / 2 };
    });
    expect(outcome.rates).toEqual({ fairlead: [500, 1000, 250], raw: [1000, 1000, 1000] });
    expect(outcome.median).toEqual({ fairlead: 500, raw: 1000 });
    expect(outcome.cpuUs).toEqual({ fairlead: 1000, raw: 500 });
    expect(table([outcome])).toContain('| ping | 500 trips/s | 0.50x |');
    expect(cpuTable([outcome])).toContain('| ping | 1000 µs | 0.50x |');
  });

  it('has no table of CPU where none was looked at', async () => {
    const outcome = await compare(scenario, 1, async () => ({ count: 1, ms: 1 }));
    expect(outcome.cpuUs).toBeUndefined();
    expect(cpuTable([outcome])).toBe('');
  });
});

describe('functionTable', () => {
  const call = (functionName: string, lineNumber: number, self: number, calls: Call[] = []): Call => ({
    frame: { functionName, url: '', lineNumber },
    self,
    calls,
  });
  const code = '// ../packages/a/dist/one.js\nfunction a() {}\n// workers/two.ts\nfunction b() {}';

  it('adds up what a function costs wherever it was called, and counts recursion once', () => {
    const inner = call('a', 1, 300, [call('b', 3, 100)]);
    const root = call('(root)', -1, 0, [call('a', 1, 50, [inner]), call('b', 3, 200)]);
    const lines = functionTable(root, { code, operations: 10, unit: 'bytes', rows: 40 }).split('\n');
    expect(lines).toEqual([
      '| bytes each, itself | with what it calls | all: 65 |',
      '| ---: | ---: | --- |',
      '| 35 | 45 | `a packages/a/dist/one.js:2` |',
      '| 30 | 30 | `b workers/two.ts:4` |',
    ]);
  });

  it('shows so many rows, and names what has no name', () => {
    const root = call('(root)', -1, 0, [call('', 1, 5), call('', -1, 4), call('b', 3, 1)]);
    const lines = functionTable(root, { code, operations: 1, unit: 'µs', rows: 2 }).split('\n');
    expect(lines.slice(2)).toEqual([
      '| 5.00 | 5.00 | `(anonymous) packages/a/dist/one.js:2` |',
      '| 4.00 | 4.00 | `(no name)` |',
    ]);
  });
});
