// The beginnings of answers: the status line of Gopher+ (section 2.3), its errors, and RFC 1436's error items. It reads
// no body.
import type { FairleadError, ServerWords } from '@fairlead/errors';
import { MenuDecoder, parseItem } from './decode-menu.ts';
import { protocolError } from './errors.ts';
import type { GopherPlusInfo } from './messages.ts';
import { decodeText, fromBinary, toBinary, undot } from './text.ts';

/** Longer than any status line: `+` and fifteen digits. */
export const MAX_STATUS_BYTES = 32;
/** The (short!) text of an error, as Gopher+ section 2.3 has it; what is longer is cut off, or no error item. */
export const MAX_ERROR_BYTES = 4096;
/** `server.code` of an error item: Gopher+ has the numbers. */
const ERROR_ITEM = 'error';
/** A line of type 3 with all four fields. */
const ITEM = /^3[^\t\n]*(?:\t[^\t\n]*){3}/;

/**
 * Reads a status line.
 * @param line Without its end.
 * @returns `ok` false for an error, whose text follows in the framing of `info`.
 * @throws FairleadError `protocol`: it is none, so the server does not know Gopher+.
 */
export function parseStatus(line: Uint8Array): { readonly ok: boolean; readonly info: GopherPlusInfo } {
  const text = decodeText(line).trimEnd();
  // Fifteen digits are a safe integer.
  const [, sign, number] = /^([+-])(-[12]|\d{1,15})$/.exec(text) ?? [];
  if (number === undefined) throw notGopherPlus();
  const framing = number === '-1' ? 'dot' : number === '-2' ? 'close' : 'length';
  const length = framing === 'length' ? Number(number) : undefined;
  return { ok: sign === '+', info: { line: text, framing, length } };
}

/** What answers is no Gopher+. */
export function notGopherPlus(): FairleadError {
  return protocolError(
    'The answer does not begin with a Gopher+ status line: this server does not know Gopher+',
  );
}

/** The text of a Gopher+ error in the server's words: `code` 1 not available, 2 try again later, 3 moved. */
export function parseError(bytes: Uint8Array): ServerWords {
  const [first = '', ...others] = undot(decodeText(bytes), false).trim().split(/\r*\n/);
  const [, code = '0', rest = first] = /^(\d{1,9})\s*(.*)$/.exec(first) ?? [];
  const url = code === '3' ? movedTo(bytes) : undefined;
  // The first line holds the administrator where others hold the message.
  const admin = others.length > 0 && url === undefined ? rest : '';
  const message = (admin || !rest ? others : [rest, ...others]).join('\n');
  const fields = { ...(admin ? { admin } : {}), ...(url ? { url } : {}) };
  return { code, message, ...(admin || url ? { fields } : {}) };
}

/** The descriptor of an item's new place, behind the code or on a line of its own. */
function movedTo(bytes: Uint8Array): string | undefined {
  const [first = '', ...others] = toBinary(bytes).split(/\r*\n/);
  return [first.replace(/^\s*3\s*/, ''), ...others]
    .filter((line) => line.includes('\t'))
    .map((line) => parseItem(fromBinary(line)).url)
    .find((url) => url !== undefined);
}

/** Whether an answer may be an error item: its first line is one, as far as it is here. */
export function mayBeErrorItem(bytes: Uint8Array): boolean {
  const [first = '', whole] = toBinary(bytes.subarray(0, MAX_ERROR_BYTES)).split('\n', 2);
  return first.startsWith('3') && (whole === undefined || ITEM.test(first));
}

/** Whether an answer ends with a lone dot. */
export function endsWithDot(bytes: Uint8Array): boolean {
  return /\n\.\r*\n$/.test(toBinary(bytes.subarray(-8)));
}

/**
 * The server's words where a whole answer consists of items of type 3 and information: so RFC 1436 servers say that they
 * do not have what was asked for, whatever its type.
 */
export function errorItem(answer: Uint8Array): ServerWords | undefined {
  if (!ITEM.test(toBinary(answer))) return undefined;
  const menu = new MenuDecoder({ maxItems: MAX_ERROR_BYTES });
  const items = [...menu.push(answer), ...menu.end()];
  if (items.some(({ type }) => type !== '3' && type !== 'i')) return undefined;
  const errors = items.filter(({ type }) => type === '3');
  return { code: ERROR_ITEM, message: errors.map(({ display }) => display).join('\n') };
}
