// Output by lines: of two streams that come in pieces.
import { describe, expect, it } from 'vitest';
import { remember } from '../../src/pages/ssh/exec/history.ts';
import { OutputLog } from '../../src/pages/ssh/exec/output-log.ts';
import { type ListedCommand, runLine, runListed } from '../../src/pages/ssh/exec/request.ts';

const shown = ({ lines }: OutputLog) => lines.map(({ stream, text }) => `${stream}: ${text}`);

describe('OutputLog', () => {
  it('puts pieces of a line together, each stream for itself', () => {
    const log = new OutputLog();
    log.add('stdout', 'a');
    log.add('stderr', 'oh ');
    log.add('stdout', 'b\r\nc\n\nd');
    log.add('stderr', 'no\n');
    expect(shown(log)).toEqual(['stdout: ab', 'stderr: oh no', 'stdout: c', 'stdout: ', 'stdout: d']);
    log.add('stdout', 'e\n');
    expect(log.text('stdout')).toBe('ab\nc\n\nde\n');
    expect(log.text('stderr')).toBe('oh no\n');
  });

  it('cuts lines without an end', () => {
    const log = new OutputLog();
    for (let i = 0; i < 5; i += 1) log.add('stdout', 'x'.repeat(6_000));
    expect(log.lines.map(({ text }) => text.length)).toEqual([10_000, 10_000, 10_000]);
  });

  it('keeps the last lines', () => {
    const log = new OutputLog();
    log.add('stderr', 'open');
    log.add('stdout', 'line\n'.repeat(100_001));
    log.add('stderr', 'more');
    expect(log.lines.length + log.dropped).toBe(100_003);
    expect(log.lines.length).toBeLessThanOrEqual(100_000);
    expect(log.lines.at(-1)).toEqual({ stream: 'stderr', text: 'more' });
  });
});

describe('what is asked for', () => {
  const restart: ListedCommand = {
    name: 'restart',
    stdin: true,
    params: [
      { name: 'service', type: 'text', isRequired: true },
      { name: 'count', type: 'integer', isRequired: false },
      { name: 'force', type: 'boolean', isRequired: false },
    ],
  };

  it('is a line, or a command with typed parameters', () => {
    expect(runLine('ls')).toEqual({ title: 'ls', body: { run: 'ls' } });
    const texts = new Map([
      ['service', 'nginx'],
      ['count', '3'],
      ['force', 'true'],
    ]);
    expect(runListed(restart, texts, 'in')).toEqual({
      title: 'restart service=nginx count=3 force=true',
      body: { command: 'restart', params: { service: 'nginx', count: 3, force: true }, stdin: 'in' },
    });
  });

  it('leaves out what may be, and leaves to the gateway what is wrong', () => {
    expect(runListed(restart, new Map([['count', '1e400']]), '').body).toEqual({
      command: 'restart',
      params: { service: '', count: '1e400' },
    });
  });

  it('is remembered once, the newest first', () => {
    expect(remember(['a', 'b'], ' b ')).toEqual(['b', 'a']);
    expect(remember(['a'], '  ')).toEqual(['a']);
    expect(remember(Array.from({ length: 60 }, String), 'x')).toHaveLength(50);
  });
});
