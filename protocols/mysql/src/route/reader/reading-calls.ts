// Which functions a reader's statement calls. Natives and loadable functions have bare names; what is called as
// `schema.name()` is a stored function, whose writes the READ ONLY transaction refuses.
import type { SqlScanner } from '@fairlead/sql-client';
import { isNoCall, mayCall } from './reading-functions.ts';

/** Servers compare names by collations in which other letters are alike: `ö` is `o`. */
const ASCII = /^[\x20-\x7e]*$/;
/** MariaDB's schemas of natives: mariadb_schema.load_file() is the native. */
const NATIVE_SCHEMA = /_SCHEMA$/;
/** Natives that no schema makes harmless. */
const NEVER = /^(?:LOAD_FILE|GET_LOCK|RELEASE_LOCK|RELEASE_ALL_LOCKS|NEXTVAL|SETVAL)$/;

/** A token that can be a function's name. */
interface Name {
  /** Without its quotes. */
  readonly text: string;
  readonly quoted: boolean;
  /** The name before it and a dot. */
  readonly schema: string | undefined;
  /** Whether it stands where a name with a list of columns can: behind AS, or behind a closing parenthesis. */
  readonly aliases: boolean;
}

/** Looks at tokens one by one, and says which call is not allowed. */
export class CallWatch {
  /** The token before, if it can be a function's name. */
  #name: Name | undefined;
  /** The name before a dot, which is the token before. */
  #schema: string | undefined;
  #mayAlias = false;
  #depth = 0;
  /** A call that is none if it turns out to be `name (columns) AS (`, as behind WITH. */
  #pending: { readonly name: string; readonly depth: number; state: 'columns' | 'closed' | 'as' } | undefined;

  /**
   * The call that may not be, or `undefined`.
   * @param keyword The token's, which takes time to make.
   */
  take(tokens: SqlScanner, keyword: string): string | undefined {
    const { operator } = tokens;
    const failed = this.#checkPending(operator, keyword);
    if (failed !== undefined) return failed;
    const called = operator === '(' ? this.#called() : undefined;
    if (operator === '(') this.#depth += 1;
    if (operator === ')') this.#depth -= 1;
    this.#note(tokens, keyword);
    return called;
  }

  /** A call that was not decided when the text ended. */
  end(): string | undefined {
    return this.#pending === undefined ? undefined : callOf(this.#pending.name);
  }

  /** Remembers what the next token needs. */
  #note(tokens: SqlScanner, keyword: string): void {
    const { kind, operator } = tokens;
    const name = this.#name;
    this.#name = undefined;
    const schema = this.#schema;
    this.#schema = operator === '.' ? name?.text : undefined;
    if (kind === 'word' || kind === 'name' || kind === 'text-or-name') {
      this.#name = { text: tokens.value, quoted: kind !== 'word', schema, aliases: this.#mayAlias };
    }
    this.#mayAlias = operator === ')' || keyword === 'AS';
  }

  /** What stands before this parenthesis, if it may not be called. */
  #called(): string | undefined {
    const name = this.#name;
    if (name === undefined || name.aliases) return undefined;
    if (!name.quoted && name.schema === undefined && isNoCall(upper(name.text))) return undefined;
    if (isAllowed(name)) return undefined;
    // Columns are called nothing.
    if (name.schema !== undefined || this.#pending !== undefined) return callOf(name.text);
    this.#pending = { name: name.text, depth: this.#depth, state: 'columns' };
    return undefined;
  }

  #checkPending(operator: string, keyword: string): string | undefined {
    const pending = this.#pending;
    if (pending === undefined) return undefined;
    if (pending.state === 'columns') {
      if (operator === ')' && this.#depth === pending.depth + 1) pending.state = 'closed';
      return undefined;
    }
    if (pending.state === 'closed' && keyword === 'AS') {
      pending.state = 'as';
      return undefined;
    }
    if (pending.state !== 'as' || operator !== '(') return callOf(pending.name);
    this.#pending = undefined;
    return undefined;
  }
}

function isAllowed({ text, schema }: Name): boolean {
  if (!ASCII.test(text)) return false;
  const name = upper(text);
  if (schema === undefined) return mayCall(name);
  if (!ASCII.test(schema) || NEVER.test(name)) return false;
  return !NATIVE_SCHEMA.test(upper(schema)) || mayCall(name);
}

/** JavaScript makes ASCII letters of others: U+017F becomes an S. */
function upper(name: string): string {
  return ASCII.test(name) ? name.toUpperCase() : name;
}

function callOf(name: string): string {
  const shown = ASCII.test(name) && name.length <= 64 ? upper(name) : 'a function';
  return `${shown}(), which is not known to only read; a stored function of your own is called with its schema: shop.total()`;
}
