// The app around the route modules: request ids, settings, CORS, tokens, body caps, problems. It has no route of its own.
import { type Connector, connect } from '@fairlead/transport';
import { Hono, type MiddlewareHandler } from 'hono';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { RateWindows } from '../access/rate-window.ts';
import { RequestRecord } from '../observability/request-record.ts';
import { traceOf, traceParent } from '../observability/trace.ts';
import { FailureLog } from '../operations/failures/failure-log.ts';
import { noteFailure } from '../operations/failures/note-failure.ts';
import { RequestCounters } from '../operations/metrics/request-counters.ts';
import { RequestTiming } from '../operations/server-timing.ts';
import { HttpProblem } from '../problems/http-problem.ts';
import { problemResponse } from '../problems/problem.ts';
import { noteArrival } from '../request/request-time.ts';
import { ConfigSource } from '../settings/config.ts';
import type { GatewayTypes, OwnTls, PageApp, RouteApp, RouteContext, RouteModule } from './contract.ts';
import { corsHeaders } from './cors.ts';

/** Options of `createApp`. */
export interface AppOptions {
  /** The route table: one entry a protocol. */
  readonly routes: readonly RouteModule[];
  /** Dials for every route. Default: the runtime's own. */
  readonly connector?: Connector | undefined;
  /**
   * Makes a connector honour what an entry's `tls` object asks for. What asks for nothing it dials as before. Default: connectors are
   * used as they are, and refuse what they cannot honour.
   */
  readonly ownTls?: OwnTls | undefined;
}

/**
 * The app that serves the route modules, each of which registers its routes at its first request. Further pages may be added to
 * what it returns; they run without a token.
 */
export function createApp(options: AppOptions): PageApp {
  const shared: Shared = {
    source: new ConfigSource(options.routes),
    requests: new RequestCounters(),
    failures: new FailureLog(),
    rates: new RateWindows(),
    connector: options.connector,
    ownTls: options.ownTls ?? ((connector) => connector),
  };
  const app = new Hono<GatewayTypes>({ strict: false });
  app.use(toModules(options.routes, shared));
  withManners(app, shared);
  return app;
}

/** What the modules' apps have in common. */
interface Shared {
  readonly source: ConfigSource;
  readonly requests: RequestCounters;
  readonly failures: FailureLog;
  readonly rates: RateWindows;
  readonly connector: Connector | undefined;
  readonly ownTls: OwnTls;
}

/** Hands a request to the app of the module that owns its path. */
function toModules(modules: readonly RouteModule[], shared: Shared): MiddlewareHandler<GatewayTypes> {
  const apps = new Map<RouteModule, RouteApp>();
  return async (c, next) => {
    const { path } = c.req;
    const module = modules.find(({ prefix }) => path === prefix || path.startsWith(`${prefix}/`));
    if (module === undefined) return next();
    const app = apps.get(module) ?? (await load(module, apps, shared));
    return app.fetch(c.req.raw, c.env, contextOf(c));
  };
}

/** Makes a module's app. Where that fails, the request is answered as any other failure is, and the next one tries again. */
async function load(module: RouteModule, apps: Map<RouteModule, RouteApp>, shared: Shared): Promise<PageApp> {
  try {
    const { moduleApp } = await import('./module-app.ts');
    const app = await moduleApp(module, (own) => withManners(own, shared));
    // Not the promise is kept but what comes of it: workerd ties a promise to the request that made it.
    apps.set(module, app);
    return app;
  } catch (error) {
    const failing = new Hono<GatewayTypes>();
    withManners(failing, shared);
    return failing.all('*', () => {
      throw error;
    });
  }
}

/** Hono throws where there is none, as under app.request() in a test. */
function contextOf(c: RouteContext): RouteContext['executionCtx'] | undefined {
  try {
    return c.executionCtx;
  } catch {
    return undefined;
  }
}

/** What every request meets, whatever its path. */
function withManners(app: PageApp, shared: Shared): void {
  app.use(prepare(shared));
  app.use(corsHeaders);
  app.use(methodNotAllowed({ app, onMethodNotAllowed: refuseMethod }));
  app.notFound((c) => problemResponse(new HttpProblem('not_found', 'There is nothing at this path.'), c));
  app.onError(problemResponse);
}

const SWITCHING = 101;

/** Cloudflare's own name of a request; elsewhere a caller can send anything under that header. */
const RAY = /^[0-9A-Za-z-]{1,64}$/;

/** Names the request and reads the settings: everything after it can rely on both. */
function prepare(shared: Shared): MiddlewareHandler<GatewayTypes> {
  const { source, requests, failures, rates, connector, ownTls } = shared;
  const dial = ownTls(connector ?? connect);
  return async (c, next) => {
    noteArrival(c);
    requests.startedAt ??= c.get('arrivedAt');
    const ray = c.req.header('cf-ray');
    const requestId = ray !== undefined && RAY.test(ray) ? ray : crypto.randomUUID();
    c.set('requestId', requestId);
    const timing = new RequestTiming();
    c.set('timing', timing);
    c.set('requests', requests);
    c.set('failures', failures);
    const trace = traceOf(c.req.header('traceparent'), c.req.header('tracestate'));
    c.set('record', new RequestRecord(trace));
    c.set('rates', rates);
    c.set('connector', timing.watch(dial));
    c.set('ownTls', ownTls);
    c.set('isOwnConnector', connector !== undefined);
    c.header('Fairlead-Request-Id', requestId);
    c.header('traceparent', traceParent(trace));
    if (trace.state !== undefined) c.header('tracestate', trace.state);
    c.header('X-Content-Type-Options', 'nosniff');
    c.header('Referrer-Policy', 'no-referrer');
    c.set('config', await source.read(c.env ?? {}));
    await next();
    await account(c);
    leaveBody(c.req.raw);
  };
}

/** What writes the log, once a request has asked for it: `import()` is not free, even of what is loaded. */
let reports: typeof import('../observability/report.ts') | undefined;

/** Counts an answer that is about to leave, and says in it where its time went. */
async function account(c: RouteContext): Promise<void> {
  const record = c.get('record');
  const report = wantsReport(c) ? await reporterOf(c) : undefined;
  const module = c.get('module');
  const requests = c.get('requests');
  const flow = module && record.isOpen ? requests.open(module.protocol, () => record.carried()) : undefined;
  record.whenOver(() => {
    flow?.end(record);
    report?.();
    noteFailure(c);
  });
  if (module === undefined) return;
  requests.note(module.protocol, c.res.status, Date.now() - c.get('arrivedAt'), record.code);
  const header = c.get('timing').header();
  // The headers of an upgrade are gone by now.
  if (header !== undefined && c.res.status !== SWITCHING) c.res.headers.set('Server-Timing', header);
}

/** What writes of a request, once it is over. */
async function reporterOf(c: RouteContext): Promise<() => void> {
  reports ??= await import('../observability/report.ts');
  return reports.reporter(c);
}

/** Whether anything is to be written of a request, now or when its stream ends. */
function wantsReport(c: RouteContext): boolean {
  const { access, audit } = c.get('config').log;
  const record = c.get('record');
  return access || c.env?.ANALYTICS !== undefined || (audit && (record.isOpen || record.audited.length > 0));
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
