// Random SQL texts out of comments, quotes, names and numbers of every dialect. The same seed gives the same texts.

/** Numbers from 0 to below 1, by mulberry32. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const SPACES = [
  ' ',
  ' ',
  ' ',
  '\n',
  '\t',
  '\r',
  '\f',
  '\v',
  '',
  '\u00a0',
  '\u2028',
  '\u0085',
  '\u0001',
  '\u007f',
];
/** Calls that servers count: see servers.ts. */
const PROBES = [
  'probe_1()',
  'probe_2 ()',
  '`probe_3`()',
  '"probe_4"()',
  'probe_5/**/()',
  'PROBE_6()',
  ',probe_7(),',
];
const QUOTES = [
  "'",
  "'",
  "''",
  "\\'",
  '\\',
  '\\\\',
  '"',
  '"',
  '""',
  '\\"',
  '`',
  '``',
  '$$',
  '$a$',
  '$a',
  '$1',
  '[',
  ']',
];
const COMMENTS = [
  '/*',
  '*/',
  '/*!',
  '/*!99999',
  '/*M!',
  '/*m!',
  '/*+',
  '/**/',
  '--',
  '-- ',
  '--\t',
  '--\n',
  '#',
  '//',
  '/',
  '*',
];
const WORDS = [
  'a',
  'e',
  'n',
  'é',
  'a.b',
  't.1a',
  't.1e1',
  'as',
  'select ',
  'x',
  '_utf8',
  '_utf8mb4',
  'N',
  'E',
  'u',
  'U&',
  'b',
  '\\N',
];
const NUMBERS = [
  '1',
  '1e1',
  '1.',
  '.1',
  '1.e',
  '1e',
  '1e+',
  '1e-1',
  '1.5e3',
  '0x',
  '0x1f',
  '0xg',
  '0b1',
  '0b2',
  '1_0',
  '1a',
  '1e1a',
  '1..1',
];
const SIGNS = [
  ',',
  ',',
  ',',
  '(',
  ')',
  '+',
  '-',
  '|',
  '||',
  ';',
  '@',
  '@a',
  '@@version',
  '?',
  ':a',
  '::',
  '=',
  '<',
  '.',
  '{',
  '}',
  '->',
  '!',
  '%',
];
const ALL = [SPACES, PROBES, QUOTES, COMMENTS, WORDS, NUMBERS, SIGNS];

/** Items of a list that some dialect takes, with room for anything at `~`. */
const ITEMS = [
  "'~\\\\'~, probe_1(), '~'",
  "'~\\\\\\\\'",
  '"~\\\\"~, probe_2(), "~"',
  "E'~\\\\'~, probe_3(), '~'",
  '`~\\\\`',
  "'~'",
  "'~'",
  '"~"',
  '`~`',
  "E'~'",
  "e'~'\n'~'",
  "N'~'",
  "X'41'",
  "x'4~'",
  "b'01'",
  "U&'~'",
  "_utf8'~'",
  '$$~$$',
  '$a$~$a$',
  '1 /*~*/',
  '1 /*~*/ as `~`',
  '1 --~\n',
  '1 -- ~\n',
  '1 --~\r',
  '1 #~\n',
  '1 /*+~*/',
  '1 /*!~*/',
  '1 /*M!~*/',
  '1 as "~"',
  '1 as a',
  'probe_1()',
  'probe_2(/*~*/)',
  '`probe_3`()',
  '"probe_4"()',
  'probe_5 -- ~\n()',
  'PROBE_6 ()',
  '1-- ~\n',
  '1--1',
  '1--\u00a0a',
  'a',
  'fuzz.a',
  '-1',
  '1.e1',
  '1e1',
  '1e1a',
  '.1',
  '.1a',
  '1.a',
  '0x1f',
  '1a',
  '@a',
  '@`~`',
  "@'~'",
  '@"~"',
  '@@version',
  'a|| b',
  '(1)',
  '(select 1)',
  'a.~',
  '[~]',
  "'~' '~'",
];

/** One text. Its end has no white space and no semicolon, which servers cut off. */
export function textOf(random: () => number): string {
  const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(random() * from.length)];
  const atoms = (count: number): string => {
    let text = '';
    for (let i = 0; i < count; i += 1) text += pick(pick(ALL) ?? []) ?? '';
    return text;
  };
  const filled = (item: string): string => item.replace(/~/g, () => atoms(Math.floor(random() * 4)));
  const list = (): string => {
    const items = Array.from({ length: 1 + Math.floor(random() * 4) }, () => filled(pick(ITEMS) ?? '1'));
    return items.join(pick([',', ', ', ' ,', '/**/,', ',\n']));
  };
  const body = random() < 0.25 ? `1,${atoms(1 + Math.floor(random() * 8))}` : list();
  const whole = `select ${body} from fuzz${random() < 0.15 ? `;select ${list()} from fuzz` : ''}`;
  return mutated(whole, random, () => atoms(1)).replace(/[;\s]+$/, '');
}

/** In one of three, something comes in or goes out somewhere. */
function mutated(text: string, random: () => number, atom: () => string): string {
  if (random() > 0.35) return text;
  const at = 7 + Math.floor(random() * (text.length - 7));
  const removed = random() < 0.5 ? 1 : 0;
  return text.slice(0, at) + (random() < 0.6 ? atom() : '') + text.slice(at + removed);
}
