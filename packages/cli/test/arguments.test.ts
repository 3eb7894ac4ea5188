// What the program does with its arguments: help, flags that nobody knows, secrets in the wrong place, output, exit codes.
import { describe, expect, it } from 'vitest';
import { momentOf } from '../src/arguments/duration.ts';
import { nearest } from '../src/arguments/nearest.ts';
import { type Flags, parseArguments } from '../src/arguments/parse.ts';
import { COMMANDS } from '../src/commands.ts';
import { run } from './support/program.ts';

const FLAGS: Flags = {
  listen: { value: 'PORT', short: 'l', help: '' },
  scope: { value: 'SCOPE', repeatable: true, help: '' },
  verbose: { short: 'v', help: '' },
};

describe('flags', () => {
  it('are read in every form', () => {
    const given = parseArguments(['a', '-l', '1', '--scope=x', '-v', '--scope', 'y', '--', '--b'], FLAGS);
    expect(given.positionals).toEqual(['a', '--b']);
    expect([given.text('listen'), given.texts('scope'), given.has('verbose')]).toEqual([
      '1',
      ['x', 'y'],
      true,
    ]);
    const none = parseArguments([], FLAGS);
    expect([none.text('listen'), none.texts('scope'), none.has('verbose')]).toEqual([undefined, [], false]);
  });

  it.each([
    [['--lisen', '1'], 'There is no flag --lisen.', 'Did you mean --listen?'],
    [['--verb'], 'There is no flag --verb.', 'Did you mean --verbose?'],
    [['-x'], 'There is no flag -x.', undefined],
    [['--constructor'], 'There is no flag --constructor.', undefined],
    [['--colour-of-the-sea=grey'], 'There is no flag --colour-of-the-sea.', undefined],
    [['--listen'], '--listen needs a value: --listen PORT', undefined],
    [['--listen='], '--listen needs a value: --listen PORT', undefined],
    [
      ['-l', '--verbose'],
      '-l needs a value, and "--verbose" looks like a flag.',
      expect.stringContaining('='),
    ],
    [['--listen', '1', '-l', '2'], '-l stands more than once.', undefined],
    [['--verbose=yes'], '--verbose takes no value.', undefined],
  ])('%j are refused', (args, message, advice) => {
    expect(() => parseArguments(args, FLAGS)).toThrow(
      expect.objectContaining({ message, advice, exitCode: 2 }),
    );
  });

  it.each([['--token', 'geheim'], ['--token=geheim'], ['--password', 'geheim'], ['--token-file=geheim']])(
    '%s is refused with the reason, and is not repeated',
    async (...flag) => {
      const { code, stderr, stdout } = await run(['tunnel', 'wss://gateway.example.com/t', ...flag]);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toContain('other users of this machine can read the arguments of a program');
      expect(stderr).toMatch(/environment|FAIRLEAD_TOKEN/);
      expect(stderr).not.toContain('geheim');
    },
  );
});

describe('the nearest name', () => {
  it.each([
    ['tunel', 'tunnel'],
    ['PING', 'ping'],
    ['chekc', 'check'],
    ['st', 'start'],
    ['token', 'token new'],
    ['x', undefined],
    ['connect', undefined],
  ])('of %s is %s', (text, name) => {
    expect(nearest(text, ['tunnel', 'ping', 'token new', 'check', 'start'])).toBe(name);
  });
});

describe('moments', () => {
  const now = Date.UTC(2026, 10, 29, 12);

  it.each([
    ['30m', '2026-11-29T12:30:00Z'],
    ['12h', '2026-11-30T00:00:00Z'],
    ['90d', '2027-02-27T12:00:00Z'],
    ['2w', '2026-12-13T12:00:00Z'],
    ['2027-01-31', '2027-01-31T00:00:00Z'],
    ['2027-01-31T12:00:00+02:00', '2027-01-31T10:00:00Z'],
  ])('%s is %s', (text, moment) => {
    expect(momentOf(text, now)).toBe(moment);
  });

  it.each([
    '',
    '90',
    'd',
    '1y',
    '2027-02-31',
    '2027-13-01',
    'tomorrow',
    '0d',
    '2026-11-29',
    '999999w',
    '-1d',
  ])('"%s" is refused', (text) => {
    expect(() => momentOf(text, now)).toThrow(expect.objectContaining({ exitCode: 2 }));
  });
});

describe('the program', () => {
  it('says what there is', async () => {
    const help = await run(['--help']);
    expect(help.code).toBe(0);
    for (const { name, summary } of COMMANDS) expect(help.stdout).toMatch(new RegExp(`${name} +${summary}`));
    expect((await run(['help'])).stdout).toBe(help.stdout);
    expect((await run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect((await run(['--version', '--json'])).events).toEqual([
      { event: 'version', version: expect.any(String) },
    ]);
  });

  it.each(COMMANDS.map(({ name }) => [name]))('describes %s', async (name) => {
    const words = name.split(' ');
    const { code, stdout } = await run([...words, '--nonsense', '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain(`Usage:\n  fairlead ${name}`);
    for (const part of ['Flags:', '--json', '-h, --help', 'Examples:', 'Exit codes: 0'])
      expect(stdout).toContain(part);
    for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(110);
    expect((await run(['help', ...words])).stdout).toBe(stdout);
  });

  it.each([
    [[], 'A command is missing.', /The commands are: tunnel/],
    [['tunel'], 'There is no command "tunel".', /Did you mean: fairlead tunnel/],
    [['xyz'], 'There is no command "xyz".', /The commands are: tunnel/],
    [['token'], 'The command "token" needs a second word.', /token new/],
    [['token', 'old'], 'The command "token" does not have that second word.', /token new/],
    [['--verbose', 'tunnel'], 'The command comes first, its flags behind it.', /The commands are/],
  ])('refuses %j with exit code 2', async (args, message, advice) => {
    const { code, stdout, stderr } = await run(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr.split('\n')[0]).toBe(`error: ${message}`);
    expect(stderr).toMatch(advice);
  });

  it('tells errors as JSON too', async () => {
    const { code, events, stderr } = await run(['tunnel', '--json', '--lisen', '1']);
    expect([code, stderr]).toEqual([2, '']);
    expect(events).toEqual([
      { event: 'error', message: 'There is no flag --lisen.', advice: 'Did you mean --listen?', exitCode: 2 },
    ]);
  });

  it('colours on a terminal alone, and not where NO_COLOR says so', async () => {
    const colour = '\u001b[';
    expect((await run(['tunel'], { isTTY: true })).stderr).toContain(colour);
    for (const env of [{ NO_COLOR: '1' }, { TERM: 'dumb' }]) {
      expect((await run(['tunel'], { isTTY: true, env })).stderr).not.toContain(colour);
    }
    expect((await run(['tunel'], { isTTY: true, env: { NO_COLOR: '' } })).stderr).toContain(colour);
    expect((await run(['tunel'])).stderr).not.toContain(colour);
    expect((await run(['tunel', '--json'], { isTTY: true })).stdout).not.toContain(colour);
  });
});
