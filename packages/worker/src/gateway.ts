// The gateway: the route table behind one app, with the operators' routes, its own pages and the OpenAPI document.
import {
  createApp,
  type OpenApiDocument,
  operationRoutes,
  type PageApp,
  type RouteModule,
} from '@fairlead/http';
import type { Connector } from '@fairlead/transport';
import { ownTls } from './own-tls.ts';
import { addPages } from './pages/gateway-pages.ts';
import { addStaticFiles } from './pages/static-files.ts';
import { ROUTES } from './routes.ts';
import { VERSION } from './version.ts';

/** Options of `createGateway`. */
export interface GatewayOptions {
  /** Default: every protocol. */
  readonly routes?: readonly RouteModule[];
  /** Default: `cloudflare:sockets`. A VPC network's or a test's connector goes here. */
  readonly connector?: Connector;
}

/** Makes the Worker's `fetch` handler. */
export function createGateway(options: GatewayOptions = {}): PageApp {
  const routes = options.routes ?? ROUTES;
  const loadCheck = async () => (await import('./check/index.ts')).checkSettings;
  const all = [...routes, ...operationRoutes(routes, { version: VERSION, loadCheck })];
  const app = createApp({ routes: all, connector: options.connector, ownTls });
  let document: OpenApiDocument | undefined;
  app.get('/openapi.json', async (c) => {
    const openApi = await import('./openapi.ts');
    document ??= await openApi.makeDocument(all, routes);
    return openApi.answerWithDocument(c, document);
  });
  addPages(app, routes);
  addStaticFiles(app);
  return app;
}
