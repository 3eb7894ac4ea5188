// A part's bytes as text, and the web addresses in it.
import { webUrl } from '../../../ui/values/passive-html.ts';

/** More of a body is not shown; it can be saved. */
export const MAX_SHOWN_BYTES = 2 * 1024 * 1024;

/** A body that is shown. */
export interface BodyText {
  readonly text: string;
  /** Whether there is more than is shown. */
  readonly isCut: boolean;
}

/** A piece of a text: words, or a web address. */
export interface Piece {
  readonly text: string;
  /** To link to; the text is the same, as it was written. */
  readonly url?: string;
}

const WEB = /https?:\/\/[^\s<>"'`\p{Cc}\u200b-\u200f\u202a-\u202e\u2060-\u2069]+[^\s<>"'`.,;:!?)\]\p{Cc}]/gu;
const MAX_LINKS = 1000;

/** Bytes as text. A charset that is unknown, or missing with bytes that are no UTF-8, is taken for windows-1252. */
export function decodeBody(bytes: Uint8Array, charset: string | undefined): string {
  const name = charset?.trim().toLowerCase() ?? '';
  if (name === '' || name === 'us-ascii' || name === 'ascii') {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      return new TextDecoder('windows-1252').decode(bytes);
    }
  }
  try {
    return new TextDecoder(name).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** Reads a response up to `MAX_SHOWN_BYTES`, and lets go of the rest. */
export async function readBody(response: Response, charset: string | undefined): Promise<BodyText> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  while (reader !== undefined && length <= MAX_SHOWN_BYTES) {
    const { value, done } = await reader.read();
    if (done) break;
    chunks.push(value);
    length += value.length;
  }
  const isCut = length > MAX_SHOWN_BYTES;
  if (isCut) await reader?.cancel();
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return { text: decodeBody(bytes.subarray(0, MAX_SHOWN_BYTES), charset), isCut };
}

/** A text with its web addresses apart. */
export function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const { 0: found, index } of text.matchAll(WEB)) {
    if (pieces.length > 2 * MAX_LINKS) break;
    const url = webUrl(found);
    if (url === undefined) continue;
    if (index > at) pieces.push({ text: text.slice(at, index) });
    pieces.push({ text: found, url });
    at = index + found.length;
  }
  return at < text.length || pieces.length === 0 ? [...pieces, { text: text.slice(at) }] : pieces;
}
