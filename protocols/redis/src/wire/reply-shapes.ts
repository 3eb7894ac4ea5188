// Replies in one shape, whichever protocol carried them: RESP2 sends flat arrays where RESP3 has maps, sets and doubles.
import { decodeUtf8Lossy } from '@fairlead/bytes';
import { pairs } from './decode/aggregate.ts';
import { toNumber } from './decode/scalar.ts';
import type { Reply } from './messages.ts';

/** Changes a reply into the result of a typed command. */
export type ReplyShape = (reply: Reply) => unknown;

/** A reply's string as text. */
export function textOf(reply: Reply | undefined): string {
  return reply instanceof Uint8Array ? decodeUtf8Lossy(reply) : String(reply);
}

/** The elements of an array, a set, or a map laid flat. */
export function listOf(reply: Reply | undefined): Reply[] {
  if (reply instanceof Map) return [...reply].flat();
  return Array.isArray(reply) || reply instanceof Set ? [...reply] : [];
}

/** 1 and 0 as true and false. */
export const truth: ReplyShape = (reply) => reply === 1 || reply === true;

/** A score, or null. */
export const score: ReplyShape = (reply) => (reply === null ? null : toNumber(textOf(reply)));

/** Field names with their values. */
export function record(reply: Reply | undefined): Record<string, Reply> {
  return Object.fromEntries(pairs(listOf(reply)).map(([name, value]) => [textOf(name), value]));
}

/** Members with their scores: flat in RESP2, pairs in RESP3. */
export const scored: ReplyShape = (reply) =>
  pairs(listOf(reply).flat()).map(([member, value]) => ({ member, score: score(value) }));

/** Entries of a stream. */
export const entries: ReplyShape = (reply) =>
  listOf(reply).map((entry) => {
    const [id, fields] = listOf(entry);
    return { id: textOf(id), fields: record(fields) };
  });
