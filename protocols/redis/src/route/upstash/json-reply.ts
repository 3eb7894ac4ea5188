// Replies as Upstash's JSON has them. It knows no HTTP framework.
import { decodeUtf8Lossy } from '@fairlead/bytes';
import { isFairleadError } from '@fairlead/errors';
import type { Reply } from '../../wire/messages.ts';

/**
 * A reply as Upstash's JSON has it: the shapes of RESP2, integers beyond 2^53 as strings so that nothing is lost.
 * @param base64 Strings as base64 of their bytes (but a status `OK`); else as text, with U+FFFD for what is not UTF-8.
 */
export function jsonReply(reply: Reply, base64: ((bytes: Uint8Array) => string) | undefined): unknown {
  if (reply === 'OK') return reply;
  return convert(reply, base64);
}

function convert(reply: Reply, base64: ((bytes: Uint8Array) => string) | undefined): unknown {
  if (Array.isArray(reply)) return reply.map((item) => convert(item, base64));
  if (isFairleadError(reply)) return { error: wordsOf(reply) };
  if (reply instanceof Uint8Array) return base64 === undefined ? decodeUtf8Lossy(reply) : base64(reply);
  if (typeof reply === 'string' || typeof reply === 'bigint') {
    return base64 === undefined ? String(reply) : base64(new TextEncoder().encode(String(reply)));
  }
  return reply;
}

/** The text of an error: the server's own words where it is the server's. */
export function wordsOf(error: Error): string {
  return isFairleadError(error) ? (error.server?.message ?? error.message) : error.message;
}
