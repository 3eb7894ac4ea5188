// The app around the route modules: request ids, settings, CORS, tokens, body caps, problems. It has no route of its own.
import { type Connector, connect } from '@fairlead/transport';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { authenticate } from '../access/tokens.ts';
import { RequestCounters } from '../operations/request-counters.ts';
import { RequestTiming } from '../operations/server-timing.ts';
import { HttpProblem } from '../problems/http-problem.ts';
import { problemResponse } from '../problems/problem.ts';
import { schemaFault } from '../problems/schema-fault.ts';
import { bodyGuard } from '../request/body.ts';
import { checkWish, noteArrival } from '../request/request-time.ts';
import { checkQuery } from '../request/single.ts';
import { ConfigSource } from '../settings/config.ts';
import { authorizationOf } from '../streams/websocket-handshake.ts';
import type { GatewayTypes, RouteApp, RouteContext, RouteModule } from './contract.ts';
import { corsHeaders } from './cors.ts';
import { describeComponents, describeRoutes } from './describe.ts';

/** Options of `createApp`. */
export interface AppOptions {
  /** The route table: one entry a protocol. */
  readonly routes: readonly RouteModule[];
  /** Dials for every route. Default: the runtime's own. */
  readonly connector?: Connector | undefined;
}

/**
 * The app that serves the route modules. Further pages may be added to what it returns; they run without a token.
 */
export function createApp(options: AppOptions): RouteApp {
  const app = newApp();
  app.use(prepare(new ConfigSource(options.routes), options.connector));
  app.use(corsHeaders);
  app.use(methodNotAllowed({ app, onMethodNotAllowed: refuseMethod }));
  app.notFound((c) => problemResponse(new HttpProblem('not_found', 'There is nothing at this path.'), c));
  app.onError(problemResponse);
  describeComponents(app);
  for (const module of options.routes) mount(app, module);
  return app;
}

function mount(app: RouteApp, module: RouteModule): void {
  const routes = newApp();
  routes.use(admit(module));
  routes.use(bodyGuard);
  module.register(routes);
  describeRoutes(routes, module);
  app.route(module.prefix, routes);
}

function newApp(): RouteApp {
  return new OpenAPIHono<GatewayTypes>({
    // A URL with a slash at its end means the same: people paste base URLs both ways.
    strict: false,
    defaultHook: (result) => {
      if (!result.success) {
        // What was checked is handed over beside the result, whatever its type says.
        const input: unknown = Reflect.get(result, 'data');
        throw schemaFault(PLACES[result.target] ?? result.target, result.error, input);
      }
    },
  });
}

const SWITCHING = 101;

/** Cloudflare's own name of a request; elsewhere a caller can send anything under that header. */
const RAY = /^[0-9A-Za-z-]{1,64}$/;

const PLACES: Readonly<Record<string, string>> = { json: 'body', form: 'body', param: 'path' };

/** Names the request and reads the settings: everything after it can rely on both. */
function prepare(source: ConfigSource, connector: Connector | undefined): MiddlewareHandler<GatewayTypes> {
  const requests = new RequestCounters();
  return async (c, next) => {
    noteArrival(c);
    const ray = c.req.header('cf-ray');
    const requestId = ray !== undefined && RAY.test(ray) ? ray : crypto.randomUUID();
    c.set('requestId', requestId);
    const timing = new RequestTiming();
    c.set('timing', timing);
    c.set('requests', requests);
    c.set('connector', timing.watch(connector ?? connect));
    c.set('isOwnConnector', connector !== undefined);
    c.header('Fairlead-Request-Id', requestId);
    c.header('X-Content-Type-Options', 'nosniff');
    c.header('Referrer-Policy', 'no-referrer');
    c.set('config', await source.read(c.env ?? {}));
    await next();
    account(c);
    leaveBody(c.req.raw);
  };
}

/** Counts an answer that is about to leave, and says in it where its time went. */
function account(c: RouteContext): void {
  const module = c.get('module');
  if (module === undefined) return;
  c.get('requests').note(module.protocol, c.res.status, Date.now() - c.get('arrivedAt'));
  const header = c.get('timing').header();
  // The headers of an upgrade are gone by now.
  if (header !== undefined && c.res.status !== SWITCHING) c.res.headers.set('Server-Timing', header);
}

/** Tells the runtime that the rest of a body will not be read: some runtimes keep an early answer back until it has come. */
function leaveBody({ body }: Request): void {
  if (body !== null && !body.locked) body.cancel().catch(() => {});
}

/** Lets in who has a token, with a request that says everything once; whether the token suffices `resolveTarget` says. */
function admit(module: RouteModule): MiddlewareHandler<GatewayTypes> {
  return async (c, next) => {
    c.set('module', module);
    c.header('Cache-Control', 'no-store');
    c.set('access', await authenticate(authorizationOf(c), c.get('config').tokens));
    checkWish(c);
    checkQuery(c, module);
    await next();
  };
}

function refuseMethod(c: RouteContext, methods: string[]): Response {
  const headers = { Allow: [...methods, 'OPTIONS'].join(', ') };
  // Not c.newResponse: that would keep the Content-Type of the 404 which this replaces.
  if (c.req.method === 'OPTIONS') return new Response(null, { status: 204, headers });
  const detail = `${c.req.method} is not allowed here; these are: ${headers.Allow}.`;
  return problemResponse(new HttpProblem('method_not_allowed', detail, { headers }), c);
}
