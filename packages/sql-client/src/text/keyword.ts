// Words as keywords: in upper case, if they can be one.

/** The longest keyword, and more. */
const MAX_KEYWORD_LENGTH = 64;
const ASCII_WORD = /^[A-Za-z0-9_$]+$/;

/** The word in upper case; '' if it cannot be a keyword. */
export function keywordOf(text: string, start: number, end: number): string {
  if (end - start > MAX_KEYWORD_LENGTH) return '';
  const word = text.slice(start, end);
  // Beyond ASCII, letters change into those of keywords: U+017F in upper case is an S.
  return ASCII_WORD.test(word) ? word.toUpperCase() : '';
}
