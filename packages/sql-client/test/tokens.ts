// A text's tokens as short texts, for tests.
import type { SqlScanner } from '../src/index.ts';

/** `kind:text` of each token; of an unsure one its reason. */
export function tokensOf(tokens: SqlScanner): string[] {
  const found: string[] = [];
  while (tokens.next() !== 'end') {
    const { kind, why, text, start, end } = tokens;
    found.push(kind === 'unsure' ? `unsure:${why}` : `${kind}:${text.slice(start, end)}`);
  }
  return found;
}
