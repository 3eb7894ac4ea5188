// `GET /errors`: the last requests that failed in the isolate that answers.
import { createRoute, z } from '@hono/zod-openapi';
import type { RouteApp, RouteContext } from '../../app/contract.ts';
import { SECURITY_SCHEME } from '../../app/openapi/describe.ts';
import { problemResponses } from '../../problems/responses.ts';
import { visible } from '../visible.ts';
import type { Failure } from './failure-log.ts';
import { type ErrorsView, errorsSchema } from './schema.ts';

const errorsRoute = createRoute({
  method: 'get',
  path: '/',
  operationId: 'errors',
  summary: 'The last requests that failed',
  description:
    'Those of the isolate that answers, in its memory alone. Scope `admin:metrics`; with `admin:metrics:<connection>` those of that ' +
    'connection.',
  security: [{ [SECURITY_SCHEME]: [] }],
  request: {
    query: z.object({
      connection: z.string().optional().openapi({ description: 'Only those of this connection' }),
    }),
  },
  responses: {
    200: { description: 'The failures', content: { 'application/json': { schema: errorsSchema } } },
    ...problemResponses(),
  },
});

/** Registers `GET /errors`. */
export function registerErrors(app: RouteApp): void {
  app.openapi(errorsRoute, (c) => c.json(viewErrors(c), 200));
}

function viewErrors(c: RouteContext): ErrorsView {
  const names = new Set(visible(c, 'metrics').map(({ name }) => name));
  const { startedAt = c.get('arrivedAt'), total } = c.get('shared').requests;
  const isAll = c.get('access').allows('admin', 'metrics', '*');
  const isWhole = isAll && c.req.query('connection') === undefined;
  const failures = c.get('shared').failures.newestFirst();
  const seen = isWhole
    ? failures
    : failures.filter(({ connection }) => connection !== undefined && names.has(connection));
  return {
    scope: 'isolate',
    isolate: { startedAt: new Date(startedAt).toISOString(), ...(isAll && { requests: total }) },
    errors: seen.map(failureJson),
  };
}

function failureJson({ at, connection, token, code, safeToRetry, ...rest }: Failure) {
  return {
    time: new Date(at).toISOString(),
    ...rest,
    ...(connection !== undefined && { connection }),
    ...(token !== undefined && { token }),
    ...(code !== undefined && { code }),
    ...(safeToRetry !== undefined && { safeToRetry }),
  };
}
