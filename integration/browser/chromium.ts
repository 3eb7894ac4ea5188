// The browser of a test file: one process, and a fresh context for each page.
import { type Browser, chromium } from 'playwright-core';

/** Names where the run has found its browser. */
export const BROWSER_VARIABLE = 'FAIRLEAD_CHROMIUM';

/** Starts it, without a window. @throws Error where the run named no browser. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = process.env[BROWSER_VARIABLE];
  if (executablePath === undefined)
    throw new Error(`${BROWSER_VARIABLE} is not set: start the tests by run.ts`);
  // Without a locale of UTF-8 Chromium calls a download with an umlaut in its name "download".
  const env = { ...definedEnv(), LC_ALL: 'C.UTF-8' };
  return chromium.launch({ executablePath, env, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

function definedEnv(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value ? [[name, value]] : [])),
  );
}
