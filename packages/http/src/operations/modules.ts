// The operators' part of the route table. What it runs is loaded when it is first asked for.
import type { RouteModule } from '../app/contract.ts';
import { defineRoutes } from '../app/define.ts';
import type { ReadinessChecks } from './readiness/checks.ts';
import type { CheckSettings } from './settings/check-route.ts';

/** No route reads a body: a POST may come with an empty one, or with none. */
const SHARED = {
  protocol: 'admin',
  schemes: [],
  parameters: [],
  bodies: 'any',
  description: 'For operators',
} as const;

/** What the gateway knows of itself and this package does not. */
export interface OperationOptions {
  /** The gateway's version, for `GET /access`. Default: none is told. */
  readonly version?: string;
  /** Loads the check of the settings. Default: there is no `GET /settings/check`. */
  readonly loadCheck?: () => Promise<CheckSettings>;
}

/**
 * The route modules for operators: `/access`, `/connections`, `/errors`, `/metrics`, `/readyz` and `/settings`.
 * @param modules Those of the protocols.
 */
export function operationRoutes(
  modules: readonly RouteModule[],
  { version, loadCheck }: OperationOptions = {},
): readonly RouteModule[] {
  let checks: ReadinessChecks | undefined;
  return [
    defineRoutes({
      ...SHARED,
      prefix: '/access',
      async register(app) {
        (await import('./access/route.ts')).registerAccess(app, modules, version);
      },
    }),
    defineRoutes({
      ...SHARED,
      prefix: '/errors',
      async register(app) {
        (await import('./failures/route.ts')).registerErrors(app);
      },
    }),
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
      parameters: ['connect'],
      async register(app) {
        (await import('./settings/route.ts')).registerSettings(app, modules);
        if (loadCheck !== undefined)
          (await import('./settings/check-route.ts')).registerCheck(app, loadCheck);
      },
    }),
  ];
}
