// Arrays, sets, maps, pushes and streamed strings once their elements are there. It reads no bytes itself.
import { protocolError } from '../../errors.ts';
import type { Reply } from '../messages.ts';

/** A value of several parts that has begun. */
export interface Aggregate {
  /** Its first byte; `$` is a streamed string. */
  readonly type: string;
  /** How many parts are missing; `Infinity` for a streamed one, which says when it ends. */
  left: number;
  readonly items: Reply[];
}

/** The value of a complete aggregate. Not for streamed strings and attributes. */
export function complete({ type, items }: Aggregate): Reply {
  if (type === '~') return new Set(items);
  if (type !== '%') return items;
  if (items.length % 2) throw protocolError('a key without its value');
  return new Map(pairs(items));
}

/** Elements two by two: the entries of a map laid flat. */
export function pairs(items: readonly Reply[]): [Reply, Reply][] {
  const result: [Reply, Reply][] = [];
  for (let at = 0; at < items.length; at += 2) result.push([items[at] ?? null, items[at + 1] ?? null]);
  return result;
}
