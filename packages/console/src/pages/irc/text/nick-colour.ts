// A colour for each nick, always the same one.
import { fold } from '../chat/names.ts';

/** The colours of lines, which are readable on every ground. */
const COLOURS = 6;

/** A colour of the theme: `var(--line-3)`. */
export function nickColour(nick: string): string {
  let hash = 0;
  for (const sign of fold(nick)) hash = (hash * 31 + (sign.codePointAt(0) ?? 0)) >>> 0;
  return `var(--line-${(hash % COLOURS) + 1})`;
}
