// A part of the console on a page of its own, under the gateway's address and the console's policy: what no page of the console
// shows alone can be tested alone.
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Browser } from 'playwright-core';
import { type Console, type ConsoleOptions, watch } from './console.ts';

const TESTS = join(import.meta.dirname, '..', '..', 'packages', 'console', 'test');
const HEIGHT = 800;
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; " +
  "form-action 'none'; base-uri 'none'; frame-ancestors 'none'";
const PAGE =
  '<!doctype html><html lang="en"><head><title>Stage</title><meta name="viewport" content="width=device-width">' +
  '<link rel="stylesheet" href="stage.css"></head><body><div id="app"></div><script type="module" src="stage.js"></script></body></html>';

/** A page of the console's tests, bundled: its files by name. */
export type Stage = ReadonlyMap<string, string>;

/** Bundles a page. @param path Below the console's tests: `grid/stage.tsx`. @throws BuildFailure */
export async function buildStage(path: string): Promise<Stage> {
  const { outputFiles } = await build({
    entryPoints: [join(TESTS, path)],
    bundle: true,
    write: false,
    outdir: '/',
    entryNames: 'stage',
    format: 'esm',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    define: { 'import.meta.env.BASE_URL': '"/console/"' },
    minify: true,
    logLevel: 'error',
  });
  return new Map([
    ['', PAGE],
    ...outputFiles.map((file) => [file.path.replace(/^.*[/\\]/, ''), file.text] as const),
  ]);
}

const TYPES: Readonly<Record<string, string>> = { css: 'text/css', js: 'text/javascript' };

/** Opens a page and signs in. The answer of the gateway to `/console/stage/` is the stage, all others are its own. */
export async function openStage(
  browser: Browser,
  gateway: URL,
  stage: Stage,
  { token = 'token-all', width = 1280 }: ConsoleOptions = {},
): Promise<Omit<Console, 'open'>> {
  const context = await browser.newContext({
    viewport: { width, height: HEIGHT },
    colorScheme: 'light',
    acceptDownloads: true,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  const mishaps: string[] = [];
  watch(page, gateway, mishaps);
  const base = new URL('/console/stage/', gateway).href;
  await page.route(`${base}*`, (route) => {
    const name = route.request().url().slice(base.length);
    const contentType = TYPES[name.replace(/^.*\./, '')] ?? 'text/html';
    const headers = { 'Content-Type': contentType, 'Content-Security-Policy': POLICY };
    return route.fulfill({ body: stage.get(name) ?? '', headers });
  });
  await page.goto(base);
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('grid').waitFor();
  const close = () => context.close();
  return { page, mishaps, close, [Symbol.asyncDispose]: close };
}
