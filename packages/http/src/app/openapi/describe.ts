// What the OpenAPI document says of every route alike: security scheme, problem schema, tags, common headers. Data only.

import type { RouteConfig } from '@hono/zod-openapi';
import { problemSchema } from '../../problems/problem-schema.ts';
import { problemResponses } from '../../problems/responses.ts';
import { NDJSON_TYPE } from '../../streams/ndjson.ts';
import type { RouteApp, RouteModule } from '../contract.ts';
import { BEGIN_HEADER, CONNECTION_HEADER, TIMEOUT_HEADER, URL_HEADER } from '../headers.ts';

/** The name of the security scheme; modules refer to it as `security: [{ [SECURITY_SCHEME]: [] }]`. */
export const SECURITY_SCHEME = 'bearer';

/** Where an answer says what its time was spent on. */
const TIMING = 'Server-Timing';

const HEADERS: Readonly<Record<string, string>> = {
  [CONNECTION_HEADER]: 'The named connection to use, if not the default one. `?connection=` does the same.',
  [URL_HEADER]: 'A server of your own, with its credentials, where the operator’s target policy allows it.',
  [TIMEOUT_HEADER]:
    'How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts.',
};

/** The header of operations that answer with NDJSON. */
const BEGIN_PARAMETER = {
  name: BEGIN_HEADER,
  in: 'header' as const,
  required: false,
  description:
    'With `at-once` an answer as `application/x-ndjson` begins before there is a first line, with an empty one: a caller who goes ' +
    'away then ends the work on the server, which the platform does not notice before. Failures are told by the last line.',
  schema: { type: 'string' as const, enum: ['at-once'] },
};

/** Registers the components that routes refer to. */
export function describeComponents(app: RouteApp): void {
  const registry = app.openAPIRegistry;
  registry.registerComponent('securitySchemes', SECURITY_SCHEME, { type: 'http', scheme: 'bearer' });
  registry.register('Problem', problemSchema);
  registry.registerComponent('headers', TIMING, {
    description:
      'Milliseconds: `wait` in the pool’s queue (pooled connections only), `connect` for the connection, `query` for the rest.',
    schema: { type: 'string', example: 'wait;dur=0, connect;dur=0, query;dur=4' },
  });
  for (const [name, description] of Object.entries(HEADERS)) {
    const schema = { type: name === TIMEOUT_HEADER ? ('integer' as const) : ('string' as const) };
    registry.registerComponent('parameters', name, {
      name,
      in: 'header',
      required: false,
      description,
      schema,
    });
  }
  registry.registerComponent('parameters', BEGIN_HEADER, BEGIN_PARAMETER);
}

/** Gives a module's routes their tag, where they have none, and the headers that all of them understand and answer with. */
export function describeRoutes(routes: RouteApp, module: RouteModule): void {
  for (const definition of routes.openAPIRegistry.definitions)
    if (definition.type === 'route') definition.route = described(definition.route, module);
}

/** `pg` and `query` make `pgQuery`: unique in the document, and the name of the SDK's function. */
function operationId({ operationId, method, path }: RouteConfig, { protocol, prefix }: RouteModule): string {
  const words = operationId ?? `${method} ${path === '/' ? prefix : path}`;
  return [protocol, ...words.split(/[^A-Za-z0-9]+/)]
    .map((word, i) => (i === 0 ? word : upperFirst(word)))
    .join('');
}

function upperFirst(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** What the module's own ways add: a pool that is full, a body that is wrong; and what cannot be without a body. */
function describedResponses(route: RouteConfig, module: RouteModule): RouteConfig['responses'] {
  const responses = { ...route.responses };
  const { 503: overloaded } = problemResponses(['overloaded']);
  if (module.pool !== undefined && overloaded !== undefined) responses[503] = overloaded;
  const { 415: wrongType } = problemResponses(['unsupported_media_type']);
  if (route.request?.body === undefined) delete responses[408];
  // A body that no route reads may still come in an encoding.
  if (route.method !== 'get' && wrongType !== undefined) responses[415] ??= wrongType;
  return responses;
}

/** A copy: routes are constants of their modules, and documents are made more than once. */
function described(route: RouteConfig, module: RouteModule): RouteConfig {
  const responses = describedResponses(route, module);
  const tags = route.tags ?? [module.protocol];
  const tagged = { ...route, tags, operationId: operationId(route, module), responses };
  // A module without schemes has no targets.
  if (module.schemes.length === 0) return tagged;
  const { 200: answer } = responses;
  if (answer !== undefined && !('$ref' in answer)) {
    const headers = { ...answer.headers, [TIMING]: { $ref: `#/components/headers/${TIMING}` } };
    responses[200] = { ...answer, headers };
  }
  const isStream = answer !== undefined && 'content' in answer && NDJSON_TYPE in (answer.content ?? {});
  const names = [...Object.keys(HEADERS), ...(isStream ? [BEGIN_HEADER] : [])];
  const common = names.map((name) => ({ $ref: `#/components/parameters/${name}` }));
  // The types of OpenAPI's versions differ in name alone.
  const parameters = [...((route.parameters ?? []) as typeof common), ...common];
  return { ...tagged, responses, parameters };
}
