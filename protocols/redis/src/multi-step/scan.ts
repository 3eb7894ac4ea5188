// The SCAN family as async iterators: each walks its cursor to the end, one page at a time.
import type { ClientBase } from '../client.ts';
import { checkObject } from '../options/options.ts';
import type { Arg, Key, Reply } from '../types.ts';
import { pairs } from '../wire/decode/aggregate.ts';
import { listOf, score, textOf } from '../wire/reply-shapes.ts';

/** Options of the SCAN family. */
export interface ScanOptions {
  /** A glob pattern. */
  readonly match?: string | undefined;
  /** About how many elements the server looks at for one reply. */
  readonly count?: number | undefined;
  /** Only keys of this type; only for `scan`. */
  readonly type?: string | undefined;
}

/** All keys, one by one. As Redis says: a key may come twice, and one that comes or goes meanwhile may be missed. */
export async function* scan<T>(
  client: ClientBase<T>,
  options: ScanOptions = {},
): AsyncGenerator<T, void, undefined> {
  for await (const page of pages(client, ['SCAN'], options)) yield* page as T[];
}

/** All fields of a hash with their values. */
export async function* hscan<T>(
  client: ClientBase<T>,
  key: Key,
  options: ScanOptions = {},
): AsyncGenerator<[field: string, value: T], void, undefined> {
  for await (const page of pages(client, ['HSCAN', key], options)) {
    for (const [field, value] of pairs(page)) yield [textOf(field), value as T];
  }
}

/** All members of a set. */
export async function* sscan<T>(
  client: ClientBase<T>,
  key: Key,
  options: ScanOptions = {},
): AsyncGenerator<T, void, undefined> {
  for await (const page of pages(client, ['SSCAN', key], options)) yield* page as T[];
}

/** All members of a sorted set with their scores. */
export async function* zscan(
  client: ClientBase<unknown>,
  key: Key,
  options: ScanOptions = {},
): AsyncGenerator<[member: string, score: number], void, undefined> {
  for await (const page of pages(client, ['ZSCAN', key], options)) {
    for (const [member, value] of pairs(page)) yield [textOf(member), Number(score(value))];
  }
}

async function* pages(
  client: ClientBase<unknown>,
  command: Arg[],
  options: ScanOptions,
): AsyncGenerator<Reply[], void, undefined> {
  checkObject('What a scan looks for', options);
  const rest: Arg[] = [];
  for (const name of ['match', 'count', 'type'] as const) {
    const value = options[name];
    if (value !== undefined) rest.push(name.toUpperCase(), value);
  }
  let cursor = '0';
  do {
    const [next, page] = listOf(await client.send(...command, cursor, ...rest));
    cursor = textOf(next);
    yield listOf(page);
  } while (cursor !== '0');
}
