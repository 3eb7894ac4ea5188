// The arguments of typed commands: checks what a caller gave, and puts it in Redis's order. It knows no command.
import { usage } from '../errors.ts';
import type { Arg } from '../types.ts';
import { score } from '../wire/words.ts';

/**
 * What a command takes, in the order in which Redis takes it:
 *
 * - `k` a key, field, member's name or word: text or bytes
 * - `v` a value: also a finite number or a bigint; `r` a bound: also an infinite number
 * - `i` a whole number; `s` a score: any number but NaN
 * - `K`, `V` one or more of these, also in arrays: all the arguments that are left
 * - `f` an object of names and values; `m` an array of `[score, member]`
 * - behind `?`, what may be left out
 * - `{nx ex}` options under their names: always the caller's last argument
 */
export interface Signature {
  readonly kinds: readonly string[];
  /** How many arguments there must be. */
  readonly required: number;
  readonly options: readonly string[] | undefined;
  /** Before which of the kinds the options go out. */
  readonly optionsAt: number;
}

/** Reads a signature. */
export function signatureOf(text: string): Signature {
  const [, before = '', options, after = ''] = /^([^{]*)(?:\{(.*)\})?(.*)$/.exec(text) ?? [];
  const [required = ''] = (before + after).split('?');
  return {
    kinds: [...(before + after).replace('?', '')],
    required: required.length,
    options: options?.split(' '),
    optionsAt: before.length,
  };
}

/**
 * Appends the caller's arguments.
 * @param name The method, for the message.
 * @throws FairleadError `usage` for an argument that the command does not take.
 */
export function argumentsOf(
  into: Arg[],
  name: string,
  { kinds, required, options, optionsAt }: Signature,
  inputs: readonly unknown[],
): void {
  const count = kinds.length;
  let next = 0;
  for (let at = 0; at <= count; at++) {
    if (at === optionsAt && options !== undefined) putOptions(into, name, options, inputs[count]);
    const kind = kinds[at];
    if (kind === undefined) break;
    if (kind === 'K' || kind === 'V') {
      const each = kind.toLowerCase();
      for (; next < inputs.length; next++) {
        const input = inputs[next];
        if (Array.isArray(input)) for (const item of input) put(into, name, each, item, next);
        else put(into, name, each, input, next);
      }
      return;
    }
    if (at < required || inputs[next] !== undefined) put(into, name, kind, inputs[next], next);
    next++;
  }
  for (let at = options === undefined ? count : count + 1; at < inputs.length; at++) {
    if (inputs[at] !== undefined) throw usage(`${name}() takes no argument ${at + 1}`);
  }
}

const WHAT: Readonly<Record<string, string>> = {
  k: 'text or bytes',
  v: 'text, bytes, a finite number or a bigint',
  r: 'text, bytes, a number or a bigint',
  i: 'a whole number or a bigint',
  s: 'a number',
  f: 'an object of values',
  m: 'an array of [score, member]',
};

function put(into: Arg[], name: string, kind: string, input: unknown, at: number): void {
  if (kind === 'f')
    for (const [field, value] of Object.entries(fieldsOf(input, name, at))) {
      into.push(field);
      put(into, name, 'v', value, at);
    }
  else if (kind === 'm')
    for (const pair of Array.isArray(input) ? input : [undefined]) {
      if (!Array.isArray(pair) || pair.length !== 2) throw refusal(name, kind, at);
      put(into, name, 's', pair[0], at);
      put(into, name, 'v', pair[1], at);
    }
  else if (typeof input === 'string' || input instanceof Uint8Array) {
    if (kind === 'i' || kind === 's') throw refusal(name, kind, at);
    into.push(input);
  } else {
    if (!isNumber(kind, input)) throw refusal(name, kind, at);
    into.push(typeof input === 'number' ? score(input) : input);
  }
}

function isNumber(kind: string, input: unknown): input is number | bigint {
  if (kind === 'k') return false;
  if (typeof input === 'bigint') return kind !== 's';
  if (typeof input !== 'number') return false;
  // A score is a double to Redis too: nothing that JavaScript has rounded is lost there.
  if (kind === 's' || (kind === 'r' && !Number.isInteger(input))) return !Number.isNaN(input);
  return Number.isSafeInteger(input) || (kind !== 'i' && Number.isFinite(input) && !Number.isInteger(input));
}

function fieldsOf(input: unknown, name: string, at: number): object {
  // A Map, an array or bytes have no fields of their own.
  if (Object.prototype.toString.call(input) !== '[object Object]') throw refusal(name, 'f', at);
  return input as object;
}

function refusal(name: string, kind: string, at: number): Error {
  return usage(`${name}() needs ${WHAT[kind]} as argument ${at + 1}`);
}

/** The options that have values, and which ones; the others are true or left out. */
const VALUES: Readonly<Record<string, string>> = {
  ex: 'i',
  px: 'i',
  exat: 'i',
  pxat: 'i',
  count: 'i',
  db: 'i',
  limit: 'ii',
  maxlen: 'i',
};

/** Appends options: `{ ex: 10, nx: true }` is `EX 10 NX`. */
function putOptions(into: Arg[], name: string, allowed: readonly string[], input: unknown): void {
  if (input === undefined) return;
  if (Object.prototype.toString.call(input) !== '[object Object]') {
    throw usage(`${name}() needs an object as its options`);
  }
  for (const [option, value] of Object.entries(input as object)) {
    if (!allowed.includes(option)) throw usage(`${name}() has no option "${option}"`);
    if (value === undefined || value === false) continue;
    into.push(option.toUpperCase());
    const kinds = VALUES[option];
    if (kinds === undefined) {
      if (value !== true) throw usage(`The option "${option}" of ${name}() is true or false`);
    } else putValues(into, `${option} of ${name}`, kinds, value);
  }
}

/** The values of one option: one, or a list; that of `maxlen` may begin with `~` or `=`. */
function putValues(into: Arg[], name: string, kinds: string, value: unknown): void {
  const list: unknown[] = Array.isArray(value) ? [...value] : [value];
  if (list.length === kinds.length + 1 && /^[~=]$/.test(String(list[0]))) into.push(String(list.shift()));
  if (list.length !== kinds.length) throw usage(`The option ${name}() needs ${kinds.length} values`);
  for (const [at, kind] of [...kinds].entries()) put(into, name, kind, list[at], at);
}
