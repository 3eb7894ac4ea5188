// A module's routes, and what stands before them: the token, and a request that says everything once. They are made when the
// module is first asked for, and for the OpenAPI document.
import { OpenAPIHono } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { admitCaller } from '../access/admission.ts';
import { schemaFault } from '../problems/schema-fault.ts';
import { guardBody } from '../request/body.ts';
import { checkWish } from '../request/request-time.ts';
import { checkQuery } from '../request/single.ts';
import type { GatewayTypes, RouteApp, RouteModule } from './contract.ts';
import { describeComponents, describeRoutes } from './openapi/describe.ts';
import type { OpenApiDocument } from './openapi/document.ts';

/**
 * The module's app, with its prefix.
 * @param prepare Adds what every request of the gateway meets, before the routes.
 */
export async function moduleApp(module: RouteModule, prepare: (app: RouteApp) => void): Promise<RouteApp> {
  const app = newApp();
  prepare(app);
  app.route(module.prefix, await moduleRoutes(module));
  return app;
}

/** The routes of a module, relative to its prefix. */
async function moduleRoutes(module: RouteModule): Promise<RouteApp> {
  const routes = newApp();
  routes.use(admit(module));
  await module.register(routes);
  return routes;
}

/**
 * The OpenAPI document of the modules' routes, which are loaded for it.
 * @param info Its head: title, version, tags.
 */
export async function openApiDocument(
  modules: readonly RouteModule[],
  info: Parameters<RouteApp['getOpenAPI31Document']>[0],
): Promise<OpenApiDocument> {
  const app = newApp();
  describeComponents(app);
  const all = await Promise.all(
    modules.map(async (module) => ({ module, routes: await moduleRoutes(module) })),
  );
  for (const { module, routes } of all) {
    describeRoutes(routes, module);
    app.route(module.prefix, routes);
  }
  return app.getOpenAPI31Document(info);
}

const PLACES: Readonly<Record<string, string>> = { json: 'body', form: 'body', param: 'path' };

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

/** Lets in who has a token, with a request that says everything once; whether the token suffices `resolveTarget` says. */
function admit(module: RouteModule): MiddlewareHandler<GatewayTypes> {
  return async (c, next) => {
    c.set('module', module);
    if (!module.isOpen?.(c)) await admitCaller(c);
    checkWish(c);
    checkQuery(c, module);
    if (c.req.raw.body !== null) await guardBody(c, module);
    await next();
  };
}
