// Pages of documentation that are drawn from tables of states: compared, or written where UPDATE_STATES is set. Node only.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

/**
 * Expects that a page is what `draw` makes of it. With `UPDATE_STATES` in the environment it writes the page first.
 * @param url The page, as `import.meta.resolve('../../../docs/states/redis.md')` gives it.
 * @param draw Gets the page as it is.
 */
export function expectDrawnPage(url: string, draw: (page: string) => string): void {
  const file = fileURLToPath(url);
  const page = readFileSync(file, 'utf8');
  const drawn = draw(page);
  if (process.env.UPDATE_STATES) writeFileSync(file, drawn);
  else expect(page).toBe(drawn);
}

/**
 * A page with other text between `<!-- NAME -->` and `<!-- end of NAME -->`.
 * @throws Error for a page without this pair of comments.
 */
export function replacePart(page: string, name: string, text: string): string {
  const part = new RegExp(`(<!-- ${name} -->\\n)[^]*(\\n<!-- end of ${name} -->)`);
  if (!part.test(page))
    throw new Error(`the page has no part between <!-- ${name} --> and <!-- end of ${name} -->`);
  return page.replace(part, (_, before: string, after: string) => `${before}\n${text}\n${after}`);
}
