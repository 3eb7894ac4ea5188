// What the OpenAPI document says of the Redis routes, and the schemas of their bodies. Data only.
import {
  EVENT_STREAM_TYPE,
  jsonDigits,
  list,
  problemResponses,
  type RouteModule,
  SECURITY_SCHEME,
} from '@fairlead/http';
import { createRoute, z } from '@hono/zod-openapi';

const JSON_TYPE = 'application/json';
const AT_NAME =
  '`/redis/@name` in place of `/redis`, here and below, names a connection: for packages that take a URL and no header.';
const WAITING =
  'A command that waits in the server (`BLPOP`, `XREAD BLOCK`, `WAIT`, ...) may wait as long as the request has time, 0 means that long; ' +
  'after a second the answer begins, with status 200 and spaces, and a failure from then on is its body.';
const SCOPES =
  'Scope `redis:read:<connection>`, `redis:write` or `redis:admin`, by what the command does; scripts and functions ' +
  '(`EVAL`, `FCALL`, ...) need `redis:script`, which `redis:write` does not include.';

const argumentSchema = z.union([z.string(), jsonDigits, z.boolean().transform(String)]);
/** One command, as an array. */
export const commandSchema = list(
  z
    .array(argumentSchema)
    .min(1)
    .refine(([name]) => typeof name === 'string' && name !== '', {
      message: 'begins with its name, as a string',
    }),
).openapi('RedisCommand', { example: ['SET', 'key', 'value', 'EX', 60] });
/** Several commands. */
export const commandsSchema = list(z.array(commandSchema).min(1));

const resultSchema = z.object({ result: z.unknown() }).openapi('RedisResult');
const errorSchema = z.object({ error: z.string() });
const resultsSchema = z.array(z.union([resultSchema, errorSchema])).openapi('RedisResults');

const SEVERAL = [
  ['SET', 'greeting', 'ahoy'],
  ['GET', 'greeting'],
];

type App = Parameters<RouteModule['register']>[0];

/** Registers the OpenAPI entries; the handler is registered by hand, since Hono has no parameter that spans slashes. */
export function describeRedis(app: App): void {
  const responses = (schema: z.ZodType) => ({
    200: { description: 'The reply, or replies', content: { [JSON_TYPE]: { schema } } },
    ...problemResponses(['server', 'auth', 'limit', 'policy', 'tls_failed', 'connect_timeout']),
  });
  const body = (schema: z.ZodType, example: unknown) => ({
    body: { required: true, content: { [JSON_TYPE]: { schema, example } } },
  });
  const paths = [
    {
      operationId: 'run',
      path: '/',
      summary: 'Run one command',
      schema: commandSchema,
      result: resultSchema,
      example: ['SET', 'greeting', 'ahoy', 'EX', 60],
    },
    {
      operationId: 'pipeline',
      path: '/pipeline',
      summary: 'Run commands in order',
      schema: commandsSchema,
      result: resultsSchema,
      example: SEVERAL,
    },
    {
      operationId: 'transaction',
      path: '/multi-exec',
      summary: 'Run commands as a transaction',
      schema: commandsSchema,
      result: resultsSchema,
      example: SEVERAL,
    },
  ];
  for (const { operationId, path, summary, schema, result, example } of paths) {
    const route = {
      ...common,
      method: 'post' as const,
      operationId,
      path,
      summary,
      description: `${SCOPES} ${AT_NAME}`,
      request: body(schema, example),
    };
    app.openAPIRegistry.registerPath(createRoute({ ...route, responses: responses(result) }));
  }
  describePath(app, responses(resultSchema));
  describeStreams(app);
}

type Responses = Parameters<typeof createRoute>[0]['responses'];

const common = { security: [{ [SECURITY_SCHEME]: [] }], tags: ['redis'], method: 'get' as const };

function describePath(app: App, responses: Responses): void {
  const params = z.object({
    command: z.string().openapi({ description: 'Its name', example: 'get' }),
    arguments: z.string().openapi({ description: 'Its arguments', example: 'greeting' }),
  });
  const description =
    'The arguments are further path segments, percent-encoded, then the body of a POST, then the query: ' +
    `\`/redis/set/key/value?EX=60\`. ${WAITING} ${SCOPES} ${AT_NAME}`;
  const route = { ...common, path: '/{command}/{arguments}', description, responses };
  const get = {
    ...route,
    operationId: 'runPath',
    summary: 'Run the command in the path',
    request: { params },
  };
  app.openAPIRegistry.registerPath(createRoute(get));
  const post = {
    ...route,
    method: 'post' as const,
    operationId: 'runPathWithBody',
    summary: 'Run the command in the path, with the body for its last argument',
    request: {
      params: params.extend({
        command: z.string().openapi({ description: 'Its name', example: 'set' }),
      }),
      body: { content: { 'text/plain': { schema: z.string(), example: 'ahoy' } } },
    },
  };
  app.openAPIRegistry.registerPath(createRoute(post));
}

/** What a stream says of itself: path, parameter, summary, scope, and an event. */
const STREAMS = [
  ['subscribe', 'channel', 'Subscribe to channels', 'read', 'data: message,news,hello'],
  ['psubscribe', 'pattern', 'Subscribe to patterns', 'read', 'data: pmessage,new*,news,hello'],
  ['ssubscribe', 'channel', 'Subscribe to sharded channels', 'read', 'data: smessage,news,hello'],
  ['monitor', '', 'Watch all commands', 'admin', 'data: 1721284005.242090 [0 10.0.0.1:5000] "GET" "k"'],
] as const;

function describeStreams(app: App): void {
  const name = z.string().openapi({ description: 'The first one', example: 'news' });
  for (const [command, parameter, summary, scope, event] of STREAMS) {
    const content = { [EVENT_STREAM_TYPE]: { schema: z.string().openapi({ example: `${event}\n\n` }) } };
    const route = {
      ...common,
      operationId: command,
      path: parameter === '' ? `/${command}` : `/${command}/{${parameter}}`,
      summary,
      description:
        `Server-Sent Events, for as long as the request may take. POST does the same. Scope \`redis:${scope}:<connection>\`.` +
        (parameter === '' ? '' : ' Several are further path segments.'),
      ...(parameter === '' ? {} : { request: { params: z.object({ [parameter]: name }) } }),
      responses: {
        200: { description: 'The events', content },
        ...problemResponses(['server', 'auth', 'policy', 'tls_failed', 'connect_timeout']),
      },
    };
    app.openAPIRegistry.registerPath(createRoute(route));
  }
}
