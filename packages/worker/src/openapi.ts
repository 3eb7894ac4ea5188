// The OpenAPI document, and what it says besides the routes.
import { type OpenApiDocument, openApiDocument, type RouteModule } from '@fairlead/http';
import { VERSION } from './version.ts';

const DESCRIPTION = [
  'TCP servers behind HTTP. Name a connection that the operator configured: `?connection=main`, the header',
  '`Fairlead-Connection` or the body field `connection`; without one the default of the protocol is taken.',
  'Where the operator’s target policy allows it, `Fairlead-Url` names a server of your own.',
  '',
  'Every call carries `Authorization: Bearer <token>`. Errors are RFC 9457 problem documents; `code` is what programs',
  'should act on. `Fairlead-Timeout-Ms` asks for another time limit than the default; it begins when the request comes,',
  'so that reading the body counts (408).',
  '',
  'Numbers in bodies keep all their digits where they become text (Redis arguments, SQL parameters, JSON parameters), and',
  'are refused elsewhere if JavaScript would round them. A member of a JSON object, a parameter of the query and a header',
  'stand once, but for lists that say so.',
].join('\n');

export { answerWithDocument } from '@fairlead/http';

/**
 * Makes the document.
 * @param all All modules.
 * @param protocols Those of the protocols, which have a tag each.
 */
export function makeDocument(
  all: readonly RouteModule[],
  protocols: readonly RouteModule[],
): Promise<OpenApiDocument> {
  return openApiDocument(all, openApiInfo(protocols));
}

/** The head of the document. */
function openApiInfo(routes: readonly RouteModule[]) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Fairlead gateway',
      version: VERSION,
      description: DESCRIPTION,
      contact: { name: 'Fairlead', url: 'https://github.com/fairlead/fairlead' },
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: [
      ...tags(routes),
      { name: 'admin', description: 'For operators: what is configured, and what the pools do' },
    ],
  };
}

/** One for each protocol, though several modules may speak it: the first one describes it. */
function tags(routes: readonly RouteModule[]) {
  const byName = new Map<string, string>();
  for (const { protocol, description } of routes)
    if (!byName.has(protocol)) byName.set(protocol, description);
  return [...byName].map(([name, description]) => ({ name, description }));
}
