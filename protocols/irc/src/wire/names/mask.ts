// Sources, masks and host names. Matching a mask takes time in proportion to both lengths, whatever the mask.

import type { Source } from '../../types.ts';
import { type CaseMapping, foldCase } from './casemap.ts';

/** Reads `nick!user@host` (RFC 2812 section 2.3.1). A missing part is empty; a server's name stands in `nick`. */
export function parseSource(source: string): Source {
  const at = source.indexOf('@');
  const nameEnd = at === -1 ? source.length : at;
  const bang = source.indexOf('!');
  const nickEnd = bang === -1 || bang > nameEnd ? nameEnd : bang;
  return {
    nick: source.slice(0, nickEnd),
    user: source.slice(nickEnd + 1, nameEnd),
    host: source.slice(nameEnd + 1),
  };
}

/**
 * Whether a text fits a mask such as `*!*@*.example.com`: `*` is any text, `?` one character; `\*` and `\?` are themselves.
 * @param mapping The server's CASEMAPPING. Default `rfc1459`.
 * @example
 * ```ts
 * import { matchMask } from '@fairlead/irc';
 *
 * matchMask('*!*@*.example.com', 'alice!a@pc.example.com'); // true
 * ```
 */
export function matchMask(mask: string, text: string, mapping: CaseMapping = 'rfc1459'): boolean {
  const pattern = tokens(mask, mapping);
  const chars = [...foldCase(text, mapping)];
  let at = 0;
  let next = 0;
  let star = -1;
  let retry = 0;
  while (at < chars.length) {
    const token = pattern[next];
    if (token === ANY) {
      star = next++;
      retry = at;
    } else if (token === ONE || token === chars[at]) {
      next++;
      at++;
    } else if (star >= 0) {
      next = star + 1;
      at = ++retry;
    } else return false;
  }
  while (pattern[next] === ANY) next++;
  return next === pattern.length;
}

const ANY = Symbol('*');
const ONE = Symbol('?');

function tokens(mask: string, mapping: CaseMapping): (string | symbol)[] {
  const parts = mask.match(/\\[*?]|./gsu) ?? [];
  return parts.flatMap((part): (string | symbol)[] => {
    if (part === '*') return [ANY];
    if (part === '?') return [ONE];
    return [foldCase(/^\\[*?]/.test(part) ? part.slice(1) : part, mapping)];
  });
}

/** Whether a text is a host name as servers use it for themselves and users: with a dot, of letters, digits and hyphens. */
export function isHostname(host: string): boolean {
  const labels = host.split('.');
  return (
    host.length < 64 &&
    labels.length > 1 &&
    labels.every((label) => /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/.test(label))
  );
}
