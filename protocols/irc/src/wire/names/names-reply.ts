// Reads the list of RPL_NAMREPLY (353): `@+alice!a@host bob`. It knows no channel.
import type { NamesEntry } from '../../types.ts';
import { splitWords } from '../fields.ts';
import { parseSource } from './mask.ts';

/**
 * Reads the members in a list: signs before each nick (all of them with multi-prefix), and with userhost-in-names its user
 * and host.
 * @param prefixes ISUPPORT's PREFIX.
 */
export function readNames(
  list: string,
  { modes, signs }: { readonly modes: string; readonly signs: string },
): NamesEntry[] {
  const entries: NamesEntry[] = [];
  for (const word of splitWords(list)) {
    let at = 0;
    let held = '';
    for (; at < word.length && signs.includes(word.charAt(at)); at++) {
      held += modes.charAt(signs.indexOf(word.charAt(at)));
    }
    if (at < word.length) entries.push({ ...parseSource(word.slice(at)), modes: held });
  }
  return entries;
}
