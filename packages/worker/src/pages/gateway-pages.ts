// The gateway's own pages, which need no token: the start page, health, and what each problem means.
import {
  HttpProblem,
  isProblemCode,
  type PageApp,
  PROBLEMS,
  type RouteContext,
  type RouteModule,
} from '@fairlead/http';
import { html } from 'hono/html';
import { VERSION } from '../version.ts';

/** No script, no frame, nothing from elsewhere. */
const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const LINKS: readonly (readonly [href: string, text: string])[] = [
  ['/console', 'Console: look at everything the gateway reaches'],
  ['/docs', 'API documentation'],
  ['/openapi.json', 'OpenAPI 3.1 document'],
  ['/problems', 'Problem codes'],
  ['/healthz', 'Health'],
];

/** Asked every few seconds by whoever watches the gateway, so that nothing of it is made anew. */
const HEALTHY = JSON.stringify({ status: 'ok', version: VERSION });
const HEALTHY_INIT = { headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' } };

/** Adds `/`, `/healthz`, `/problems` and `/problems/{code}`. */
export function addPages(app: PageApp, routes: readonly RouteModule[]): void {
  app.get('/', (c) => startPage(c, routes));
  app.get('/healthz', () => new Response(HEALTHY, HEALTHY_INIT));
  app.get('/problems', (c) =>
    page(c, 'Problem codes', html`<dl>${Object.keys(PROBLEMS).map(problemEntry)}</dl>`),
  );
  app.get('/problems/:code', (c) => {
    const code = c.req.param('code');
    if (!isProblemCode(code)) throw new HttpProblem('not_found', 'There is no problem of that code.');
    return page(c, code, html`<dl>${problemEntry(code)}</dl><p><a href="/problems">All codes</a></p>`);
  });
}

function startPage(c: RouteContext, routes: readonly RouteModule[]): Response | Promise<Response> {
  const protocols = routes.map(({ protocol, prefix, description }) => ({ protocol, prefix, description }));
  if (!wantsHtml(c)) {
    return c.json({
      name: 'fairlead',
      version: VERSION,
      protocols,
      links: Object.fromEntries(LINKS.map(([href]) => [href.slice(1), href])),
    });
  }
  return page(
    c,
    'Fairlead gateway',
    html`<p>Version ${VERSION}. Every call below a protocol's path needs a bearer token.</p>
      <ul>${LINKS.map(([href, text]) => html`<li><a href="${href}">${text}</a></li>`)}</ul>
      <dl>${protocols.map(({ prefix, description }) => html`<dt><code>${prefix}</code></dt><dd>${description}</dd>`)}</dl>`,
  );
}

function wantsHtml(c: RouteContext): boolean {
  return /\btext\/html\b/.test(c.req.header('Accept') ?? '');
}

function problemEntry(code: string) {
  if (!isProblemCode(code)) return '';
  const { status, title, help } = PROBLEMS[code];
  return html`<dt id="${code}"><code>${code}</code> (${status}): ${title}</dt><dd>${help}</dd>`;
}

function page(c: RouteContext, title: string, body: ReturnType<typeof html>): Response | Promise<Response> {
  c.header('Content-Security-Policy', PAGE_POLICY);
  return c.html(
    html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8">
          <meta name="viewport" content="width=device-width, initial-scale=1">
          <meta name="color-scheme" content="light dark">
          <title>${title}</title>
          <style>body{font:1rem/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}dt{margin-top:1rem}</style>
        </head>
        <body><h1>${title}</h1>${body}</body>
      </html>`,
  );
}
