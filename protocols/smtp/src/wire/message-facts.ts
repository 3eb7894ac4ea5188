// What has to be known of a whole message before it is sent: its size, and whether it needs 8BITMIME or SMTPUTF8.
import { type FairleadError, usage } from '@fairlead/errors';

const NUL = 0x00;
const LF = 0x0a;
const CR = 0x0d;
/** RFC 5322 section 2.1.1, RFC 5321 section 4.5.3.1.6: a line without its CR LF. */
export const MAX_LINE_BYTES = 998;

/** The facts of a message in memory. */
export interface MessageFacts {
  /** Its size in bytes with CR LF at each line end and without stuffed dots, as SIZE counts (RFC 1870). */
  readonly size: number;
  /** Whether it holds bytes beyond ASCII. */
  readonly eightBit: boolean;
  /** Whether its header holds them. */
  readonly utf8Header: boolean;
}

/**
 * Reads the facts of a message.
 * @throws FairleadError `usage` for a NUL or a line over 998 bytes, which no server accepts.
 */
export function readMessageFacts(bytes: Uint8Array): MessageFacts {
  let size = 0;
  let lineStart = 0;
  let headerEnd = -1;
  let firstBeyond = -1;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte > CR && byte < 0x80) continue;
    if (byte === CR || byte === LF) {
      size += lineSize(at - lineStart);
      if (at === lineStart && headerEnd < 0) headerEnd = at;
      if (byte === CR && bytes[at + 1] === LF) at++;
      lineStart = at + 1;
    } else if (byte === NUL) throw nulRefused();
    else if (byte > 0x7f && firstBeyond < 0) firstBeyond = at;
  }
  if (lineStart < bytes.length) size += lineSize(bytes.length - lineStart);
  const eightBit = firstBeyond >= 0;
  return { size, eightBit, utf8Header: eightBit && (headerEnd < 0 || firstBeyond < headerEnd) };
}

/** A line's bytes with its end. */
function lineSize(bytes: number): number {
  if (bytes > MAX_LINE_BYTES) throw lineTooLong();
  return bytes + 2;
}

/** The error of a message with a line over 998 bytes. */
export function lineTooLong(): FairleadError {
  return usage(
    `The message has a line of more than ${MAX_LINE_BYTES} bytes (RFC 5322 section 2.1.1); encode it as quoted-printable or base64`,
  );
}

/** The error of a message with a NUL. */
export function nulRefused(): FairleadError {
  return usage('The message holds a NUL, which no mail may (RFC 5322); encode it as base64');
}
