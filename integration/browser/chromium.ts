// The browser of a test file: one process, and a fresh context for each page.
import { type Browser, chromium } from 'playwright-core';

/** Names where the run has found its browser. */
export const BROWSER_VARIABLE = 'FAIRLEAD_CHROMIUM';

/** Starts it, without a window. @throws Error where the run named no browser. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = process.env[BROWSER_VARIABLE];
  if (executablePath === undefined)
    throw new Error(`${BROWSER_VARIABLE} is not set: start the tests by run.ts`);
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}
