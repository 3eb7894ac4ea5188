// How many rows an UPDATE has changed, which servers say in words alone.
import type { Summary } from '../types/results.ts';

/** As mysql2 reads it: 0 where the server says nothing of it. */
export function changedRows({ info }: Summary): number {
  return Number(/\schanged:\s*(\d+)/i.exec(info)?.[1] ?? 0);
}
