// Which statements the server knows by name, and for how long it may. It forgets the one that was used least recently,
// and has it closed.
import { LruCache } from '@fairlead/sql-client';
import type { StatementState } from '../session/states.ts';
import type { ErrorFields, Field } from '../wire/messages.ts';

/** How many names a connection keeps. */
const MAX_STATEMENTS = 256;
/**
 * How long a name is used. Some changes in the database are seen by preparing alone: a table that now stands before
 * another one in the search path, a function that fits better, a column that has become citext.
 */
const MAX_AGE_MS = 60_000;
/** Prefix of the names that this client gives to prepared statements. */
const PREFIX = 'fairlead_';

/** A statement that was seen, and was or will be prepared under a name when it comes again. */
export interface Prepared {
  readonly key: string;
  readonly name: string;
  /** `Date.now()` when it was seen first. */
  readonly since: number;
  /** Whether its result does not depend on settings that may change. Others are prepared only with `prepare: 'always'`. */
  readonly isReusable: boolean;
  /** Whether it was sent before. */
  seen: boolean;
  /** Whether the server was told of its name, and whether it has said that it knows it. */
  told: boolean;
  confirmed: boolean;
  /** The types of its parameters: `undefined` until the server has told them; empty where there are none. */
  types: readonly number[] | undefined;
  /** The columns that were described last, and the description in bytes: most often the next one is the same. */
  fields: readonly Field[] | undefined;
  description: Uint8Array | undefined;
}

/**
 * How a statement is sent. Without a name: **look** has its text parsed and asks for its parameters'
 * types, **plain** only has it parsed. With a name: **parse** has it parsed under it, **name** uses what was parsed.
 */
export type Way = 'look' | 'plain' | 'parse' | 'name';

/** The statements of one connection that were seen. */
export class StatementCache {
  readonly #known = new LruCache<Prepared>(MAX_STATEMENTS);
  readonly #shunned = new Set<string>();
  #count = 0;
  /** Names to be closed on the server with the next statement. */
  readonly closing: string[] = [];

  /** The statement of this key, if the server was told of it. @param now `Date.now()`. */
  get(key: string, now: number): Prepared | undefined {
    const found = this.#known.get(key);
    if (found === undefined || now - found.since < MAX_AGE_MS) return found;
    this.drop(found);
    return undefined;
  }

  /** A new name for this key; none for one that was shunned. */
  add(key: string, now: number, isReusable: boolean): Prepared | undefined {
    if (this.#shunned.has(key)) return undefined;
    this.#count += 1;
    const prepared: Prepared = {
      key,
      name: `${PREFIX}${this.#count}`,
      since: now,
      isReusable,
      seen: false,
      told: false,
      confirmed: false,
      types: undefined,
      fields: undefined,
      description: undefined,
    };
    this.#close(this.#known.add(key, prepared));
    return prepared;
  }

  /** It is not to be used any more. */
  drop({ key, name }: Prepared): void {
    if (this.#known.peek(key)?.name === name) this.#close(this.#known.delete(key));
  }

  /** To close a name that the server does not know is no error. */
  #close(prepared: Prepared | undefined): void {
    if (prepared?.told) this.closing.push(prepared.name);
  }

  /** It is not to be prepared any more. */
  shun({ key }: Prepared): void {
    if (this.#shunned.size < MAX_STATEMENTS) this.#shunned.add(key);
  }

  /** All may mean something else now. */
  forget(): void {
    for (const prepared of this.#known.clear()) this.#close(prepared);
  }
}

/** SQLSTATE for a name that the server does not know, and for one that is taken. */
const UNKNOWN_NAME = '26000';
const TAKEN_NAME = '42P05';
/** Classes of SQLSTATE by which parameters are refused for their types, or a text no longer fits what it names. */
const OUTDATED = /^(?:22|42|0A|XX)/;

/** Whether the server refused a prepared statement for what it was when it was prepared: then nothing of it was run. */
export function isStale(state: StatementState, way: Way | undefined, fields: ErrorFields): boolean {
  const code = fields.get('C') ?? '';
  if (way !== 'parse' && way !== 'name') return false;
  // Also one that was parsed just now: a pooler may share what it parsed long ago.
  return state === 'parsing'
    ? code === TAKEN_NAME
    : state === 'binding' && (code === UNKNOWN_NAME || OUTDATED.test(code));
}
