// `GET /settings/check`: what is wrong or unwise in the settings in force, as `fairlead check` tells it. The check itself is the
// composition root's, and loaded when it is first asked for.
import type { Connector } from '@fairlead/transport';
import { createRoute, z } from '@hono/zod-openapi';
import type { Connection, RouteApp, RouteContext } from '../../app/contract.ts';
import { SECURITY_SCHEME } from '../../app/openapi/describe.ts';
import { problemResponses } from '../../problems/responses.ts';
import { withDeadline } from '../../request/client.ts';
import { requestLimit } from '../../request/request-time.ts';
import { connectorOf } from '../../targets/dial.ts';
import { checkSchema } from './check-schema.ts';

/** How long each connection may take. */
const CONNECT_MS = 5_000;

/** What the check is asked for. */
export interface CheckRequest {
  /** Whether each connection is tried, with its login. */
  readonly connect: boolean;
  /** Milliseconds for each connection. */
  readonly timeoutMs: number;
  /** Ends the attempts. */
  readonly signal: AbortSignal;
  /** What dials a connection: the gateway's own connector, or the binding that its entry names. */
  readonly connectorOf: (connection: Connection) => Connector;
}

/** Checks settings: the gateway's environment. Its findings hold no secret. */
export type CheckSettings = (
  env: Readonly<Record<string, unknown>>,
  request: CheckRequest,
) => Promise<readonly z.output<typeof checkSchema>['findings'][number][]>;

const checkRoute = createRoute({
  method: 'get',
  path: '/check',
  operationId: 'checkSettings',
  summary: 'What is wrong or unwise in the settings',
  description:
    'The findings of `fairlead check`, for the settings in force. With `?connect=true` each connection is tried as well, with its ' +
    'login. Scope `admin:settings`.',
  security: [{ [SECURITY_SCHEME]: [] }],
  request: {
    query: z.object({
      connect: z
        .enum(['true', 'false'])
        .optional()
        .openapi({ description: 'Whether each connection is tried, within five seconds. Default: no' }),
    }),
  },
  responses: {
    200: { description: 'The findings', content: { 'application/json': { schema: checkSchema } } },
    ...problemResponses(),
  },
});

/**
 * Registers `GET /settings/check`.
 * @param loadCheck Loads the check.
 */
export function registerCheck(app: RouteApp, loadCheck: () => Promise<CheckSettings>): void {
  app.openapi(checkRoute, async (c) => {
    // The findings are of all connections and all tokens.
    c.get('access').require('admin', 'settings', '*');
    const connect = c.req.valid('query').connect === 'true';
    const findings = [...(await check(c, connect, await loadCheck()))];
    const errors = findings.filter(({ level }) => level === 'error').length;
    return c.json({ connect, errors, warnings: findings.length - errors, findings }, 200);
  });
}

/** Many connections take long: the request has as much time as a stream. */
function check(c: RouteContext, connect: boolean, checkSettings: CheckSettings): ReturnType<CheckSettings> {
  const limit = requestLimit(c, c.get('config').limits.maxTimeoutMs);
  const dial = (connection: Connection) => connectorOf(c, connection);
  return withDeadline(
    c,
    (signal) => checkSettings({ ...c.env }, { connect, timeoutMs: CONNECT_MS, signal, connectorOf: dial }),
    limit,
  );
}
