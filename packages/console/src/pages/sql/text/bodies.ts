// Bodies of routines, in which a semicolon ends no statement: BEGIN ... END of MySQL, BEGIN ATOMIC ... END of Postgres.
import type { SqlScanner } from '@fairlead/sql-client/text';
import type { Dialect } from '../server/dialect.ts';

const ROUTINES = ['PROCEDURE', 'FUNCTION', 'TRIGGER', 'EVENT', 'PACKAGE'];
/** What `END` may have behind it, of blocks that are not counted. */
const UNCOUNTED = ['IF', 'LOOP', 'WHILE', 'REPEAT', 'FOR'];

/** Watches one statement, token by token. */
export class BodyWatch {
  readonly #dialect: Dialect;
  #isFirst = true;
  #isCreate = false;
  #isRoutine = false;
  #depth = 0;
  #last = '';

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  /** Whether a semicolon here belongs to the statement. */
  get isInside(): boolean {
    return this.#isRoutine && this.#depth > 0;
  }

  /** Takes the current token, which is no semicolon that ends the statement. */
  take(tokens: SqlScanner): void {
    const { keyword } = tokens;
    if (this.#isFirst) this.#isCreate = keyword === 'CREATE';
    this.#isFirst = false;
    if (!this.#isCreate) return;
    if (ROUTINES.includes(keyword)) this.#isRoutine = true;
    if (this.#isRoutine) this.#count(keyword);
    this.#last = keyword;
  }

  #count(keyword: string): void {
    if (keyword === 'END') this.#depth -= 1;
    else if (this.#last === 'END' && UNCOUNTED.includes(keyword)) this.#depth += 1;
    else if (keyword === 'CASE' && this.#last !== 'END') this.#depth += 1;
    else if (this.#dialect !== 'postgres' && keyword === 'BEGIN') this.#depth += 1;
    else if (this.#dialect === 'postgres' && keyword === 'ATOMIC' && this.#last === 'BEGIN') this.#depth += 1;
  }
}
