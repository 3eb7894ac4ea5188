// The Gopher route: `GET /gopher/fetch`. It asks no address that the target policy forbids.
import {
  connectionSettings,
  connectorOf,
  HttpProblem,
  type RouteApp,
  type RouteContext,
  resolveAddress,
  resolveTarget,
  schemaFault,
} from '@fairlead/http';
import { formatGopherUrl, parseGopherUrl } from '../wire/url.ts';
import { answerWithItem, type RequestedItem } from './answer.ts';
import { fetchRoute, type Query, querySchema, settingsSchema } from './schemas.ts';

/** Registers the route. */
export function registerGopher(app: RouteApp): void {
  // Registered by hand: a handler that answers with a ready-made stream is none that openapi() can type.
  app.openAPIRegistry.registerPath(fetchRoute);
  app.get(fetchRoute.path, async (c) => {
    const parsed = querySchema.safeParse(c.req.query());
    if (!parsed.success) throw schemaFault('query', parsed.error);
    return answerWithItem(c, parsed.data, requestedItem(c, parsed.data));
  });
}

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
      connector: c.get('connector'),
      tls: undefined,
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
    connector: connectorOf(c, target),
    tls: connectionSettings(target, settingsSchema, 'Gopher').tls,
  };
}
