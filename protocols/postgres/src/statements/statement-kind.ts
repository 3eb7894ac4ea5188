// What a statement may do, by the first word and the literals of its text. It does not parse SQL: in doubt, a statement may
// do anything.
import { firstPostgresWord } from '@fairlead/sql-client';

/** Statements that begin or end no transaction, change no setting and define nothing. */
const PLAIN = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'MERGE', 'VALUES', 'WITH', 'TABLE'];
const PLAIN_AT_ONCE = new RegExp(`^\\s*(?:${PLAIN.join('|')})\\b`, 'i');

/** Commands behind which a prepared statement may mean something else, by the first words of text and tag. */
const DEFINING = /^(?:ALTER|CREATE|DEALLOCATE|DISCARD|DROP|IMPORT)\b/;
const DEFINING_ANYWHERE = /\b(?:alter|create|deallocate|discard|drop|import)\b/i;

/** Statements that begin with another letter are no COPY, whatever comments stand before them. */
const MAY_BE_COPY = /^[^a-z]|^c/i;
const TO_CLIENT = /\b(?:from\s+stdin|to\s+stdout)\b/i;

/** Longer texts are not prepared. */
const MAX_PREPARED_CHARS = 16_384;
/** A quoted name, a comment to the line's end, or a literal, whose text is the group. */
const QUOTED = /"[^"]*"|--[^\n]*|'([^']*)'/g;
/** In literals of dates, times and money: their values depend on the session's settings, or on the time. */
const MAY_CHANGE = /[\d\\]|now|today|tomorrow|yesterday/i;
/** Types whose literals are names, which the server resolves when it prepares. */
const LOOKED_UP =
  /\breg(?:class|collation|config|dictionary|namespace|oper|operator|proc|procedure|role|type)\b/i;

/** Whether the statement leaves transaction, settings and definitions as they are. */
export function isPlain(text: string): boolean {
  return PLAIN_AT_ONCE.test(text) || PLAIN.includes(firstPostgresWord(text));
}

/** Whether prepared statements may mean something else once this statement has run. */
export function isDefining(text: string): boolean {
  return DEFINING.test(firstPostgresWord(text));
}

/** The same of a statement that is done, by its command tag. */
export function hasDefined(tag: string): boolean {
  return DEFINING.test(tag);
}

/** The same of a script, which has several statements. */
export function mayDefine(script: string): boolean {
  return DEFINING_ANYWHERE.test(script);
}

/** Whether it is a COPY. */
export function isCopy(text: string): boolean {
  return MAY_BE_COPY.test(text) && firstPostgresWord(text) === 'COPY';
}

/** Whether a COPY has its data from the client, or sends them there. In doubt it is false, and the server decides. */
export function copiesToClient(text: string): boolean {
  return TO_CLIENT.test(text.replace(QUOTED, ' '));
}

/**
 * Whether a text means the same each time, so that it can be prepared once and reused. The server turns literals into values
 * when it prepares: `timestamptz '2026-01-01 00:00'` in the time zone of that moment,
 * `date 'today'` for good.
 */
export function isReusable(text: string): boolean {
  if (text.length > MAX_PREPARED_CHARS || !isPlain(text)) return false;
  // Dollar quotes; and names with a dollar, which are rare.
  if (/\$(?!\d)/.test(text)) return false;
  if (!text.includes("'")) return true;
  // Comments nest, so that literals cannot be found by a pattern.
  if (text.includes('/*') || LOOKED_UP.test(text)) return false;
  for (const [, literal] of text.matchAll(QUOTED)) if (literal && MAY_CHANGE.test(literal)) return false;
  return true;
}
