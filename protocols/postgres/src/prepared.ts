// Which statements the server knows by name. It forgets the one that was used least recently, and has it closed.
import type { ErrorFields, Field } from './messages.ts';

/** How many names a connection keeps. */
const MAX_STATEMENTS = 256;

/** A statement that was prepared under a name, or is about to be. */
export interface Prepared {
  readonly key: string;
  readonly name: string;
  /** Its columns: `undefined` until the server has described them, `null` for a statement without rows. */
  fields: readonly Field[] | null | undefined;
}

/** Least recently used goes first. */
export class StatementCache {
  readonly #known = new Map<string, Prepared>();
  readonly #shunned = new Set<string>();
  #latest: Prepared | undefined;
  #count = 0;
  /** Names to be closed on the server with the next statement. */
  readonly closing: string[] = [];

  /** The statement of this key, if the server was told of it. */
  get(key: string): Prepared | undefined {
    const found = this.#known.get(key);
    if (found !== undefined && this.#latest !== found) {
      this.#known.delete(key);
      this.#known.set(key, found);
      this.#latest = found;
    }
    return found;
  }

  /** A new name for this key; none for one that was shunned. */
  add(key: string): Prepared | undefined {
    if (this.#shunned.has(key)) return undefined;
    for (const [oldest, { name }] of this.#known) {
      if (this.#known.size < MAX_STATEMENTS) break;
      this.#known.delete(oldest);
      this.closing.push(name);
    }
    this.#count += 1;
    const prepared: Prepared = { key, name: `f${this.#count}`, fields: undefined };
    this.#known.set(key, prepared);
    this.#latest = prepared;
    return prepared;
  }

  /** The server does not know it, or not as it was. */
  drop({ key, name }: Prepared, stillThere: boolean): void {
    if (this.#known.get(key)?.name !== name) return;
    this.#known.delete(key);
    if (stillThere) this.closing.push(name);
  }

  /** It is not to be prepared any more. */
  shun({ key }: Prepared): void {
    if (this.#shunned.size < MAX_STATEMENTS) this.#shunned.add(key);
  }

  /** The server has forgotten all of them: DISCARD ALL, DEALLOCATE ALL. */
  clear(): void {
    this.#known.clear();
    this.closing.length = 0;
  }
}

/** "cached plan must not change result type" is a feature_not_supported of this routine. */
const REPLANNED = 'RevalidateCachedQuery';

/** Whether a prepared statement is no longer what it was: then nothing of it was run. */
export function isStale(
  { prepared, step, again }: { prepared: Prepared | undefined; step: string; again: boolean },
  fields: ErrorFields,
): boolean {
  if (prepared === undefined || again) return false;
  const code = fields.get('C');
  return (code === '26000' && step === 'b') || (code === '0A000' && fields.get('R') === REPLANNED);
}
