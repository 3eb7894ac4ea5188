// WHOIS on the wire (RFC 3912): one line of a question, and a text up to the end of the connection. It does no I/O.
import { assertNoCrLfNul, decodeUtf8, decodeUtf8Lossy } from '@fairlead/bytes';
import { usage } from '@fairlead/errors';

/** RFC 3912 names no limit; servers read a line of some hundred bytes. */
const MAX_QUERY_BYTES = 512;

/**
 * A question as the line that is sent.
 * @throws FairleadError `usage`: empty, over 512 bytes, or with CR, LF or NUL, which would end the line.
 */
export function encodeQuery(query: string): Uint8Array {
  assertNoCrLfNul(query, 'A WHOIS query');
  const line = new TextEncoder().encode(`${query}\r\n`);
  if (query.trim() === '') throw usage('A WHOIS query is not empty');
  if (line.length - 2 > MAX_QUERY_BYTES) throw usage(`A WHOIS query has at most ${MAX_QUERY_BYTES} bytes`);
  return line;
}

/** The answer as text with LF alone. RFC 3912 section 4 names no charset: UTF-8, else with U+FFFD where it is not. */
export function decodeAnswer(bytes: Uint8Array): string {
  return (decodeUtf8(bytes) ?? decodeUtf8Lossy(bytes)).replaceAll('\r\n', '\n');
}
