// What is read of a terminal in the console, and done in it.
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** In the page: the middle of a word, in the row that begins so. */
const FIND_WORD = `(beginning, word) => {
  for (const row of document.querySelectorAll('.xterm-rows > div')) {
    if (!row.textContent.replaceAll('\\u00a0', ' ').startsWith(beginning)) continue;
    const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const at = node.nodeValue.indexOf(word);
      if (at < 0) continue;
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + word.length);
      const { left, top, width, height } = range.getBoundingClientRect();
      return { x: left + width / 2, y: top + height / 2 };
    }
  }
}`;

/** The terminal that is seen in a page's panel. */
export class SeenTerminal {
  readonly #page: Page;
  readonly #panel: Locator;

  constructor(page: Page, panel: Locator) {
    this.#page = page;
    this.#panel = panel;
  }

  /** The rows on the screen, without spaces at their ends. */
  async rows(): Promise<string[]> {
    const texts = await this.#panel.locator('.xterm-rows:visible > div').allTextContents();
    return texts.map((text) => text.replaceAll('\u00a0', ' ').trimEnd());
  }

  /** Waits for a row of this text, or like it. */
  async shows(row: string | RegExp): Promise<void> {
    await expect
      .poll(() => this.rows(), { timeout: 10_000 })
      .toContainEqual(typeof row === 'string' ? row : expect.stringMatching(row));
  }

  /** Types a command and Enter. */
  async type(command: string): Promise<void> {
    await this.#panel.locator('.xterm-screen:visible').click({ position: { x: 5, y: 5 } });
    await this.#page.keyboard.type(`${command}\n`);
  }

  /** Where a word stands on the screen, in the row that begins so. */
  async spotOf(row: string, word: string): Promise<{ x: number; y: number }> {
    const find = `(${FIND_WORD})(${JSON.stringify(row)}, ${JSON.stringify(word)})`;
    const spot = (await this.#page.evaluate(find)) as { x: number; y: number } | undefined;
    if (spot === undefined) throw new Error(`No row begins with "${row}"`);
    return spot;
  }
}
