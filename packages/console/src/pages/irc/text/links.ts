// Links in a stranger's text: addresses of http and https alone, and nothing that hides what it is.
import { visibleText } from '../../../browser/visible-text.ts';

/** A part of a text; with `href` where it is a link. */
export interface Piece {
  readonly text: string;
  readonly href: string | undefined;
}

const ADDRESS = /(https?:\/\/[^\s<>"]+)/i;
/** What stands behind an address more often than it belongs to it. */
const TRAILING = /[.,;:!?'”’)\]}]+$/;

/** The parts of a text, in their order. */
export function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  for (const part of text.split(ADDRESS)) {
    if (part === '') continue;
    const address = part.replace(TRAILING, '');
    const href = ADDRESS.test(part) ? hrefOf(address) : undefined;
    if (href === undefined) pieces.push({ text: part, href: undefined });
    else {
      pieces.push({ text: address, href });
      if (address.length < part.length) pieces.push({ text: part.slice(address.length), href: undefined });
    }
  }
  return pieces;
}

/** The address as the browser reads it; undefined where it is none, is of another scheme, carries a user's name, or has unseen signs. */
function hrefOf(address: string): string | undefined {
  if (visibleText(address) !== address || !URL.canParse(address)) return undefined;
  const { protocol, username, password, href } = new URL(address);
  const isWeb = protocol === 'http:' || protocol === 'https:';
  return isWeb && username === '' && password === '' ? href : undefined;
}
