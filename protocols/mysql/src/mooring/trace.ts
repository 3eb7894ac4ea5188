// What a statement may leave behind on a connection that the next borrower would find. In doubt it leaves something.
import type { Trace } from '@fairlead/mooring';
import { MysqlScanner } from '@fairlead/sql-client';
import type { SqlSettings } from '../session/session-state.ts';

/** What stands before a parenthesis that only groups. */
const OTHER = 'AND';
/** `LAST_INSERT_ID(` and `FOUND_ROWS(`, if nothing comes but `)`. */
const ASKING = '(';
const ASKING_ROWS = '(rows';
/** The client's own: every statement brings its limit with it. */
const TIME_LIMIT = /^SET max_(?:execution|statement)_time = [\d.]+$/;
/** What holds for the next transaction alone: the tracker keeps the connection for it. */
export const NEXT_TRANSACTION: RegExp =
  /^SET TRANSACTION ISOLATION LEVEL (?:READ (?:UN)?COMMITTED|REPEATABLE READ|SERIALIZABLE)$/i;
/** Statements that leave nothing by themselves, and those that begin and end transactions. */
const CLEAN = words(
  'SELECT VALUES TABLE WITH SHOW EXPLAIN DESCRIBE DESC DO BEGIN START COMMIT ROLLBACK SAVEPOINT RELEASE',
);
/** Statements whose triggers and bodies may leave something, and that leave an id or a count of rows. */
const DIRTY = words(
  `INSERT UPDATE DELETE REPLACE LOAD IMPORT CREATE ALTER DROP TRUNCATE RENAME OPTIMIZE ANALYZE CHECK CHECKSUM REPAIR GRANT
  REVOKE CALL KILL INSTALL UNINSTALL`,
);
/** Names that stand for something of the session: a temporary table, a lock, a sequence's last value. */
const OF_SESSION =
  /^(?:temporary|(?:get|release)_lock|release_all_locks|sql_calc_found_rows|lastval|previous|setval)$/;
/** `@name`; what begins with `@@` is read only. */
const USER_VARIABLE = /^@(?!@)/;
/** What speaks of the statement before: functions without an argument, variables, and what SHOW shows. */
const ASKING_FUNCTIONS = words('LAST_INSERT_ID ROW_COUNT');
const ASKING_VARIABLE = /^@@(?:last_insert_id|identity|(?:warning|error)_count)$/;
const ASKING_SHOWS = words('WARNINGS ERRORS COUNT');
/** Statements that have a FOUND_ROWS() of their own, and others that leave a transaction open. All others may commit. */
const READING = words('SELECT VALUES TABLE');
const STAYING = words(
  'WITH SHOW INSERT UPDATE DELETE REPLACE DO EXPLAIN DESCRIBE DESC SAVEPOINT RELEASE GET',
);
/** Functions and words before a parenthesis that change nothing. Others are the users' own, for all that is known. */
const CALLED = words(
  `COUNT SUM AVG MIN MAX COALESCE NULLIF IFNULL IF GREATEST LEAST NOW CURDATE CURTIME LOWER UPPER LENGTH CHAR_LENGTH TRIM
  LTRIM RTRIM SUBSTRING SUBSTR SUBSTRING_INDEX REPLACE INSERT TRUNCATE CONCAT CONCAT_WS GROUP_CONCAT FORMAT LEFT RIGHT LPAD
  RPAD REPEAT LOCATE INSTR POSITION REGEXP_REPLACE REGEXP_LIKE DATE TIME YEAR MONTH DAY HOUR MINUTE DATE_FORMAT DATE_ADD
  DATE_SUB DATEDIFF TIMESTAMPDIFF STR_TO_DATE FROM_UNIXTIME UNIX_TIMESTAMP EXTRACT CAST CONVERT ROUND ABS CEIL CEILING FLOOR
  MOD POW POWER RAND FIELD FIND_IN_SET ELT HEX UNHEX MD5 SHA1 SHA2 UUID BIN_TO_UUID UUID_TO_BIN JSON_EXTRACT JSON_UNQUOTE
  JSON_OBJECT JSON_ARRAY JSON_ARRAYAGG JSON_OBJECTAGG JSON_VALUE JSON_CONTAINS JSON_TABLE ROW_NUMBER RANK DENSE_RANK LAG LEAD
  FIRST_VALUE LAST_VALUE NTILE SLEEP VERSION DATABASE SCHEMA CONNECTION_ID USER CURRENT_USER IS_USED_LOCK IN EXISTS AND OR
  NOT XOR ANY ALL SOME AS ON USING OVER PARTITION BY WHERE SELECT FROM JOIN LATERAL VALUES ROW WHEN THEN ELSE CASE UNION
  EXCEPT INTERSECT WITH CHAR BINARY VARCHAR DECIMAL DATETIME INT INTEGER LIMIT OFFSET HAVING IS LIKE REGEXP BETWEEN DISTINCT
  AGAINST MATCH INTERVAL DIV COLUMNS INDEX KEY`,
);

/**
 * What a text may leave behind; `asks`: it speaks of what the statement before has left, as `LAST_INSERT_ID()` and
 * `SHOW WARNINGS` do; `asks for rows`: of the rows of the last statement that had any, by `FOUND_ROWS()`.
 */
type TextTrace = Trace | 'asks' | 'asks for rows';

/** What is known of a text. */
export interface TextFacts {
  readonly trace: TextTrace;
  /** Whether it begins a transaction or ends one, or neither. */
  readonly transaction: 'begins' | 'ends' | 'stays';
  /** Whether a statement of it has rows, behind the last that begins a transaction. */
  readonly reads: boolean;
}

const TIME_LIMIT_FACTS: TextFacts = { trace: 'clean', transaction: 'stays', reads: false };
const NEXT_TRANSACTION_FACTS: TextFacts = { trace: 'dirty', transaction: 'stays', reads: false };

/** Texts that were looked at: gateways and programs send the same ones again and again. */
const KNOWN = new Map<string, TextFacts>();
const MAX_KNOWN = 500;
const MAX_KNOWN_CHARS = 4_096;

/**
 * What the statements of a text may leave behind, and what they do to transactions.
 * @param settings Of the session that will read it. Where they are not known and matter, the text is the session's.
 */
export function readText(text: string, settings: SqlSettings = {}): TextFacts {
  if (TIME_LIMIT.test(text)) return TIME_LIMIT_FACTS;
  if (NEXT_TRANSACTION.test(text)) return NEXT_TRANSACTION_FACTS;
  const { server = '', noBackslashEscapes = '', ansiQuotes = '' } = settings;
  const key = `${server} ${noBackslashEscapes} ${ansiQuotes} ${text}`;
  const known = KNOWN.get(key);
  if (known !== undefined) return known;
  const facts = new TextReader(text, settings).read();
  if (text.length > MAX_KNOWN_CHARS) return facts;
  if (KNOWN.size >= MAX_KNOWN) KNOWN.clear();
  KNOWN.set(key, facts);
  return facts;
}

/** Reads one text. */
class TextReader {
  readonly #tokens: MysqlScanner;
  #trace: Trace = 'clean';
  /** Whether the next word begins a statement, and whether one stands before it in the text. */
  #begins = true;
  #isLater = false;
  #transaction: TextFacts['transaction'] = 'stays';
  #reads = false;
  /** What there was before ROLLBACK, which may be one to a savepoint. */
  #unlessTo: Pick<TextFacts, 'transaction' | 'reads'> = { transaction: 'stays', reads: false };
  /** The keyword before: '' for a name that is none, or that is qualified. Of operators, the dot and `ASKING` count. */
  #before = OTHER;

  constructor(text: string, settings: SqlSettings) {
    this.#tokens = new MysqlScanner(text, settings);
  }

  read(): TextFacts {
    const trace = this.#read();
    // The rest of the text was not read; a connection that is the session's stays with its transaction.
    if (trace === 'asks' || trace === 'asks for rows') this.#skip();
    return { trace, transaction: this.#transaction, reads: this.#reads };
  }

  #skip(): void {
    const tokens = this.#tokens;
    for (let kind = tokens.next(); kind !== 'end'; kind = tokens.next())
      if (tokens.operator === ';' || kind === 'unsure') this.#transaction = 'ends';
  }

  #read(): TextTrace {
    const tokens = this.#tokens;
    for (let kind = tokens.next(); kind !== 'end'; kind = tokens.next()) {
      const isName = kind === 'word' || kind === 'name' || kind === 'text-or-name';
      const found = isName ? this.#name() : this.#other();
      if (found !== undefined) return found;
    }
    return DIRTY.has(this.#before) ? 'dirty' : this.#trace;
  }

  /** Anything but a word or a name. */
  #other(): TextTrace | undefined {
    const { kind, operator, value } = this.#tokens;
    const before = this.#before;
    if (kind === 'unsure' || (kind === 'variable' && USER_VARIABLE.test(value))) return 'session';
    if (kind === 'variable' && ASKING_VARIABLE.test(value.toLowerCase())) return this.#asks();
    if (operator === ')' && before === ASKING) return this.#asks();
    if (operator === ')' && before === ASKING_ROWS) return this.#asks('asks for rows');
    this.#before = operator === '.' ? operator : OTHER;
    if (operator === '(' && ASKING_FUNCTIONS.has(before)) this.#before = ASKING;
    if (operator === '(' && before === 'FOUND_ROWS') this.#before = ASKING_ROWS;
    // REPLACE(...) is a function; REPLACE, behind EXPLAIN or WITH, a statement.
    if (operator === '(' ? !CALLED.has(before) : DIRTY.has(before)) this.#trace = 'dirty';
    if (operator === ';') this.#begins = this.#isLater = true;
    return undefined;
  }

  #name(): TextTrace | undefined {
    const tokens = this.#tokens;
    const before = this.#before;
    if (OF_SESSION.test(tokens.value.toLowerCase())) return 'session';
    const keyword = before === '.' ? '' : tokens.keyword;
    this.#before = keyword;
    if (DIRTY.has(before)) this.#trace = 'dirty';
    if (this.#begins) return this.#begin(keyword);
    if (before === 'ROLLBACK' && keyword === 'TO') {
      this.#transaction = this.#unlessTo.transaction;
      this.#reads = this.#unlessTo.reads;
    }
    if (keyword === 'INTO' || keyword === 'NEXT') this.#trace = 'dirty';
    if (before === 'SHOW' && ASKING_SHOWS.has(keyword)) return this.#asks();
    const isOther =
      (before === 'BEGIN' && keyword !== 'WORK') || (before === 'START' && keyword !== 'TRANSACTION');
    return isOther ? 'session' : undefined;
  }

  #begin(keyword: string): TextTrace | undefined {
    this.#begins = false;
    this.#unlessTo = { transaction: this.#transaction, reads: this.#reads };
    if (READING.has(keyword)) this.#reads = true;
    else if (!STAYING.has(keyword)) {
      this.#transaction = keyword === 'BEGIN' || keyword === 'START' ? 'begins' : 'ends';
      this.#reads = false;
    }
    if (keyword === 'GET') return this.#asks();
    return CLEAN.has(keyword) || DIRTY.has(keyword) ? undefined : 'session';
  }

  /** The statement before may be of the same text. */
  #asks(trace: 'asks' | 'asks for rows' = 'asks'): TextTrace {
    return this.#isLater ? 'session' : trace;
  }
}

function words(list: string): ReadonlySet<string> {
  return /* @__PURE__ */ new Set(list.split(/\s+/));
}
