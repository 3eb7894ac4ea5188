// What a statement begins with. It says nothing about what the statement does.
import type { SqlScanner } from './scanner.ts';

/**
 * The statement's first word in upper case, behind white space, comments, hints, opening
 * parentheses, and semicolons, which end empty statements.
 * @param tokens At the start of the text; left at the word.
 * @returns '' where it begins with something else, or cannot be read for certain.
 */
export function firstWord(tokens: SqlScanner): string {
  let kind = tokens.next();
  while (kind === 'hint' || tokens.operator === '(' || tokens.operator === ';') kind = tokens.next();
  return tokens.keyword;
}
