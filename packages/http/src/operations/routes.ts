// The gateway's routes for its operators: what is configured and what the pools do, as JSON and as OpenMetrics, and the drain.
import { createRoute, z } from '@hono/zod-openapi';
import type { Connection, RouteApp, RouteContext, RouteModule } from '../app/contract.ts';
import { SECURITY_SCHEME } from '../app/openapi/describe.ts';
import { HttpProblem } from '../problems/http-problem.ts';
import { problemResponses } from '../problems/responses.ts';
import { metricFamilies } from './metrics/families.ts';
import { OPEN_METRICS_TYPE, openMetrics } from './metrics/open-metrics.ts';
import { askObjects, type ConnectionReport, reportConnection } from './pool-report.ts';
import { connectionsSchema, drainSchema, reportJson } from './schemas.ts';
import { ADMIN, ALL, named, visible } from './visible.ts';

const JSON_TYPE = 'application/json';
const security = [{ [SECURITY_SCHEME]: [] }];

const connectionsRoute = createRoute({
  method: 'get',
  path: '/',
  operationId: 'listConnections',
  summary: 'The configured connections, and what their pools do',
  description: 'Scope `admin:connections`; with `admin:connections:<connection>` it lists that one.',
  security,
  responses: {
    200: { description: 'The connections', content: { [JSON_TYPE]: { schema: connectionsSchema } } },
    ...problemResponses(),
  },
});

const drainRoute = createRoute({
  method: 'post',
  path: '/{name}/drain',
  operationId: 'drain',
  summary: 'Close the connections of a pool',
  description:
    'What is idle is closed at once, what is in use as it is given back. New calls open new ones. Scope `admin:drain:<connection>`.',
  security,
  request: {
    params: z.object({
      name: z.string().min(1).max(64).openapi({ description: 'Of the connection', example: 'main' }),
    }),
  },
  responses: {
    200: { description: 'How many connections that are', content: { [JSON_TYPE]: { schema: drainSchema } } },
    ...problemResponses(),
  },
});

const metricsRoute = createRoute({
  method: 'get',
  path: '/',
  operationId: 'metrics',
  summary: 'Figures for Prometheus and its kin, as OpenMetrics text',
  description:
    'Pools tell for the whole gateway; requests are counted by the isolate that answers (`scope="isolate"`). Scope ' +
    '`admin:metrics`, or `admin:metrics:<connection>` for one pool alone.',
  security,
  responses: {
    200: { description: 'The figures', content: { 'application/openmetrics-text': { schema: z.string() } } },
    ...problemResponses(),
  },
});

/** Registers `GET /connections` and the drain. */
export function registerConnections(app: RouteApp, modules: readonly RouteModule[]): void {
  app.openapi(connectionsRoute, async (c) => {
    const connections = await report(c, modules, 'connections');
    return c.json({ connections: connections.map(reportJson) }, 200);
  });
  registerDrain(app, modules);
}

/** Registers `GET /metrics`. */
export function registerMetrics(app: RouteApp, modules: readonly RouteModule[]): void {
  app.openapi(metricsRoute, async (c) => {
    const connections = await report(c, modules, 'metrics');
    const isAll = c.get('access').allows(ADMIN, 'metrics', ALL);
    const families = metricFamilies(connections, isAll ? c.get('shared').requests : undefined);
    return c.body(openMetrics(families), 200, { 'Content-Type': OPEN_METRICS_TYPE });
  });
}

function report(
  c: RouteContext,
  modules: readonly RouteModule[],
  action: string,
): Promise<ConnectionReport[]> {
  return Promise.all(
    visible(c, action).map((connection) => reportConnection(c, moduleOf(modules, connection), connection)),
  );
}

function moduleOf(modules: readonly RouteModule[], { protocol }: Connection): RouteModule | undefined {
  return modules.find((module) => module.protocol === protocol);
}

function registerDrain(app: RouteApp, modules: readonly RouteModule[]): void {
  app.openapi(drainRoute, async (c) => {
    const { name } = c.req.valid('param');
    const connection = named(c, 'drain', name);
    const shards = await askObjects(c, moduleOf(modules, connection), connection, async (object) => ({
      closing: await object.drain(),
    }));
    if (shards === undefined) throw new HttpProblem('invalid', `Connection "${name}" has no pool.`);
    return c.json({ connection: name, shards: [...shards] }, 200);
  });
}
