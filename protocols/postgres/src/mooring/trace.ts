// What a statement may leave behind on a connection that the next borrower would find. In doubt it leaves something.
import type { Trace } from '@fairlead/mooring';
import { PostgresScanner } from '@fairlead/sql-client';

/** Statements that leave nothing by themselves, and those that begin and end transactions. */
const CLEAN = words(
  'SELECT VALUES TABLE WITH SHOW EXPLAIN BEGIN START COMMIT END ROLLBACK ABORT SAVEPOINT RELEASE',
);
/** Statements whose triggers, rules and defaults may leave something, which nobody comes back for. */
const DIRTY = words(
  `INSERT UPDATE DELETE MERGE COPY CREATE ALTER DROP TRUNCATE VACUUM ANALYZE REINDEX CLUSTER GRANT REVOKE COMMENT REFRESH
  NOTIFY CALL DO LOCK IMPORT SECURITY REASSIGN CHECKPOINT`,
);
/** Names that stand for something of the session: a setting, a temporary table, a lock, a cursor, a sequence's last value. */
const OF_SESSION =
  /^(?:set_config|pg_(?:try_)?advisory_(?!xact)\w+|currval|lastval|temp|temporary|pg_temp\w*|hold|lo_open|standard_conforming_strings)$/;
/** What DISCARD ALL leaves: connections of dblink, backups, temporary slots, loaded libraries, the seed of `random()`. */
const LASTING = /dblink|setseed|pg_(?:backup_start|start_backup|create_\w+_slot|replication_origin_session)/i;
const SEED = /\bseed\b/i;
const SETS = /\bset(?:_config)?\b/i;
/** Functions and words before a parenthesis that change nothing. Others are the users' own, for all that is known. */
const CALLED = words(
  `COUNT SUM AVG MIN MAX COALESCE NULLIF GREATEST LEAST NOW LOWER UPPER LENGTH TRIM SUBSTRING SUBSTR REPLACE CONCAT
  CONCAT_WS FORMAT LEFT RIGHT POSITION STRPOS SPLIT_PART REGEXP_REPLACE TO_CHAR TO_DATE TO_TIMESTAMP DATE_TRUNC DATE_PART
  EXTRACT AGE CAST ROUND ABS CEIL FLOOR MOD POWER RANDOM JSON_AGG JSONB_AGG JSON_OBJECT_AGG JSONB_OBJECT_AGG
  JSON_BUILD_OBJECT JSONB_BUILD_OBJECT JSON_BUILD_ARRAY JSONB_BUILD_ARRAY TO_JSON TO_JSONB ROW_TO_JSON ARRAY_AGG
  STRING_AGG BOOL_AND BOOL_OR ROW_NUMBER RANK DENSE_RANK LAG LEAD FIRST_VALUE LAST_VALUE UNNEST ARRAY_LENGTH CARDINALITY
  GENERATE_SERIES PG_SLEEP VERSION CURRENT_SETTING IN EXISTS AND OR NOT ANY ALL SOME AS ON USING OVER PARTITION BY WHERE
  SELECT FROM JOIN LATERAL VALUES WHEN THEN ELSE CASE FILTER WITHIN GROUP UNION EXCEPT INTERSECT ROW ARRAY WITH
  MATERIALIZED INT INTEGER BIGINT NUMERIC DECIMAL VARCHAR CHAR TIMESTAMP TIME INTERVAL LIMIT OFFSET HAVING IS LIKE ILIKE
  BETWEEN DISTINCT ORDER`,
);

/** Texts that were looked at: gateways and programs send the same ones again and again. */
const KNOWN = new Map<string, Trace>();
const MAX_KNOWN = 500;
const MAX_KNOWN_CHARS = 4_096;
/** How far behind SET its next word is looked for. */
const MAX_SET_CHARS = 200;

/**
 * What the statements of a text may leave behind.
 * @param conforms Whether `standard_conforming_strings` is on, as it is unless the server or the URL says otherwise.
 */
export function traceOf(text: string, conforms: boolean): Trace {
  if (!conforms && text.includes('\\')) return 'session';
  const known = KNOWN.get(text);
  if (known !== undefined) return known;
  const trace = readTrace(text);
  if (text.length > MAX_KNOWN_CHARS) return trace;
  if (KNOWN.size >= MAX_KNOWN) KNOWN.clear();
  KNOWN.set(text, trace);
  return trace;
}

function readTrace(text: string): Trace {
  if (LASTING.test(text) || (SEED.test(text) && SETS.test(text))) return 'lasting';
  const tokens = new PostgresScanner(text, { standardConformingStrings: true });
  let trace: Trace = 'clean';
  let isFirst = true;
  let lastWord: string | undefined;
  for (let kind = tokens.next(); kind !== 'end'; kind = tokens.next()) {
    const { operator } = tokens;
    if (kind === 'unsure' || kind === 'escaped-name') return 'session';
    if (operator === '(' && !isFirst && (lastWord === undefined || !CALLED.has(lastWord))) trace = 'dirty';
    if (operator === ';') isFirst = true;
    const isName = kind === 'word' || kind === 'name';
    const isQualified = lastWord === '.';
    lastWord = kind === 'word' && !isQualified ? tokens.keyword : isName ? '' : operatorWord(operator);
    if (!isName) continue;
    if (OF_SESSION.test(tokens.value.toLowerCase())) return 'session';
    if (isFirst) {
      if (lastWord === 'LOAD') return 'lasting';
      if (DIRTY.has(lastWord)) trace = 'dirty';
      else if (!CLEAN.has(lastWord) && !isOfTransaction(tokens)) return 'session';
    } else if (lastWord === 'INTO' || DIRTY.has(lastWord)) trace = 'dirty';
    isFirst = false;
  }
  return trace;
}

/** Behind an operator but a name's dot, a parenthesis only groups. */
function operatorWord(operator: string | undefined): string {
  return operator === '.' ? '.' : 'AND';
}

/**
 * Whether the token begins a SET LOCAL or a SET TRANSACTION, whose effects end with the transaction. A setting may have the class
 * `local` or `transaction`: the next word must stand by itself.
 */
function isOfTransaction(tokens: PostgresScanner): boolean {
  return (
    tokens.keyword === 'SET' &&
    /^set\s+(?:local|transaction)\s+[a-z_"]/i.test(
      tokens.text.slice(tokens.start, tokens.start + MAX_SET_CHARS),
    )
  );
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(/\s+/));
}
