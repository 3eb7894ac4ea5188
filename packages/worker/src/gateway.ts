// The gateway: the route table behind one app, with the operators' routes, its own pages and the OpenAPI document.
import { createApp, operationRoutes, type RouteApp, type RouteModule } from '@fairlead/http';
import type { Connector } from '@fairlead/transport';
import { openApiInfo } from './openapi.ts';
import { addPages } from './pages.ts';
import { ROUTES } from './routes.ts';

/** Options of `createGateway`. */
export interface GatewayOptions {
  /** Default: every protocol. */
  readonly routes?: readonly RouteModule[];
  /** Default: `cloudflare:sockets`. A VPC network's or a test's connector goes here. */
  readonly connector?: Connector;
}

/** Makes the Worker's `fetch` handler. */
export function createGateway(options: GatewayOptions = {}): RouteApp {
  const routes = options.routes ?? ROUTES;
  const app = createApp({ routes: [...routes, ...operationRoutes(routes)], connector: options.connector });
  app.doc31('/openapi.json', openApiInfo(routes));
  addPages(app, routes);
  return app;
}
