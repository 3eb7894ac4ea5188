// Finds a Chromium for the tests of the console, or installs Debian's.
import { progress, runCommand, SetupError } from './command.ts';
import { aptInstall, canInstall } from './engine.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/**
 * Where the browser is: `FAIRLEAD_CHROMIUM`, or what stands on the path. Where none does and we are root on Debian, it is installed.
 * @throws SetupError with one line that says what to install, where we cannot.
 */
export async function ensureBrowser(): Promise<string> {
  const found = process.env.FAIRLEAD_CHROMIUM ?? (await findBrowser());
  if (found !== undefined) return found;
  if (!canInstall()) {
    throw new SetupError(
      'The tests of the console need Chromium: install it, or name another build of it by FAIRLEAD_CHROMIUM=/path/to/chromium.',
    );
  }
  // The pictures are drawn with these letters.
  await aptInstall(['chromium', 'fonts-dejavu-core']);
  const installed = await findBrowser();
  if (installed === undefined)
    throw new SetupError('Debian’s chromium was installed, and is not on the path.');
  progress(`installed ${installed}`);
  return installed;
}

async function findBrowser(): Promise<string | undefined> {
  for (const name of NAMES) {
    const { status, stdout } = await runCommand('which', [name], 5_000);
    if (status === 0) return stdout.trim();
  }
  return undefined;
}
