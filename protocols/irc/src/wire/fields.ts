// Splits texts into fields: `name=value`, `nick!user`, words between spaces. It decodes nothing.

/** The text before and the text behind the first separator; without one, the whole text and an empty one. */
export function splitOnce(text: string, separator: string): [before: string, after: string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** The words between spaces. */
export function splitWords(list: string): string[] {
  return list.split(' ').filter((word) => word !== '');
}
