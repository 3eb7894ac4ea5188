// What a statement's text says of what it may do, by its first word and its literals. It reads no SQL: where it is not
// sure, it takes the statement for one that may do anything.
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

/** Longer texts are not worth a place among the prepared statements. */
const MAX_PREPARED_CHARS = 16_384;
/** What is quoted, or is a comment to the line's end. The group is a literal's text. */
const QUOTED = /"[^"]*"|--[^\n]*|'([^']*)'/g;
/** A date, a time, an amount of money: what the server makes of them depends on the session, or on the time. */
const MAY_CHANGE = /[\d\\]|now|today|tomorrow|yesterday/i;
/** Names that are looked up once. */
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

/** Whether a statement of this tag was such a one. */
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

/** Whether a COPY says that its data come from the client, or go there. What is not sure is the server's to say. */
export function copiesToClient(text: string): boolean {
  return TO_CLIENT.test(text.replace(QUOTED, ' '));
}

/**
 * Whether the server would understand the text in an hour as it does now, so that it may be prepared once. The server
 * turns literals into values when it prepares: `timestamptz '2026-01-01 00:00'` in the time zone of that moment,
 * `date 'today'` for good.
 */
export function isReusable(text: string): boolean {
  if (text.length > MAX_PREPARED_CHARS || !isPlain(text)) return false;
  // Dollar quotes; and names with a dollar, which are rare.
  if (/\$(?!\d)/.test(text)) return false;
  if (!text.includes("'")) return true;
  // Comments nest: what of it is a literal would take more than a look.
  if (text.includes('/*') || LOOKED_UP.test(text)) return false;
  for (const [, literal] of text.matchAll(QUOTED)) if (literal && MAY_CHANGE.test(literal)) return false;
  return true;
}
