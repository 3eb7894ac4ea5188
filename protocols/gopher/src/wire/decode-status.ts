// The beginnings of answers: the status line of Gopher+ (section 2.3), its errors, and RFC 1436's error items. It reads
// no body.
import type { ServerWords } from '@fairlead/errors';
import { failure } from '../errors.ts';
import { parseItem } from './decode-menu.ts';
import type { GopherPlusInfo } from './messages.ts';
import { decodeText, toBinary, undot } from './text.ts';

/** Longer than any status line: `+` and fifteen digits. */
export const MAX_STATUS_BYTES = 32;
/**
 * How long an error's text may be (Gopher+ section 2.3 asks for a short one). A longer text is cut off; a longer answer
 * is no error item.
 */
export const MAX_ERROR_BYTES = 4096;

/**
 * Reads a status line.
 * @param line Without its end.
 * @returns `isOk` false for an error, whose text follows in the framing of `info`.
 * @throws FairleadError `protocol`: the line is no status line, so the server does not know Gopher+.
 */
export function parseStatus(line: Uint8Array): { readonly isOk: boolean; readonly info: GopherPlusInfo } {
  const text = toBinary(line).trimEnd();
  // Fifteen digits are a safe integer.
  const [, sign, number] = /^([+-])(-[12]|\d{1,15})$/.exec(text) ?? [];
  if (number === undefined) {
    throw failure('protocol', 'The answer has no status line: the server does not know Gopher+');
  }
  const framing = number === '-1' ? 'dot' : number === '-2' ? 'close' : 'length';
  const length = framing === 'length' ? Number(number) : undefined;
  return { isOk: sign === '+', info: { line: text, framing, length } };
}

/** The text of a Gopher+ error in the server's words: `code` 1 not available, 2 try again later, 3 moved. */
export function parseError(bytes: Uint8Array): ServerWords {
  const text = undot(decodeText(bytes), false).trim();
  // Behind the code stands the administrator's address, where the message is on lines of its own.
  const [, code = '0', rest = '', others] = /^(\d*) *([^\r\n]*)\s*(.*)$/s.exec(text) ?? [];
  const url = code === '3' ? movedTo(bytes) : undefined;
  const message = others || rest;
  return url === undefined ? { code: code || '0', message } : { code, message, fields: { url } };
}

/** The descriptor of an item's new place, behind the code or on a line of its own. */
function movedTo(bytes: Uint8Array): string | undefined {
  const line = /^(?:3\s+)?(.*\t.*)/m.exec(toBinary(bytes))?.[1];
  return line && parseItem(line.trimEnd()).url;
}

/** Whether an answer may still be an error item: its first line is one, as far as it is here, without a lone dot. */
export function mayBeErrorItem(bytes: Uint8Array): boolean {
  return /^3(?!.*\n\.\r*\n$)(?:[^\n]*$|(?:[^\t\n]*\t){3})/s.test(toBinary(bytes));
}

/**
 * The server's words where a whole answer consists of items of type 3 and information: so RFC 1436 servers say that they
 * do not have what was asked for, whatever its type.
 */
export function errorItem(answer: Uint8Array): ServerWords | undefined {
  const text = decodeText(answer);
  if (!/^3(?:[^\t\n]*\t){3}/.test(text) || /^[^3i.\r\n]/m.test(text)) return undefined;
  return { code: 'error', message: text.slice(1, text.indexOf('\t')) };
}
