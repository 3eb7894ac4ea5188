// The SCAN family as async iterators: each walks its cursor to the end, one page at a time.
import type { ClientBase } from '../client.ts';
import { checkObject } from '../options/options.ts';
import type { Key } from '../types.ts';
import { pairs } from '../wire/decode/aggregate.ts';
import type { Arg, Reply } from '../wire/messages.ts';
import { listOf, score, textOf } from '../wire/reply-shapes.ts';

/** Options of the SCAN family. */
export interface ScanOptions {
  /** A glob pattern. */
  readonly match?: string | undefined;
  /** `COUNT`: a hint how many elements the server scans per reply. Default: the server's, 10. */
  readonly count?: number | undefined;
  /** Only keys of this type; only for `scan`. */
  readonly type?: string | undefined;
}

/**
 * All keys, one by one. A key may come twice; one that is added or deleted meanwhile may be missed
 * (https://redis.io/docs/latest/commands/scan/).
 * @throws FairleadError As `send` of a client.
 * @example
 * ```ts
 * import { connect, scan } from '@fairlead/redis';
 *
 * await using redis = await connect('redis://localhost');
 * for await (const key of scan(redis, { match: 'user:*' })) console.log(key);
 * ```
 */
export async function* scan<T>(
  client: ClientBase<T>,
  options: ScanOptions = {},
): AsyncGenerator<T, void, undefined> {
  for await (const page of pages(client, ['SCAN'], options)) yield* page as T[];
}

/**
 * All fields of a hash with their values, page by page; otherwise like `scan`.
 * @example
 * ```ts
 * import { connect, hscan } from '@fairlead/redis';
 *
 * await using redis = await connect('redis://localhost');
 * for await (const [field, value] of hscan(redis, 'settings')) console.log(field, value);
 * ```
 */
export async function* hscan<T>(
  client: ClientBase<T>,
  key: Key,
  options: ScanOptions = {},
): AsyncGenerator<[field: string, value: T], void, undefined> {
  for await (const page of pages(client, ['HSCAN', key], options)) {
    for (const [field, value] of pairs(page)) yield [textOf(field), value as T];
  }
}

/**
 * All members of a set, page by page; otherwise like `scan`.
 * @example
 * ```ts
 * import { connect, sscan } from '@fairlead/redis';
 *
 * await using redis = await connect('redis://localhost');
 * for await (const member of sscan(redis, 'online')) console.log(member);
 * ```
 */
export async function* sscan<T>(
  client: ClientBase<T>,
  key: Key,
  options: ScanOptions = {},
): AsyncGenerator<T, void, undefined> {
  for await (const page of pages(client, ['SSCAN', key], options)) yield* page as T[];
}

/**
 * All members of a sorted set with their scores, page by page; otherwise like `scan`.
 * @example
 * ```ts
 * import { connect, zscan } from '@fairlead/redis';
 *
 * await using redis = await connect('redis://localhost');
 * for await (const [member, score] of zscan(redis, 'scores')) console.log(member, score);
 * ```
 */
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
  checkObject('The options of a scan', options);
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
