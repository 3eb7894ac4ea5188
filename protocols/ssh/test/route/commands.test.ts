// The commands of an entry: what their templates may hold, and what a request's parameters may be. That quoted words reach a real shell
// as they are is in exec.test.ts.
import { describe, expect, it } from 'vitest';
import { commandLine } from '../../src/route/commands/command-line.ts';
import { quoteWord } from '../../src/route/commands/quote.ts';
import { type Command, commandsSchema } from '../../src/route/commands/settings.ts';
import { readTemplate } from '../../src/route/commands/template.ts';

const read = (entry: unknown) => commandsSchema.safeParse({ go: entry });
const faults = (entry: unknown) =>
  read(entry).error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`);

function command(entry: unknown): Command {
  const found = commandsSchema.parse({ go: entry }).get('go');
  if (found === undefined) throw new Error('no command');
  return found;
}

describe('a template', () => {
  it('has places for parameters; other braces are the shell’s', () => {
    expect(readTemplate('a {b} {c,d} {1} {e}')).toEqual({
      pieces: ['a ', { parameter: 'b' }, ' {c,d} {1} ', { parameter: 'e' }],
    });
    expect(readTemplate('echo "$(id)" `id` \x24{HOME} <<x')).toMatchObject({ pieces: [expect.any(String)] });
    expect(readTemplate('make {a} > {a}.log 2>&1 3>&-; x 2>&1')).toMatchObject({ pieces: expect.any(Array) });
    expect(readTemplate("grep '[[:digit:]]' {a}")).toMatchObject({ pieces: expect.any(Array) });
    expect(readTemplate('echo \\{a} \x24{a}')).toEqual({ pieces: ['echo \\{a} \x24{a}'] });
    expect(readTemplate('say "it is" \'so\' {a}; x=$(f {a})')).toMatchObject({ pieces: expect.any(Array) });
  });

  it.each([
    ["'{a}'", /quotation marks/],
    ['"{a}"', /quotation marks/],
    ["\"it's\" '{a}'", /quotation marks/],
    ['"\\"{a}"', /quotation marks/],
    ['x # {a}', /a comment/],
    ['x;# {a}', /a comment/],
    ['\x24{b} {a}', /dollar/],
    ['`f {a}`', /backquotes/],
    ["$'\\'{a}'", /\$'|quotation/],
    ['"$(f "{a}")"', /\$\(\.\.\.\) in quotation marks|quotation marks/],
    ['cat <<E\n{a}\nE', /here-documents/],
    ['echo $(({a}))', /arithmetic/],
    ['echo $[{a}]', /arithmetic/],
    ['x\r {a}', /CR/],
    ['echo \\ #" \n {a} "', /quotation marks/],
    ['a\\\n#" \n {a} "', /quotation marks|end of a line/],
    ['echo (\\\n({a}))', /end of a line/],
    ['[[ {a} -eq 1 ]] && x', /\[\[/],
    ['x[{a}]=1', /index/],
    ['make {a} >& /tmp/log', />&/],
    ['make >& {a}', />&/],
    ['make >&2{a}', />&/],
  ])('has no parameter where it would not stay one word: %j', (text, message) => {
    expect(readTemplate(text)).toMatchObject({ fault: expect.stringMatching(message) });
  });
});

describe('an entry', () => {
  it.each([
    [{ run: 'x {a}' }, 'go.run has {a}, which "params" does not have'],
    [{ run: 'x', params: { a: 'text' } }, 'go.params.a has no place {a} in "run"'],
    [
      { run: 'x {a}', params: { a: { type: 'integer', pattern: 'x' } } },
      'go.params.a.pattern is not for the type integer',
    ],
    [
      { run: 'x {a}', params: { a: { type: 'text', pattern: '(' } } },
      'go.params.a.pattern is not a regular expression of JavaScript',
    ],
    [
      { run: 'x {a}', params: { a: { type: 'text', default: null } } },
      'go.params.a.default must not be null',
    ],
  ])('is refused: %j', (entry, fault) => {
    expect(faults(entry)).toEqual([fault]);
  });

  it.each([
    {},
    { run: '' },
    { run: 7 },
    { run: 'x', timeoutMs: 0 },
    { run: 'x', shell: true },
    ['x'],
    { run: 'x {a}', params: { a: 'word' } },
  ])('is refused by its shape: %j', (entry) => {
    expect(read(entry).success).toBe(false);
  });

  it('may be a text alone', () => {
    expect(commandLine(command('uptime -p'), {}, 8)).toBe('uptime -p');
  });
});

describe('parameters', () => {
  const typed = command({
    run: 'x {text} {number} {flag}',
    params: {
      text: { type: 'text', pattern: '[a-z ]*', maxLength: 5, default: 'a' },
      number: { type: 'integer', min: -5, max: 9, default: 1, leadingDash: true },
      flag: { type: 'boolean', default: false },
    },
  });
  const line = (params: object) => () => commandLine(typed, { ...params }, 8);

  it('are quoted', () => {
    expect(line({ text: 'a b', number: -2, flag: true })()).toBe("x 'a b' '-2' 'true'");
    expect(line({})()).toBe("x 'a' '1' 'false'");
  });

  it.each([
    [{ text: 'A' }, 'body.params.text: must match the pattern of this parameter'],
    [{ text: 'aaaaaa' }, 'body.params.text: must have at most 5 characters'],
    [{ text: 7 }, 'body.params.text: must be text without a NUL'],
    [{ text: null }, 'body.params.text: must not be null'],
    [{ number: 10 }, 'body.params.number: must be 9 or less'],
    [{ number: 1.5 }, 'body.params.number: must be a whole number of 64 bits'],
    [{ flag: 'yes' }, 'body.params.flag: must be true or false'],
    [{ other: 1 }, 'body.params.other: is not known here; these are: text, number, flag'],
  ])('are refused: %j', (params, message) => {
    expect(line(params)).toThrow(message);
  });

  it.each([
    ['-rf', 'must not begin with "-", as options do'],
    ['a\nb', 'must hold no NUL, CR and LF'],
    ['a\rb', 'must hold no NUL, CR and LF'],
    ['a'.repeat(1025), 'must have at most 1024 characters'],
  ])('are refused where no bound is given: %j', (text, message) => {
    expect(() => commandLine(command({ run: 'x {a}', params: { a: 'text' } }), { a: text }, 8)).toThrow(
      message,
    );
  });
});

it('no word holds a line break or NUL', () => {
  for (const text of ['\n', 'a\rb', '\0']) expect(() => quoteWord(text)).toThrow('NUL, CR or LF');
});
