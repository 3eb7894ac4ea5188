// Commands as lines (RFC 5321 section 4.1.1 and the RFCs of the extensions). Text that would end a line early is refused.
// `session/envelope.ts` checks whether the server knows a parameter.

import { assertNoCrLfNul } from '@fairlead/bytes';
import { usage } from '@fairlead/errors';
import type { Notify } from '../types.ts';

const encoder = new TextEncoder();

/** Lines as bytes, each with its CR LF. @throws FairleadError `usage` for a line with CR, LF or NUL. */
export function encodeLines(lines: readonly string[]): Uint8Array {
  for (const line of lines) assertNoCrLfNul(line, 'A command');
  return encoder.encode(lines.map((line) => `${line}\r\n`).join(''));
}

/** The parameters of MAIL. */
export interface MailParameters {
  /** SIZE in bytes (RFC 1870). */
  readonly size: number | undefined;
  /** BODY=8BITMIME (RFC 6152). */
  readonly eightBit: boolean;
  readonly smtpUtf8: boolean;
  readonly return: 'full' | 'headers' | undefined;
  readonly envelopeId: string | undefined;
  readonly requireTls: boolean;
}

/** `MAIL FROM:<...>`, without a space behind the colon, which strict servers refuse. */
export function mailCommand(wire: string, parameters: MailParameters): string {
  const { size, eightBit, smtpUtf8, envelopeId, requireTls } = parameters;
  let line = `MAIL FROM:<${wire}>`;
  if (size !== undefined) line += ` SIZE=${size}`;
  if (eightBit) line += ' BODY=8BITMIME';
  if (smtpUtf8) line += ' SMTPUTF8';
  if (parameters.return !== undefined) line += ` RET=${parameters.return === 'full' ? 'FULL' : 'HDRS'}`;
  if (envelopeId !== undefined) line += ` ENVID=${xtext(envelopeId, 'envelopeId')}`;
  if (requireTls) line += ' REQUIRETLS';
  return line;
}

/** `RCPT TO:<...>`. */
export function rcptCommand(wire: string, notify?: Notify, originalRecipient?: string): string {
  let line = `RCPT TO:<${wire}>`;
  if (notify !== undefined) line += ` NOTIFY=${notifyWords(notify)}`;
  if (originalRecipient !== undefined) {
    line += ` ORCPT=rfc822;${xtext(originalRecipient, 'originalRecipient')}`;
  }
  return line;
}

function notifyWords(notify: Notify): string {
  const words = notify === 'never' ? ['never'] : notify;
  if (
    !Array.isArray(words) ||
    words.length === 0 ||
    !words.every((word) => /^(never|success|failure|delay)$/.test(word))
  ) {
    throw usage(`notify is 'never', or one or more of success, failure, delay`);
  }
  return words.join(',').toUpperCase();
}

/** xtext (RFC 3461 section 4): printable ASCII, in which `+`, `=` and spaces are escaped. */
function xtext(text: string, what: string): string {
  if (typeof text !== 'string' || !/^[ -~]{1,100}$/.test(text))
    throw usage(`${what} is 1 to 100 printable ASCII characters`);
  return text.replace(
    /[ +=]/g,
    (character) => `+${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}
