// The operators' part of the route table. What it runs is loaded when it is first asked for.
import type { RouteModule } from '../app/contract.ts';
import { defineRoutes } from '../app/define.ts';
import type { ReadinessChecks } from './readiness/checks.ts';

/** No route reads a body: a POST may come with an empty one, or with none. */
const SHARED = {
  protocol: 'admin',
  schemes: [],
  parameters: [],
  bodies: 'any',
  description: 'For operators',
} as const;

/**
 * The route modules for operators: `/connections`, `/metrics`, `/readyz` and `/settings`.
 * @param modules Those of the protocols.
 */
export function operationRoutes(modules: readonly RouteModule[]): readonly RouteModule[] {
  let checks: ReadinessChecks | undefined;
  return [
    defineRoutes({
      ...SHARED,
      prefix: '/connections',
      async register(app) {
        (await import('./routes.ts')).registerConnections(app, modules);
      },
    }),
    defineRoutes({
      ...SHARED,
      prefix: '/metrics',
      async register(app) {
        (await import('./routes.ts')).registerMetrics(app, modules);
      },
    }),
    defineRoutes({
      ...SHARED,
      prefix: '/readyz',
      isOpen: (c) => c.req.query('deep') === undefined,
      parameters: ['deep'],
      async register(app) {
        const [{ registerReadiness }, { ReadinessChecks }] = await Promise.all([
          import('./readiness/route.ts'),
          import('./readiness/checks.ts'),
        ]);
        checks ??= new ReadinessChecks(modules);
        registerReadiness(app, checks);
      },
    }),
    defineRoutes({
      ...SHARED,
      prefix: '/settings',
      async register(app) {
        (await import('./settings/route.ts')).registerSettings(app, modules);
      },
    }),
  ];
}
