// `/tcp/ping`: how long the handshake with one server, or with several, takes. It sends no payload, and shows no address of a
// named connection.
import {
  CONNECTION_HEADER,
  HttpProblem,
  problemResponses,
  type RouteApp,
  type RouteContext,
  SECURITY_SCHEME,
  singleHeader,
} from '@fairlead/http';
import { createRoute, z } from '@hono/zod-openapi';
import {
  batchSchema,
  bodySchema,
  MAX_TARGETS,
  querySchema,
  resultSchema,
  targetsQuerySchema,
} from './schemas.ts';
import type { TargetWish } from './targets.ts';

const stream = (description: string) => ({ schema: z.string().openapi({ description }) });

/** The answer in each of its media types. */
const content = <S extends z.ZodType>(schema: S) => ({
  'application/json': { schema },
  'text/plain': stream('For people'),
  'text/event-stream': stream(
    'One event `sample` each while it runs, `summary` at last, or `error` with a problem',
  ),
  'application/x-ndjson': stream(
    'One line `{"sample"}` each while it runs, `{"summary"}` at last, or `{"error"}`',
  ),
});

const common = {
  security: [{ [SECURITY_SCHEME]: [] }],
};

const problems = problemResponses(['connect_timeout', 'tls_failed', 'policy']);

const EXAMPLE = { targets: [{ connection: 'main' }, { connection: 'cache' }], count: 3 };

const pingAddress = createRoute({
  ...common,
  method: 'get',
  path: '/ping/{address}',
  operationId: 'pingAddress',
  summary: 'Measure the handshake with an address that the target policy allows',
  description: 'Scope `tcp:ping:@`.',
  request: {
    params: z.object({
      address: z.string().openapi({ description: 'Host and port', example: 'db.example.com:5432' }),
    }),
    query: querySchema,
  },
  responses: { 200: { description: 'Reached', content: content(resultSchema) }, ...problems },
});

const pingTargets = createRoute({
  ...common,
  method: 'get',
  path: '/ping',
  operationId: 'ping',
  summary: 'Measure the handshake with a named connection, with addresses, or with both',
  description:
    'Scope `tcp:ping:<connection>`, and `tcp:ping:@` for addresses. One target is answered as an object, several as a list.',
  request: { query: targetsQuerySchema },
  responses: {
    200: { description: 'At least one was reached', content: content(z.union([resultSchema, batchSchema])) },
    ...problems,
  },
});

const pingMany = createRoute({
  ...common,
  method: 'post',
  path: '/ping',
  operationId: 'pingMany',
  summary: 'Measure the handshake with several targets',
  description: 'Scope `tcp:ping:<connection>`, or `tcp:ping:@`, for each target.',
  request: {
    body: { content: { 'application/json': { schema: bodySchema, example: EXAMPLE } }, required: true },
  },
  responses: {
    200: { description: 'At least one was reached', content: content(batchSchema) },
    ...problems,
  },
});

/** The measuring part of a request. */
type Measured = Pick<z.output<typeof querySchema>, 'tls' | 'count' | 'intervalMs'>;

/** Registers `GET /ping/{address}`, `GET /ping` and `POST /ping`. */
export function registerPing(app: RouteApp): void {
  app.openapi(pingAddress, async (c) => {
    const { address } = c.req.valid('param');
    if (c.req.query('connection') !== undefined || c.req.header(CONNECTION_HEADER) !== undefined) {
      throw new HttpProblem('invalid', 'Give either a connection or an address, not both.');
    }
    return answer(c, [{ address }], c.req.valid('query'), true);
  });
  app.openapi(pingTargets, async (c) => {
    const { address, ...query } = c.req.valid('query');
    const wishes = wishesOf(c, address ?? [], query.connection);
    return answer(c, wishes, query, wishes.length === 1);
  });
  app.openapi(pingMany, async (c) => {
    const { targets, tls, ...body } = c.req.valid('json');
    return answer(c, targets, { ...body, tls: tls === true ? '1' : '0' }, false);
  });
}

/** The addresses, and the connection where one is named or nothing else is. */
function wishesOf(c: RouteContext, address: string | string[], connection: string | undefined): TargetWish[] {
  const wishes: TargetWish[] = [address].flat().map((each) => ({ address: each }));
  const named = connection ?? singleHeader(c, CONNECTION_HEADER);
  if (named !== undefined || wishes.length === 0) wishes.push({ connection: named });
  if (wishes.length <= MAX_TARGETS) return wishes;
  throw new HttpProblem('invalid', `query.address: more than ${MAX_TARGETS} targets`);
}

async function answer(
  c: RouteContext,
  wishes: readonly TargetWish[],
  { tls, count = 1, intervalMs = 0 }: Measured,
  isSingle: boolean,
): Promise<Response> {
  const { answerPing } = await import('./answer.ts');
  return answerPing(c, { wishes, settings: { tls: tls === '1', count, intervalMs }, isSingle });
}
