// Redis over HTTP, in the shape of Upstash's REST API, so that `@upstash/redis` works unchanged. It refuses what
// needs a connection of its own (blocking commands, subscriptions) and what the token's scope does not cover.
import { toBase64 } from '@fairlead/bytes';
import { FairleadError, isFairleadError } from '@fairlead/errors';
import {
  connectionSettings,
  defineRoutes,
  dialOptions,
  HttpProblem,
  jsonDigits,
  list,
  operationTimeoutMs,
  problemResponses,
  type RouteContext,
  type RouteModule,
  readBody,
  readJson,
  SECURITY_SCHEME,
  type Target,
  withClient,
} from '@fairlead/http';
import { createRoute, z } from '@hono/zod-openapi';
import { connect, type RedisClient } from '../client.ts';
import { mooredConnector } from '../mooring/index.ts';
import type { RedisOptions } from '../types.ts';
import type { Reply } from '../wire/messages.ts';
import { CommandInfo } from './command-info.ts';
import { authorize, isAdmin, needsOf, refuseDenied } from './scopes.ts';
import { type Command, commandOfPath, jsonReply, wordsOf } from './upstash-format.ts';
import { withoutUpstashFlag } from './upstash-script.ts';

const PREFIX = '/redis';
const JSON_TYPE = 'application/json';
/** Upstash's JSON has the shapes of RESP2. */
const PROTOCOL = 2;
const SCOPES =
  'Scope `redis:read:<connection>`, `redis:write` or `redis:admin`, by what the command does; scripts and functions ' +
  '(`EVAL`, `FCALL`, ...) need `redis:script`, which `redis:write` does not include.';

const argumentSchema = z.union([z.string(), jsonDigits, z.boolean().transform(String)]);
const commandSchema = list(
  z
    .array(argumentSchema)
    .min(1)
    .refine(([name]) => typeof name === 'string' && name !== '', {
      message: 'begins with its name, as a string',
    }),
).openapi('RedisCommand', { example: ['SET', 'key', 'value', 'EX', 60] });
const commandsSchema = list(z.array(commandSchema).min(1));

const resultSchema = z.object({ result: z.unknown() }).openapi('RedisResult');
const errorSchema = z.object({ error: z.string() });
const resultsSchema = z.array(z.union([resultSchema, errorSchema])).openapi('RedisResults');

/** The members of an entry of `FAIRLEAD_CONNECTIONS` beside its URL. */
const settingsSchema = z.strictObject({
  username: z.string().optional(),
  password: z.string().optional(),
  database: z.number().optional(),
  name: z.string().optional(),
  tls: z.boolean().optional(),
  /** Commands that no token may send, such as `KEYS` or `CONFIG SET`. */
  deny: z
    .array(
      z
        .string()
        .regex(/^[A-Za-z][\w.-]*( [A-Za-z][\w-]*)?$/, 'is not the name of a command')
        .toUpperCase(),
    )
    .default([]),
});

/** The servers' answers about commands that the table does not know, for all requests of the isolate. */
const commandInfo = new CommandInfo();

type App = Parameters<RouteModule['register']>[0];

/** The Redis routes, for the worker's route table. */
export const redisRoutes: RouteModule = defineRoutes({
  prefix: PREFIX,
  protocol: 'redis',
  schemes: ['redis:', 'rediss:'],
  defaultPort: 6379,
  description: 'Redis, in the shape of Upstash’s REST API',
  bodies: 'any',
  pool: async (namespace, url, options) => ({
    connector: await mooredConnector(namespace, url, { ...options, protocol: PROTOCOL }),
  }),
  // Each name and value of the query is an argument.
  repeatable: 'any',
  // Upstash's clients read this member.
  problemMembers: (problem) => ({ error: problem.server?.message ?? problem.detail }),
  register(app) {
    describe(app);
    app.post('/', async (c) => single(c, await readJson(c, commandSchema)));
    app.post('/pipeline', async (c) => pipeline(c, await readJson(c, commandsSchema)));
    app.post('/multi-exec', async (c) => transaction(c, await readJson(c, commandsSchema)));
    app.on(['GET', 'POST', 'PUT'], '/*', async (c) => single(c, await fromPath(c)));
  },
});

/** The OpenAPI entries; the handlers are registered by hand, since Hono has no parameter that spans slashes. */
function describe(app: App): void {
  const common = { security: [{ [SECURITY_SCHEME]: [] }], tags: ['redis'] };
  const responses = (schema: z.ZodType) => ({
    200: { description: 'The reply, or replies', content: { [JSON_TYPE]: { schema } } },
    ...problemResponses(['server', 'auth', 'limit', 'policy', 'tls_failed', 'connect_timeout']),
  });
  const body = (schema: z.ZodType) => ({ body: { required: true, content: { [JSON_TYPE]: { schema } } } });
  const paths = [
    { path: '/', summary: 'Run one command', schema: commandSchema, result: resultSchema },
    { path: '/pipeline', summary: 'Run commands in order', schema: commandsSchema, result: resultsSchema },
    {
      path: '/multi-exec',
      summary: 'Run commands as a transaction',
      schema: commandsSchema,
      result: resultsSchema,
    },
  ];
  for (const { path, summary, schema, result } of paths) {
    const route = {
      ...common,
      method: 'post' as const,
      path,
      summary,
      description: SCOPES,
      request: body(schema),
    };
    app.openAPIRegistry.registerPath(createRoute({ ...route, responses: responses(result) }));
  }
  const params = z.object({ command: z.string(), arguments: z.string() });
  const description =
    'The arguments are further path segments, percent-encoded, then the body of a POST, then the query: ' +
    `\`/redis/set/key/value?EX=60\`. ${SCOPES}`;
  const route = { ...common, method: 'get' as const, path: '/{command}/{arguments}', request: { params } };
  app.openAPIRegistry.registerPath(
    createRoute({
      ...route,
      summary: 'Run the command in the path',
      description,
      responses: responses(resultSchema),
    }),
  );
}

async function fromPath(c: RouteContext): Promise<Command> {
  const { pathname, search, searchParams } = new URL(c.req.url);
  // Upstash takes the token here, too; a token in a URL ends up in logs, and here it would become an argument.
  if (searchParams.has('_token'))
    throw new HttpProblem('invalid', 'Send the token as Authorization: Bearer.');
  const command = commandOfPath(pathname.slice(PREFIX.length + 1), await readBody(c), search.slice(1));
  if (command === undefined)
    throw new HttpProblem('invalid', 'The path and the query hold no command in percent-encoded UTF-8.');
  return command;
}

async function single(c: RouteContext, command: Command): Promise<Response> {
  const reply = await run(c, [command], (client) =>
    client.with({ as: 'bytes' }).send(...withoutUpstashFlag(command)),
  );
  return answer(c, { result: jsonReply(reply, encoding(c)) });
}

async function pipeline(c: RouteContext, commands: Command[]): Promise<Response> {
  const results = await run(c, commands, async (client, target) => {
    const bytes = client.with({ as: 'bytes' });
    const outcomes = await Promise.allSettled(
      commands.map((command) => bytes.send(...withoutUpstashFlag(command))),
    );
    return outcomes.map((outcome) =>
      outcome.status === 'fulfilled'
        ? { result: jsonReply(outcome.value, encoding(c)) }
        : { error: ownError(outcome.reason, target) },
    );
  });
  return answer(c, results);
}

async function transaction(c: RouteContext, commands: Command[]): Promise<Response> {
  const results = await run(c, commands, async (client, target) => {
    const multi = client.multi({ as: 'bytes' });
    for (const command of commands) multi.send(...withoutUpstashFlag(command));
    const replies = (await multi.exec()) ?? [];
    return replies.map((reply) =>
      isFairleadError(reply)
        ? { error: ownError(reply, target) }
        : { result: jsonReply(reply as Reply, encoding(c)) },
    );
  });
  return answer(c, results);
}

/** Checks scopes and limits of the commands, and calls `use` with a new connection. */
async function run<T>(
  c: RouteContext,
  commands: readonly Command[],
  use: (client: RedisClient, target: Target) => Promise<T>,
): Promise<T> {
  const { limits } = c.get('config');
  if (commands.length > limits.maxCommands) {
    throw new FairleadError('limit', `More than ${limits.maxCommands} commands at once (maxCommands)`);
  }
  const { classes, unknown } = needsOf(commands);
  const asks = unknown.length > 0 && !isAdmin(c);
  // A token that may not even read here does not make the gateway ask the server.
  const target = authorize(c, unknown.length === 0 ? classes : [...classes, asks ? 'read' : 'admin']);
  const { deny, ...login } = connectionSettings(target, settingsSchema, 'Redis');
  refuseDenied(commands, deny);
  const server = asks ? JSON.stringify([target.url, login.username]) : '';
  const known = asks ? commandInfo.known(server, unknown, Date.now()) : [];
  if (known !== undefined && asks) authorize(c, known);
  const open = async (signal: AbortSignal) => {
    const options: RedisOptions = {
      ...login,
      protocol: PROTOCOL,
      timeoutMs: operationTimeoutMs(c),
      maxReplyBytes: limits.maxResultBytes,
      maxReplyValues: limits.maxRows,
      signal,
    };
    return connect(target.url, await dialOptions(c, target, options));
  };
  return withClient(c, open, async (client) => {
    if (known === undefined) {
      const ask = (command: readonly string[]) => client.with({ as: 'bytes' }).send(...command);
      authorize(c, await commandInfo.learn(server, unknown, ask, Date.now()));
    }
    return use(client, target);
  });
}

/** The error text of one command. @throws The error, where it ended the connection: then the whole request fails. */
function ownError(error: unknown, target: Target): string {
  if (isFairleadError(error) && (error.code === 'server' || error.code === 'usage')) {
    return target.conceal(wordsOf(error));
  }
  throw error;
}

function encoding(c: RouteContext): ((bytes: Uint8Array) => string) | undefined {
  return c.req.header('Upstash-Encoding') === 'base64' ? toBase64 : undefined;
}

function answer(c: RouteContext, body: unknown): Response {
  return c.newResponse(JSON.stringify(body), 200, { 'Content-Type': JSON_TYPE });
}
