// The pages at /docs and /console where the Worker itself answers with their files, and the same headers for the platform.
import { describe, expect, it } from 'vitest';
import { createGateway } from '../src/index.ts';
import { FILE_RULES, headersFile, headersOf } from '../src/pages/file-headers.ts';

/** Files as workerd's disk service has them: by their whole path, without types. */
const FILES: Readonly<Record<string, string>> = {
  '/docs.html': '<!doctype html><title>docs</title>',
  '/console/index.html': '<!doctype html><title>console</title>',
  '/console/assets/index-1mHWk6YM.js': 'export {};',
  '/console/assets/font-latin-x_-9.woff2': 'wOF2',
  '/console/secret.txt': 'not one of the page’s',
};

const ASSETS = {
  fetch: async ({ url }: Request) => {
    const text = FILES[new URL(url).pathname];
    return text === undefined ? new Response(null, { status: 404 }) : new Response(text);
  },
};

const gateway = createGateway();
const get = (path: string, env: object = { ASSETS }) => gateway.request(path, {}, env);

describe('the console’s files', () => {
  it.each(['/console', '/console/'])('%s is the page, asked for anew each time', async (path) => {
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('<title>console</title>');
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-cache');
  });

  it.each([
    ['/console/assets/index-1mHWk6YM.js', 'text/javascript; charset=utf-8'],
    ['/console/assets/font-latin-x_-9.woff2', 'font/woff2'],
  ])('%s never changes', async (path, type) => {
    const response = await get(path);
    expect(response.status).toBe(200);
    await response.arrayBuffer();
    expect(response.headers.get('content-type')).toBe(type);
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it.each(['/console', '/console/assets/index-1mHWk6YM.js'])(
    '%s stands in no frame, and loads from nowhere else',
    async (path) => {
      const { headers } = await get(path);
      const policy = headers.get('content-security-policy')?.split('; ') ?? [];
      for (const directive of [
        "default-src 'none'",
        "script-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
      ])
        expect(policy).toContain(directive);
      expect(policy.filter((directive) => /https?:|\*|unsafe-eval/.test(directive))).toEqual([]);
      expect(policy.filter((directive) => directive.includes('unsafe-inline'))).toEqual([
        "style-src 'self' 'unsafe-inline'",
      ]);
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('permissions-policy')).toContain('camera=()');
    },
  );

  it.each([
    '/console/secret.txt',
    '/console/assets/absent.js',
    '/console/assets/..%2findex.html',
    '/console/assets/%2e%2e/secret.txt',
  ])('%s is nothing', async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  it('are not there without the binding', async () => {
    expect((await get('/console', {})).status).toBe(404);
  });
});

describe('the headers', () => {
  it('are the same where the platform serves the files', () => {
    const file = headersFile();
    for (const { path, headers } of FILE_RULES) {
      const lines = Object.entries(headers).map(([name, value]) => `  ${name}: ${value}\n`);
      expect(`\n${file}`).toContain(`\n${path}\n${lines.join('')}`);
    }
    // The platform refuses longer lines.
    expect(Math.max(...file.split('\n').map((line) => line.length))).toBeLessThan(2_000);
  });

  it('stand once on each file: the platform would join two of a name', () => {
    const paths = ['/docs', '/docs/start.js', '/console', '/console/', '/console/assets/index-1.js'];
    for (const path of paths) {
      const fitting = FILE_RULES.filter((rule) =>
        rule.path.endsWith('*') ? path.startsWith(rule.path.slice(0, -1)) : path === rule.path,
      );
      const names = fitting.flatMap(({ headers }) => Object.keys(headers));
      expect(new Set(names).size).toBe(names.length);
      expect(Object.keys(headersOf(path)).sort()).toEqual(names.sort());
    }
  });

  it('of /docs are its own', async () => {
    const response = await get('/docs');
    expect(await response.text()).toContain('<title>docs</title>');
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'/);
    expect(response.headers.get('content-security-policy')).not.toContain('blob:');
  });
});

describe('the ways to the console', () => {
  it('are links of the start page', async () => {
    const page = await gateway.request('/', { headers: { Accept: 'text/html' } }, {});
    expect(await page.text()).toContain('<a href="/console">');
    expect(await (await get('/')).json()).toMatchObject({ links: { console: '/console', docs: '/docs' } });
  });
});
