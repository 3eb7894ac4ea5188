// The middleware of every request, whatever its path: a request id, a trace, the settings, CORS; and the headers of every answer.
import type { Connector } from '@fairlead/transport';
import type { MiddlewareHandler } from 'hono';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { RequestRecord } from '../../observability/request-record.ts';
import { traceOf, traceParent } from '../../observability/trace.ts';
import { RequestTiming } from '../../operations/server-timing.ts';
import { HttpProblem } from '../../problems/http-problem.ts';
import { problemResponse } from '../../problems/problem.ts';
import { noteArrival } from '../../request/request-time.ts';
import type { ConfigSource } from '../../settings/config.ts';
import type { GatewayTypes, PageApp, RouteContext, Shared } from '../contract.ts';
import { account, reportOf } from './account.ts';
import { corsHeaders } from './cors.ts';

const NOT_FOUND = 404;
const SWITCHING = 101;

/** Cloudflare's own name of a request; elsewhere a caller can send anything under that header. */
const RAY = /^[0-9A-Za-z-]{1,64}$/;

/** What the apps of all modules have in common. */
export interface AppParts {
  readonly source: ConfigSource;
  readonly shared: Shared;
  /** Dials for every route; each app has its own TLS around it. */
  readonly connector: Connector;
}

/** Adds the middleware to `app`, and the answers to unknown paths and to failures. */
export function withMiddleware(app: PageApp, parts: AppParts): void {
  app.use(everyRequest(app, parts));
  app.notFound((c) => problemResponse(new HttpProblem('not_found', 'There is nothing at this path.'), c));
  app.onError(problemResponse);
}

/** One middleware for all of it: each further one would cost every request some promises. */
function everyRequest(app: PageApp, parts: AppParts): MiddlewareHandler<GatewayTypes> {
  const refuse = methodNotAllowed({ app, onMethodNotAllowed: refuseMethod });
  const dial = parts.shared.ownTls(parts.connector);
  return async (c, next) => {
    prepare(c, parts.shared, dial);
    let serverTiming: string | undefined;
    try {
      const env = c.env ?? {};
      c.set('config', parts.source.known(env) ?? (await parts.source.read(env)));
      const answer = await (c.get('config').cors.length === 0 ? next() : corsHeaders(c, next));
      // A preflight is answered before there is a route.
      if (answer instanceof Response) c.res = answer;
      if (c.res.status === NOT_FOUND) await refuse(c, nothing);
      const report = reportOf(c);
      serverTiming = account(c, c.res.status, report && (await report));
      leaveBody(c.req.raw);
    } catch (error) {
      c.res = problemResponse(error, c);
    }
    addHeaders(c, serverTiming);
  };
}

const nothing = async (): Promise<void> => {};

/** Gives the request what everything behind relies on. */
function prepare(c: RouteContext, shared: Shared, dial: Connector): void {
  noteArrival(c);
  shared.requests.startedAt ??= c.get('arrivedAt');
  const uuid = crypto.randomUUID();
  const ray = c.req.header('cf-ray');
  c.set('requestId', ray !== undefined && RAY.test(ray) ? ray : uuid);
  const timing = new RequestTiming();
  c.set('timing', timing);
  c.set('shared', shared);
  c.set('record', new RequestRecord(traceOf((name) => c.req.header(name), uuid)));
  c.set('connector', timing.watch(dial));
}

/** The headers of every answer. */
function addHeaders(c: RouteContext, serverTiming: string | undefined): void {
  const { headers, status } = c.res;
  // Those of an upgrade are the route's alone.
  if (status === SWITCHING) return;
  const { trace } = c.get('record');
  headers.set('Fairlead-Request-Id', c.get('requestId'));
  headers.set('traceparent', traceParent(trace));
  if (trace.state !== undefined) headers.set('tracestate', trace.state);
  headers.set('X-Content-Type-Options', 'nosniff');
  headers.set('Referrer-Policy', 'no-referrer');
  if (serverTiming !== undefined) headers.set('Server-Timing', serverTiming);
  if (c.get('module') !== undefined && !headers.has('Cache-Control'))
    headers.set('Cache-Control', 'no-store');
}

/** Tells the runtime that the rest of a body will not be read: some runtimes keep an early answer back until it has come. */
function leaveBody({ body }: Request): void {
  if (body !== null && !body.locked) body.cancel().catch(() => {});
}

function refuseMethod(c: RouteContext, methods: string[]): Response {
  const headers = { Allow: [...methods, 'OPTIONS'].join(', ') };
  // Not c.newResponse: that would keep the Content-Type of the 404 which this replaces.
  if (c.req.method === 'OPTIONS') return new Response(null, { status: 204, headers });
  const detail = `${c.req.method} is not allowed here; these are: ${headers.Allow}.`;
  return problemResponse(new HttpProblem('method_not_allowed', detail, { headers }), c);
}
