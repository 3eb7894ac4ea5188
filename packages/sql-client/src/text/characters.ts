// The character classes that both servers share. JavaScript's own classes are wider than theirs: to a server U+00A0 is no
// white space.

/** `0` to `9`. */
export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** `0` to `9`, `a` to `f`, `A` to `F`. */
export function isHexDigit(code: number): boolean {
  return isDigit(code) || (code >= 0x61 && code <= 0x66) || (code >= 0x41 && code <= 0x46);
}

/** A letter, `_`, or anything beyond ASCII, whose bytes both servers take for letters. NaN, behind the end, is none. */
export function isNameStart(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f || code >= 0x80;
}

/** What a name goes on with: `$` too. */
export function isNamePart(code: number): boolean {
  return isNameStart(code) || isDigit(code) || code === 0x24;
}

/** Tab, line feed, vertical tab, form feed, carriage return, blank. (Postgres has the vertical tab since version 16.) */
export function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

/** Behind the letters, digits, `_` and `$` that begin at `from`. */
export function behindName(text: string, from: number): number {
  let at = from;
  while (isNamePart(text.charCodeAt(at))) at += 1;
  return at;
}

/** Behind the digits that begin at `from`. */
export function behindDigits(text: string, from: number): number {
  let at = from;
  while (isDigit(text.charCodeAt(at))) at += 1;
  return at;
}
