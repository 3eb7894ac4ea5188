// What the OpenAPI document says of every route alike: security scheme, problem schema, tags, common headers. Data only.

import { problemSchema } from '../problems/problem.ts';
import { problemResponses } from '../problems/responses.ts';
import type { RouteApp, RouteModule } from './contract.ts';
import { CONNECTION_HEADER, TIMEOUT_HEADER, URL_HEADER } from './headers.ts';

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
}

/** Gives a module's routes their tag, where they have none, and the headers that all of them understand and answer with. */
export function describeRoutes(routes: RouteApp, module: RouteModule): void {
  const { 503: overloaded } = problemResponses(['overloaded']);
  const common = Object.keys(HEADERS).map((name) => ({ $ref: `#/components/parameters/${name}` }));
  for (const definition of routes.openAPIRegistry.definitions) {
    if (definition.type !== 'route') continue;
    const { route } = definition;
    route.tags ??= [module.protocol];
    // A module without schemes has no targets.
    if (module.schemes.length === 0) continue;
    const { 200: answer } = route.responses;
    if (answer !== undefined && !('$ref' in answer))
      answer.headers = { ...answer.headers, [TIMING]: { $ref: `#/components/headers/${TIMING}` } };
    if (module.pool !== undefined && overloaded !== undefined) route.responses[503] ??= overloaded;
    route.parameters ??= [];
    for (const reference of common) route.parameters.push(reference);
  }
}
