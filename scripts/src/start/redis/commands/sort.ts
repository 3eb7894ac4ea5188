// SORT: a list's, set's or sorted set's members by number, by their bytes, or by what other keys hold.
import { type Commands, integer, syntaxError } from '../command.ts';
import type { Keyspace } from '../keyspace.ts';
import { CommandError, type Reply } from '../reply.ts';

interface Options {
  by?: string | undefined;
  readonly get: string[];
  alpha: boolean;
  descending: boolean;
  limit: [offset: number, count: number];
  store?: string | undefined;
}

function readOptions(words: readonly string[]): Options {
  const options: Options = { get: [], alpha: false, descending: false, limit: [0, -1] };
  for (let i = 0; i < words.length; i++) {
    const word = words[i]?.toUpperCase();
    if (word === 'ALPHA') options.alpha = true;
    else if (word === 'ASC' || word === 'DESC') options.descending = word === 'DESC';
    else if (word === 'LIMIT') options.limit = [integer(words[++i]), integer(words[++i])];
    else if (word === 'BY' && i + 1 < words.length) options.by = words[++i];
    else if (word === 'GET' && i + 1 < words.length) options.get.push(words[++i] ?? '');
    else if (word === 'STORE' && i + 1 < words.length) options.store = words[++i];
    else throw syntaxError();
  }
  return options;
}

function members(db: Keyspace, key: string): string[] {
  const type = db.type(key);
  if (type === 'set') return [...(db.get(key, 'set') ?? [])];
  if (type === 'zset') return [...(db.get(key, 'zset') ?? [])].map(([member]) => member);
  return [...(db.get(key, 'list') ?? [])];
}

/** What `weight_*` or `object_*->field` means for a member: the value there, if there is one; `#` is the member. */
function lookUp(db: Keyspace, pattern: string, member: string): string | undefined {
  if (pattern === '#') return member;
  const [, prefix = '', suffix = '', field] = /^(.*?)\*(.*?)(?:->(.+))?$/s.exec(pattern) ?? [];
  const key = `${prefix}${member}${suffix}`;
  if (!pattern.includes('*')) return undefined;
  if (field !== undefined)
    return db.type(key) === 'hash' ? db.get(key, 'hash')?.purge().get(field) : undefined;
  return db.type(key) === 'string' ? db.get(key, 'string') : undefined;
}

function weight(text: string | undefined): number {
  const value = Number(text ?? 0);
  if (Number.isNaN(value)) throw new CommandError("ERR One or more scores can't be converted into double");
  return value;
}

function order(db: Keyspace, all: string[], { by, alpha, descending }: Options): string[] {
  // A pattern without an asterisk: not sorted at all.
  if (by !== undefined && !by.includes('*')) return all;
  const keyed = all.map((member) => {
    const text = by === undefined ? member : lookUp(db, by, member);
    return { member, text: text ?? '', weight: alpha ? 0 : weight(text) };
  });
  const bytes = (a: string, b: string) => (a === b ? 0 : a < b ? -1 : 1);
  keyed.sort((a, b) => a.weight - b.weight || bytes(a.text, b.text) || bytes(a.member, b.member));
  if (!alpha) keyed.sort((a, b) => a.weight - b.weight || bytes(a.member, b.member));
  const sorted = keyed.map(({ member }) => member);
  return descending ? sorted.reverse() : sorted;
}

function sort(db: Keyspace, [key = '', ...words]: string[]): Reply {
  const options = readOptions(words);
  const [offset, count] = options.limit;
  const from = Math.max(0, offset);
  const chosen = order(db, members(db, key), options).slice(from, count < 0 ? undefined : from + count);
  const patterns = options.get.length ? options.get : ['#'];
  const values = chosen.flatMap((member) => patterns.map((pattern) => lookUp(db, pattern, member) ?? null));
  if (options.store === undefined) return values;
  if (values.length)
    db.set(
      options.store,
      'list',
      values.map((value) => value ?? ''),
    );
  else db.delete(options.store);
  return values.length;
}

/** SORT and SORT_RO. */
export const sorting: Commands = {
  SORT: { arity: -2, run: sort },
  SORT_RO: {
    arity: -2,
    run: (db, args) => {
      if (args.some((word) => word.toUpperCase() === 'STORE')) throw syntaxError();
      return sort(db, args);
    },
  },
};
