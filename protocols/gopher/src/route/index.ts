// Gopher over HTTP: `GET /gopher/fetch`. It asks no address that the target policy forbids.
import {
  defineRoutes,
  HttpProblem,
  type RouteContext,
  type RouteModule,
  resolveAddress,
  resolveTarget,
  schemaFault,
} from '@fairlead/http';
import { formatGopherUrl, parseGopherUrl } from '../wire/url.ts';
import { answerWithItem, type RequestedItem } from './answer.ts';
import { fetchRoute, type Query, querySchema } from './schemas.ts';

/** Gopher+ section 2.3 and error items. */
const STATUS: Readonly<Record<string, 404 | 410 | 503>> = { error: 404, '1': 404, '2': 503, '3': 410 };

/** The Gopher route, for the worker's route table. */
export const gopherRoutes: RouteModule = defineRoutes({
  prefix: '/gopher',
  protocol: 'gopher',
  schemes: ['gopher:', 'gophers:'],
  defaultPort: 70,
  description: 'Gopher and Gopher+',
  serverStatus: ({ code }) => STATUS[code],
  register(app) {
    // Registered by hand: a handler that answers with a ready-made stream is none that openapi() can type.
    app.openAPIRegistry.registerPath(fetchRoute);
    app.get(fetchRoute.path, async (c) => {
      const parsed = querySchema.safeParse(c.req.query());
      if (!parsed.success) throw schemaFault('query', parsed.error);
      return answerWithItem(c, parsed.data, requestedItem(c, parsed.data));
    });
  },
});

/** Checks scope, existence and policy. */
function requestedItem(c: RouteContext, { url, connection, path }: Query): RequestedItem {
  if (url !== undefined) {
    if (connection !== undefined || path !== undefined) {
      throw new HttpProblem('invalid', 'Give either a url, or a connection and a path.');
    }
    const { hostname, port } = parseGopherUrl(url);
    return {
      url,
      address: resolveAddress(c, 'gopher', 'fetch', { hostname, port }),
      connection: undefined,
    };
  }
  const target = resolveTarget(c, { action: 'fetch', connection });
  const own = parseGopherUrl(target.url);
  const root = formatGopherUrl({ ...own, selector: '', search: undefined, gopherPlus: undefined });
  const item = path?.replace(/^\//, '').replaceAll('#', '%23');
  return {
    url: item === undefined ? target.url : root.slice(0, -1) + item,
    address: target.address,
    connection: target.name,
  };
}
