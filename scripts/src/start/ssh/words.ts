// Splits a command line into words as a POSIX shell does: quotes and backslashes. It expands nothing.

/** What a shell would act upon outside of quotes. */
const SHELL_CHARACTER = /[|&;<>()$`*?[\]{}~#!\n]/;

/**
 * The words of a line.
 * @throws Error for a quote without its end, and for what only a real shell understands.
 */
export function words(line: string): string[] {
  const found: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < line.length; at++) {
    const character = line.charAt(at);
    if (character === ' ' || character === '\t') {
      if (word !== undefined) found.push(word);
      word = undefined;
    } else if (character === "'" || character === '"') {
      const { text, end } = quoted(line, at, character);
      word = (word ?? '') + text;
      at = end;
    } else if (character === '\\') {
      at += 1;
      word = (word ?? '') + line.charAt(at);
    } else if (SHELL_CHARACTER.test(character)) {
      throw new Error(`this server has no shell: quote the character ${JSON.stringify(character)}`);
    } else {
      word = (word ?? '') + character;
    }
  }
  if (word !== undefined) found.push(word);
  return found;
}

function quoted(line: string, start: number, quote: string): { text: string; end: number } {
  let text = '';
  for (let at = start + 1; at < line.length; at++) {
    const character = line.charAt(at);
    if (character === quote) return { text, end: at };
    const isEscape = quote === '"' && character === '\\' && /["\\$`]/.test(line.charAt(at + 1));
    if (isEscape) at += 1;
    text += isEscape ? line.charAt(at) : character;
  }
  throw new Error(`a quotation begins with ${quote} and does not end`);
}
