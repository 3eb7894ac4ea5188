// What axe says of a page.
import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What axe found. */
export interface Finding {
  readonly rule: string;
  readonly help: string;
  readonly nodes: readonly string[];
}

interface AxeNode {
  readonly html: string;
  readonly failureSummary?: string;
}

/** All rules, or the one that a change of the theme can break. */
export type Rules = 'all' | 'contrast';

/** In the page: axe's serious and critical violations. Style sheets are not fetched again: the rules that read them are off by default. */
const RUN_AXE = `async (rules) => {
  const only = rules === 'contrast' ? { runOnly: { type: 'rule', values: ['color-contrast'] } } : {};
  const { violations } = await axe.run({ ...only, resultTypes: ['violations'], preload: false });
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
}`;

/** The serious and critical findings of WCAG 2.1 A and AA, and of best practice, at the page as it stands. @param rules Default `all`. */
export async function seriousFindings(page: Page, rules: Rules = 'all'): Promise<readonly Finding[]> {
  // A page keeps axe until it is reloaded.
  if (!(await page.evaluate("'axe' in globalThis"))) await page.evaluate(axe.source);
  const violations = await page.evaluate(`(${RUN_AXE})(${JSON.stringify(rules)})`);
  return (violations as { id: string; help: string; nodes: AxeNode[] }[]).map(({ id, help, nodes }) => ({
    rule: id,
    help,
    nodes: nodes
      .slice(0, 5)
      .map(({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary ?? ''}`),
  }));
}

/** How far the page is wider than what is seen of it, in pixels: 0 where nothing has to be scrolled sideways. */
export function overflowOf(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}
