// `GET /settings`: the settings in force, without their secrets. The view itself is imported when it is first asked for.
import { createRoute } from '@hono/zod-openapi';
import type { RouteApp, RouteModule } from '../../app/contract.ts';
import { SECURITY_SCHEME } from '../../app/openapi/describe.ts';
import { problemResponses } from '../../problems/responses.ts';
import { settingsSchema } from './schema.ts';

const settingsRoute = createRoute({
  method: 'get',
  path: '/',
  operationId: 'settings',
  summary: 'The settings in force, without secrets',
  description: 'Scope `admin:settings`.',
  security: [{ [SECURITY_SCHEME]: [] }],
  responses: {
    200: { description: 'The settings', content: { 'application/json': { schema: settingsSchema } } },
    ...problemResponses(),
  },
});

/**
 * Registers `GET /settings`.
 * @param modules Those of the protocols.
 */
export function registerSettings(app: RouteApp, modules: readonly RouteModule[]): void {
  app.openapi(settingsRoute, async (c) => {
    // Only a token for all connections may see all settings.
    c.get('access').require('admin', 'settings', '*');
    const { viewSettings } = await import('./view.ts');
    return c.json(await viewSettings({ ...c.env }, c.get('config'), modules), 200);
  });
}
