// A cell's JSON text as what people read: text without its quotes, numbers with all their digits, bytes in hexadecimal.
import type { ColumnKind } from '../column.ts';

/** Bytes of a cell that are shown in the grid; the rest when it is opened. */
const SHOWN_BYTES = 24;
/** A character's escape is no longer: `\u0001`. */
const MOST_ESCAPED = 6;

/**
 * A cell's whole text; undefined for NULL. JSON stays as the server wrote it, bytes become hexadecimal digits.
 * @param raw The cell's JSON text, of `RowStore.row`; a cell that is not there is NULL.
 */
export function cellText(raw: string | undefined, kind: ColumnKind): string | undefined {
  if (raw === undefined || raw === 'null') return undefined;
  if (!raw.startsWith('"')) return raw;
  if (kind === 'json') return raw;
  const text = stringOf(raw);
  const bytes = kind === 'bytes' ? bytesOf(text) : undefined;
  return bytes === undefined ? text : hexOf(bytes);
}

/** A cell's text as the grid shows it: the beginning, in one line. @param most In UTF-16 units. */
export function cellPreview(raw: string | undefined, kind: ColumnKind, most: number): string | undefined {
  if (raw === undefined || raw === 'null') return undefined;
  if (kind === 'bytes' && raw.startsWith('"')) return bytesPreview(raw);
  const isLong = raw.length > MOST_ESCAPED * (most + 2) && raw.startsWith('"') && kind !== 'json';
  const text = isLong ? beginning(raw, MOST_ESCAPED * (most + 2)) : cellText(raw, kind);
  return text === undefined || text.length <= most ? text : `${text.slice(0, most)}…`;
}

/** The beginning of a very long text, which is not unescaped as a whole. The cut may lie within an escape. */
function beginning(raw: string, length: number): string {
  for (let end = length; end > length - MOST_ESCAPED; end -= 1) {
    const text = parsed(`${raw.slice(0, end)}"`);
    if (text !== undefined) return text;
  }
  return raw;
}

/** The string of a JSON text; the text itself where it is none. */
export function stringOf(raw: string): string {
  if (raw.startsWith('"') && !raw.includes('\\')) return raw.slice(1, -1);
  return parsed(raw) ?? raw;
}

function parsed(raw: string): string | undefined {
  try {
    const value: unknown = JSON.parse(raw);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Bytes of base64; undefined where the text is none, as Postgres's `bit` is not, which is written in zeros and ones. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  if (text !== '' && /^[01]+$/.test(text)) return undefined;
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i += 1) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** Hexadecimal digits without anything between: `00ff`. */
function hexOf(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

function bytesPreview(raw: string): string | undefined {
  const base64 = raw.slice(1, -1);
  const head = bytesOf(base64.slice(0, Math.ceil(SHOWN_BYTES / 3) * 4));
  if (head === undefined) return cellText(raw, 'text');
  const isCut = base64.length > Math.ceil(SHOWN_BYTES / 3) * 4;
  return hexOf(head) + (isCut ? '…' : '');
}
