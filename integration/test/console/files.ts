// What the tests of the page of files do again and again.
import { Buffer } from 'node:buffer';
import type { Locator, Page } from 'playwright-core';
import { newName } from '../gateway/files.ts';

/** Makes a folder by the page, and goes into it. */
export async function newFolder(page: Page, panel: Locator, name = newName()): Promise<string> {
  await panel.getByRole('button', { name: 'New folder' }).click();
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByRole('button', { name: 'Make folder' }).click();
  await panel.getByRole('button', { name: `folder ${name}` }).click();
  await panel.getByText('This folder is empty').waitFor();
  return `/${name}`;
}

/** Chooses files by the button. */
export async function upload(
  page: Page,
  panel: Locator,
  files: readonly (readonly [string, Uint8Array])[],
): Promise<void> {
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    panel.getByRole('button', { name: 'Upload files' }).click(),
  ]);
  await chooser.setFiles(files.map(([name, bytes]) => ({ name, mimeType: '', buffer: Buffer.from(bytes) })));
}

/** The rows of the list. */
export const entries = (panel: Locator): Locator =>
  panel.getByRole('list', { name: 'Files and folders' }).getByRole('listitem');
/** The button of a file's name. */
export const row = (panel: Locator, name: string): Locator =>
  panel.getByRole('button', { name: `file ${name}`, exact: true });
