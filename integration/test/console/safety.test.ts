// What the console does not let others do: frame it, run scripts in it, send its token elsewhere, find the token afterwards.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../../browser/chromium.ts';
import { openConsole } from '../../browser/console.ts';
import { type Gateway, startGateway } from '../gateway/support.ts';

let gateway: Gateway;
let browser: Browser;
/** A page of somebody else's, on another port. */
let elsewhere: Server;
let elsewhereUrl = '';
const asked: string[] = [];

beforeAll(async () => {
  [gateway, browser] = await Promise.all([startGateway(), launchBrowser()]);
  elsewhere = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.setHeader('Content-Type', 'text/html');
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.end(`<!doctype html><iframe id="f" src="${new URL('/console/', gateway.url)}"></iframe>`);
  }).listen(0, '127.0.0.1');
  await once(elsewhere, 'listening');
  elsewhereUrl = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`;
});
afterAll(async () => {
  await browser?.close();
  await gateway?.close();
  elsewhere?.close();
});

describe('the console', () => {
  it('is served with headers that allow only what it needs', async () => {
    const page = await fetch(new URL('/console/', gateway.url));
    const policy = page.headers.get('Content-Security-Policy') ?? '';
    expect(policy.split('; ')).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(page.headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(page.headers.get('Referrer-Policy')).toBe('no-referrer');
    expect(page.headers.get('Set-Cookie')).toBeNull();
    const script = /src="([^"]+\.js)"/.exec(await page.text())?.[1] ?? '';
    const file = await fetch(new URL(script, gateway.url));
    expect(file.headers.get('Content-Security-Policy')).toBe(policy);
    expect(file.headers.get('Cache-Control')).toContain('immutable');
  });

  it('is seen in no frame of another origin', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(elsewhereUrl);
    const frame = page.frames()[1];
    await expect.poll(() => frame?.url()).toMatch(/^chrome-error:/);
    await context.close();
  });

  it('runs no script that stands in the page, and asks nobody else', async () => {
    await using console = await openConsole(browser, gateway.url);
    const { page } = console;
    asked.length = 0;
    const outcome = await page.evaluate(async (url) => {
      const inject = new Function(
        'url',
        `
        const box = document.createElement('div');
        box.innerHTML = '<img src="x" onerror="globalThis.ran = 1">';
        document.body.append(box);
        const script = document.createElement('script');
        script.textContent = 'globalThis.ran = 2';
        document.body.append(script);
        const image = document.createElement('img');
        image.src = url + 'image';
        document.body.append(image);
        return Promise.allSettled([fetch(url + 'fetch'), navigator.sendBeacon(url + 'beacon')]);
      `,
      );
      const [fetched] = await inject(url);
      await new Promise((resolve) => setTimeout(resolve, 300));
      return { fetched: fetched.status, ran: (globalThis as { ran?: number }).ran };
    }, elsewhereUrl);
    expect(outcome).toEqual({ fetched: 'rejected' });
    expect(asked).toEqual([]);
  });

  it('keeps the token in memory alone where that is wished', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(new URL('/console/', gateway.url).href);
    await page.getByLabel('Token').fill('token-all');
    await page.getByLabel('Keep it for this browser tab').uncheck();
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Commands' }).waitFor();
    const stored = await page.evaluate(
      'JSON.stringify([localStorage, sessionStorage, document.cookie, location.href, history.state])',
    );
    expect(stored).not.toContain('token-all');
    expect(await page.content()).not.toContain('token-all');
    await page.reload();
    await page.getByLabel('Token').waitFor();
    await context.close();
  });

  it('forgets the token when somebody signs out', async () => {
    await using console = await openConsole(browser, gateway.url);
    const { page } = console;
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Token').waitFor();
    expect(await page.evaluate('JSON.stringify(sessionStorage)')).not.toContain('token-all');
    await page.reload();
    await page.getByLabel('Token').waitFor();
  });
});
