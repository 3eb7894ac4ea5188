// The integration run: engine, images, certificates, servers, then vitest. Arguments are passed on to vitest.
// It needs Node 24 (npm puts that first on the path) and skips nothing: what is missing ends it with one line.
import { spawn } from 'node:child_process';
import { BROWSER_VARIABLE } from './browser/chromium.ts';
import { type RunningServers, startServers } from './servers/all.ts';
import { ensureBaseImage } from './setup/base-image.ts';
import { ensureBrowser } from './setup/browser.ts';
import { makeCertificates } from './setup/certificates.ts';
import { progress, SetupError } from './setup/command.ts';
import { ensureEngine } from './setup/engine.ts';
import { withLock } from './setup/lock.ts';

/** Every container is removed by this process, and ends by itself in time: the reaper's image is not needed. */
process.env.TESTCONTAINERS_RYUK_DISABLED = 'true';

/** Ctrl-C, or a wish to end from elsewhere: it reaches vitest, and the servers are still removed. */
const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interruption.abort());

/** Tests have limits of their own; this one ends a run whose event loop is stuck. */
const VITEST_TIMEOUT_MS = 30 * 60_000;

/** Runs vitest to its end. @returns Its exit status. */
function runVitest(env: Readonly<Record<string, string>>): Promise<number> {
  const reporters = ['--reporter=default', '--reporter=json', '--outputFile.json=test-results.json'];
  const child = spawn('vitest', ['run', ...reporters, ...process.argv.slice(2)], {
    stdio: 'inherit',
    cwd: import.meta.dirname,
    // Miniflare would ask the internet for a sample of `request.cf`.
    env: { ...process.env, CLOUDFLARE_CF_FETCH_ENABLED: 'false', ...env },
  });
  interruption.signal.addEventListener('abort', () => child.kill('SIGTERM'));
  const timer = setTimeout(() => {
    progress(`vitest did not end within ${VITEST_TIMEOUT_MS / 60_000} minutes`);
    child.kill('SIGKILL');
  }, VITEST_TIMEOUT_MS);
  return new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve(status ?? 1));
  }).finally(() => clearTimeout(timer));
}

function startAll(): Promise<RunningServers> {
  const material = makeCertificates();
  return withLock('integration', async () => {
    await ensureEngine();
    for (const suite of ['bookworm', 'trixie', 'sid']) await ensureBaseImage(suite);
    return startServers(material);
  });
}

async function main(): Promise<number> {
  const startedAt = Date.now();
  const running = await startAll();
  try {
    if (interruption.signal.aborted) return 1;
    progress(`servers are up after ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
    const browser = await ensureBrowser();
    return await runVitest({
      FAIRLEAD_SERVERS: JSON.stringify(running.servers),
      [BROWSER_VARIABLE]: browser,
    });
  } finally {
    await running.stop();
  }
}

main().then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    console.error(error instanceof SetupError ? `[integration] ${error.message}` : error);
    process.exitCode = 1;
  },
);
