// The app around the route modules: it hands each request to the module that owns its path. It has no route of its own.
import { usage } from '@fairlead/errors';
import { type Connector, connect } from '@fairlead/transport';
import { Hono } from 'hono';
import { getPathNoStrict } from 'hono/utils/url';
import { RateWindows } from '../access/rate-window.ts';
import { FailureLog } from '../operations/failures/failure-log.ts';
import { RequestCounters } from '../operations/metrics/request-counters.ts';
import { ConfigSource } from '../settings/config.ts';
import type { GatewayTypes, OwnTls, PageApp, RouteApp, RouteContext, RouteModule } from './contract.ts';
import { type AppParts, withMiddleware } from './middleware/every-request.ts';

/** One segment: a request goes to the module that has the first segment of its path. */
const PREFIX = /^\/[^/]+$/;

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
 * @throws FairleadError `usage`: a module's prefix is not one segment.
 */
export function createApp({ routes, connector, ownTls = (own) => own }: AppOptions): PageApp {
  const wrong = routes.find(({ prefix }) => !PREFIX.test(prefix));
  if (wrong !== undefined)
    throw usage(`the prefix of a route module is one segment such as /redis, not ${wrong.prefix}`);
  const parts: AppParts = {
    source: new ConfigSource(routes),
    connector: connector ?? connect,
    shared: {
      requests: new RequestCounters(),
      failures: new FailureLog(),
      rates: new RateWindows(),
      ownTls,
      isOwnConnector: connector !== undefined,
    },
  };
  const app = new Hono<GatewayTypes>({ strict: false });
  const handle = toModules(routes, parts, app.fetch);
  // For an app that takes this one in by `route()`: its requests do not come by `fetch`. These paths alone, and before the
  // middleware, which each module's app has too.
  for (const { prefix } of routes)
    app.use(`${prefix}/*`, async (c) => handle(c.req.raw, c.env, contextOf(c)));
  withMiddleware(app, parts);
  app.fetch = handle;
  return app;
}

/** Hono throws where there is none, as under app.request() in a test. */
function contextOf(c: RouteContext): RouteContext['executionCtx'] | undefined {
  try {
    return c.executionCtx;
  } catch {
    return undefined;
  }
}

type Fetch = PageApp['fetch'];

/** Hands a request to the app of the module that owns its path, and what no module owns to the pages. */
function toModules(modules: readonly RouteModule[], parts: AppParts, pages: Fetch): Fetch {
  const owners = new Map<string, RouteModule>(modules.map((module) => [module.prefix, module]));
  const apps = new Map<RouteModule, RouteApp>();
  return (request, ...rest) => {
    const path = getPathNoStrict(request);
    const end = path.indexOf('/', 1);
    const module = owners.get(end < 0 ? path : path.slice(0, end));
    if (module === undefined) return pages(request, ...rest);
    const app = apps.get(module);
    if (app !== undefined) return app.fetch(request, ...rest);
    return load(module, apps, parts).then((loaded) => loaded.fetch(request, ...rest));
  };
}

/** Makes a module's app. Where that fails, the request is answered as any other failure is, and the next one tries again. */
async function load(
  module: RouteModule,
  apps: Map<RouteModule, RouteApp>,
  parts: AppParts,
): Promise<PageApp> {
  try {
    const { moduleApp } = await import('./module-app.ts');
    const app = await moduleApp(module, (own) => withMiddleware(own, parts));
    // Not the promise is kept but what comes of it: workerd ties a promise to the request that made it.
    apps.set(module, app);
    return app;
  } catch (error) {
    const failing = new Hono<GatewayTypes>();
    withMiddleware(failing, parts);
    return failing.all('*', () => {
      throw error;
    });
  }
}
