// What the tests of the SQL page share: typing into its editor, and reading rows.
import type { Page } from 'playwright-core';
import type { Json } from '../gateway/support.ts';

/** Puts a text into the editor in place of what stands there, with the cursor behind it. */
export async function typeStatement(page: Page, sql: string): Promise<void> {
  await page.getByRole('textbox', { name: 'SQL', exact: true }).click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(sql);
}

/** The rows of an answer that was asked for with `rowMode: 'array'`. */
export function rowsOf(body: Json): readonly (readonly unknown[])[] {
  return body.rows as readonly (readonly unknown[])[];
}
