// The pages at /docs and /console where no platform serves them: files of the binding ASSETS, with their types and headers.
import { HttpProblem, type PageApp, type RouteContext } from '@fairlead/http';
import type { Env } from '../env.ts';
import { headersOf } from './file-headers.ts';

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  png: 'image/png',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
};

/** Adds `/docs`, `/console` and their files. On Cloudflare the platform answers before the Worker is asked. */
export function addStaticFiles(app: PageApp): void {
  app.get('/docs', (c) => file(c, 'docs.html'));
  app.get('/docs/:name{[a-z0-9-]+\\.[a-z]+}', (c) => file(c, `docs/${c.req.param('name')}`));
  app.get('/console', (c) => file(c, 'console/index.html'));
  app.get('/console/assets/:name{[\\w-]+(?:\\.[\\w-]+)*\\.[a-z0-9]+}', (c) =>
    file(c, `console/assets/${c.req.param('name')}`),
  );
}

async function file(c: RouteContext, path: string): Promise<Response> {
  const { ASSETS } = (c.env ?? {}) as Env;
  const found = await ASSETS?.fetch(new Request(new URL(`/${path}`, c.req.url)));
  if (!found?.ok) throw new HttpProblem('not_found', 'There is nothing at this path.');
  c.header('Content-Type', TYPES[path.slice(path.lastIndexOf('.') + 1)] ?? 'text/plain; charset=utf-8');
  for (const [name, value] of Object.entries(headersOf(c.req.path))) c.header(name, value);
  return c.body(found.body as ReadableStream);
}
