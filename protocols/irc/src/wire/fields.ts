// Texts in two parts: `name=value`, `nick!user`. It decodes nothing.

/** What stands before and behind the first mark; without one, the whole and the empty text. */
export function splitOnce(text: string, mark: string): [before: string, after: string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** The words between spaces. */
export function splitWords(list: string): string[] {
  return list.split(' ').filter((word) => word !== '');
}
