// What the OpenAPI document says besides the routes. Data only.
import type { RouteModule } from '@fairlead/http';
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

/** The head of the document. */
export function openApiInfo(routes: readonly RouteModule[]) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Fairlead gateway',
      version: VERSION,
      description: DESCRIPTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: [
      ...routes.map((module) => ({ name: module.protocol, description: module.description })),
      { name: 'admin', description: 'For operators: what is configured, and what the pools do' },
    ],
  };
}
