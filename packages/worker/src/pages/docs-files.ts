// The page at /docs where no platform serves it: files of the binding ASSETS, with their types and the page's policy.
import { HttpProblem, type PageApp, type RouteContext } from '@fairlead/http';
import type { Env } from '../env.ts';

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  png: 'image/png',
};

/** As in pages/_headers. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Adds `/docs` and its files. On Cloudflare the platform answers before the Worker is asked. */
export function addDocuments(app: PageApp): void {
  app.get('/docs', (c) => file(c, 'docs.html'));
  app.get('/docs/:name{[a-z0-9-]+\\.[a-z]+}', (c) => file(c, `docs/${c.req.param('name')}`));
}

async function file(c: RouteContext, path: string): Promise<Response> {
  const { ASSETS } = (c.env ?? {}) as Env;
  const found = await ASSETS?.fetch(new Request(new URL(`/${path}`, c.req.url)));
  if (!found?.ok) throw new HttpProblem('not_found', 'There is nothing at this path.');
  c.header('Content-Type', TYPES[path.slice(path.lastIndexOf('.') + 1)] ?? 'text/plain; charset=utf-8');
  c.header('Content-Security-Policy', POLICY);
  return c.body(found.body as ReadableStream);
}
