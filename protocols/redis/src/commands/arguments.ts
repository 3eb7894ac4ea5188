// The arguments of typed commands: checks what a caller gave, and puts it in Redis's order. It knows no command.
import { usage } from '@fairlead/errors';
import type { Arg } from '../wire/messages.ts';
import { score } from '../wire/words.ts';

/**
 * Appends the caller's arguments in the order in which Redis takes them.
 * @param name The method, for the message.
 * @param kinds What the command takes, as its entry says it: `Command` describes the words.
 * @throws FairleadError `usage` for an argument that the command does not take.
 */
export function appendArguments(
  into: Arg[],
  name: string,
  kinds: readonly string[],
  inputs: readonly unknown[],
): void {
  let next = 0;
  for (const kind of kinds) {
    if (kind[0] === '{') {
      // The caller's last argument, wherever the command takes options.
      putOptions(into, name, kind, inputs[kinds.length - 1]);
      continue;
    }
    if (kind === 'keys' || kind === 'values') {
      const each = kind.slice(0, -1);
      for (; next < inputs.length; next++) {
        const input = inputs[next];
        if (Array.isArray(input)) for (const item of input) put(into, name, each, item, next);
        else put(into, name, each, input, next);
      }
      return;
    }
    const input = inputs[next];
    if (kind[0] !== '?') put(into, name, kind, input, next);
    else if (input !== undefined) put(into, name, kind.slice(1), input, next);
    next++;
  }
  for (let at = kinds.length; at < inputs.length; at++) {
    if (inputs[at] !== undefined) throw usage(`${name}() takes no argument ${at + 1}`);
  }
}

/** The kinds of arguments: what each takes. */
const WHAT: Readonly<Record<string, string>> = {
  key: 'text or bytes',
  value: 'text, bytes, a bigint or a finite number (a whole one within plus or minus 2 ** 53 - 1)',
  bound: 'text, bytes, a number or a bigint',
  int: 'a whole number within plus or minus 2 ** 53 - 1, or a bigint',
  score: 'a number',
  fields: 'an object of values',
  members: 'an array of [score, member]',
};

function put(into: Arg[], name: string, kind: string, input: unknown, at: number): void {
  if (kind === 'fields') {
    if (!hasFields(input)) throw refusal(name, kind, at);
    for (const [field, value] of Object.entries(input)) {
      into.push(field);
      put(into, name, 'value', value, at);
    }
  } else if (kind === 'members')
    for (const pair of Array.isArray(input) ? input : [undefined]) {
      if (!Array.isArray(pair) || pair.length !== 2) throw refusal(name, kind, at);
      put(into, name, 'score', pair[0], at);
      put(into, name, 'value', pair[1], at);
    }
  else if (typeof input === 'string' || input instanceof Uint8Array) {
    if (kind === 'int' || kind === 'score') throw refusal(name, kind, at);
    into.push(input);
  } else {
    if (!isNumber(kind, input)) throw refusal(name, kind, at);
    into.push(typeof input === 'number' ? score(input) : input);
  }
}

function isNumber(kind: string, input: unknown): input is number | bigint {
  if (kind === 'key') return false;
  if (typeof input === 'bigint') return kind !== 'score';
  if (typeof input !== 'number') return false;
  // A score is a double to Redis too: nothing that JavaScript has rounded is lost there.
  if (kind === 'score' || (kind === 'bound' && !Number.isInteger(input))) return !Number.isNaN(input);
  return (
    Number.isSafeInteger(input) || (kind !== 'int' && Number.isFinite(input) && !Number.isInteger(input))
  );
}

/** A Map, an array and bytes have no fields of their own. */
function hasFields(input: unknown): input is object {
  return Object.prototype.toString.call(input) === '[object Object]';
}

function refusal(name: string, kind: string, at: number): Error {
  return usage(`${name}() needs ${WHAT[kind]} as argument ${at + 1}`);
}

/** The options that have values, whole numbers all, and how many; the others are true or left out. */
const OPTION_VALUES: Readonly<Record<string, number>> = {
  ex: 1,
  px: 1,
  exat: 1,
  pxat: 1,
  count: 1,
  db: 1,
  limit: 2,
  maxlen: 1,
};

/**
 * Appends options: `{ ex: 10, nx: true }` is `EX 10 NX`.
 * @param kind The options that there are: `{ex,nx}`.
 */
function putOptions(into: Arg[], name: string, kind: string, input: unknown): void {
  if (input === undefined) return;
  const allowed = kind.slice(1, -1).split(',');
  if (!hasFields(input)) throw usage(`${name}() needs an object as its options`);
  for (const [option, value] of Object.entries(input)) {
    if (!allowed.includes(option)) throw usage(`${name}() has no option "${option}"`);
    if (value === undefined || value === false) continue;
    into.push(option.toUpperCase());
    const count = OPTION_VALUES[option];
    if (count === undefined) {
      if (value !== true) throw usage(`The option "${option}" of ${name}() is true or false`);
    } else putValues(into, `${option} of ${name}`, count, value);
  }
}

/** The values of one option: one, or a list; that of `maxlen` may begin with `~` or `=`. */
function putValues(into: Arg[], name: string, count: number, value: unknown): void {
  const list: unknown[] = Array.isArray(value) ? [...value] : [value];
  if (list.length === count + 1 && /^[~=]$/.test(String(list[0]))) into.push(String(list.shift()));
  if (list.length !== count) throw usage(`The option ${name}() needs ${count} value(s)`);
  for (const [at, each] of list.entries()) put(into, name, 'int', each, at);
}
