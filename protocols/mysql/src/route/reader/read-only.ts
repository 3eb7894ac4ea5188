// What a token that may only read is allowed to run. The real fence is the READ ONLY transaction around it, and that the
// server takes one statement a call. This keeps out what those do not: files, locks, sequences, loadable functions.
import {
  assertReading as assertReadingBy,
  MysqlScanner,
  type ReadOnlyBy,
  type ReadOnlyRules,
  type StatementCheck,
} from '@fairlead/sql-client';
import { AMBIGUITIES } from '../../text/ambiguities.ts';
import { READING } from '../../text/first-word.ts';
import { CallWatch } from './reading-calls.ts';

const EXPLAINING = ['EXPLAIN', 'DESCRIBE', 'DESC'];
/** These run nothing behind an EXPLAIN. */
const CHANGING = ['UPDATE', 'DELETE', 'INSERT', 'REPLACE'];
/** Hints that set the statement's variables, lift its time limit, or move its thread. */
const FORBIDDEN_HINT = /SET_VAR|MAX_EXECUTION_TIME|RESOURCE_GROUP/i;

const RULES: ReadOnlyRules<MysqlScanner> = {
  words: READING,
  scope: 'mysql:write',
  unsure: (why) => AMBIGUITIES[why],
  check: (first) => new Reader(first),
};

/**
 * @param sql Read without knowledge of the server and its sql_mode, so that it is refused where these matter.
 * @param by For the words of the refusal. Default: the token.
 * @throws FairleadError `policy` for a statement that a reader may not run.
 */
export function assertReading(sql: string, by?: ReadOnlyBy): void {
  assertReadingBy(new MysqlScanner(sql), RULES, by);
}

/** Looks at a statement's tokens one by one. */
class Reader implements StatementCheck<MysqlScanner> {
  readonly #calls = new CallWatch();
  readonly #first: string;
  #explains: boolean;
  #ended = false;
  /** The keyword, or the operator, before the current token. */
  #before = '';
  #endBefore = -1;

  constructor(first: string) {
    this.#first = first;
    this.#explains = EXPLAINING.includes(first);
  }

  /** What the token is that a reader may not have; `undefined` if it may. */
  take(tokens: MysqlScanner): string | undefined {
    if (this.#ended) return 'a second statement';
    if (tokens.operator === ';') this.#ended = true;
    const { keyword } = tokens;
    const found = this.#forbidden(tokens, keyword) ?? this.#calls.take(tokens, keyword);
    this.#before = tokens.operator || keyword;
    this.#endBefore = tokens.end;
    return found;
  }

  /** What an unfinished text has left. */
  end(): string | undefined {
    return CHANGING.includes(this.#before) && !this.#explains ? this.#before : this.#calls.end();
  }

  #forbidden(tokens: MysqlScanner, keyword: string): string | undefined {
    const before = this.#before;
    if (tokens.kind === 'hint')
      return FORBIDDEN_HINT.test(tokens.value) ? 'such an optimizer hint' : undefined;
    if (tokens.operator === '=' && before === ':' && tokens.start === this.#endBefore) return ':=';
    // INSERT(...) and REPLACE(...) are functions.
    if (CHANGING.includes(before) && tokens.operator !== '(' && !this.#explains) return before;
    switch (keyword) {
      case 'ANALYZE':
        // EXPLAIN ANALYZE runs what it explains.
        this.#explains = false;
        return undefined;
      case 'INTO':
      case 'NEXTVAL':
        return keyword;
      case 'PROCEDURE':
        // PROCEDURE ANALYSE() of old servers; SHOW names procedures.
        return this.#first === 'SHOW' ? undefined : keyword;
      case 'UPDATE':
      case 'SHARE':
        return before === 'FOR' ? `FOR ${keyword}` : undefined;
      case 'IN':
        return before === 'LOCK' ? 'LOCK IN' : undefined;
      case 'VALUE':
        return before === 'NEXT' ? 'NEXT VALUE' : undefined;
      default:
        return undefined;
    }
  }
}
