// SSH and SFTP over HTTP, as they stand in the gateway. What the routes run is loaded at their first request.
import { defineRoutes, type KeepConnections, type RouteModule } from '@fairlead/http';
import { POOL_DEFAULTS } from '../mooring/pool-defaults.ts';

/** The HTTP statuses of SFTP's status codes; of the others it is 400. */
const STATUS: Readonly<Record<string, 403 | 404 | 409 | 507>> = {
  NO_SUCH_FILE: 404,
  NO_SUCH_PATH: 404,
  PERMISSION_DENIED: 403,
  WRITE_PROTECT: 403,
  FILE_ALREADY_EXISTS: 409,
  DIR_NOT_EMPTY: 409,
  NO_SPACE_ON_FILESYSTEM: 507,
  QUOTA_EXCEEDED: 507,
};

/** One pool for both modules. */
const pool: KeepConnections = async (namespace, url, options) => {
  const { mooredOptions } = await import('../mooring/index.ts');
  return { ...(await mooredOptions(namespace, url, options)) };
};

/** `/ssh`: commands and shells. */
export const sshRoutes: RouteModule = defineRoutes({
  prefix: '/ssh',
  protocol: 'ssh',
  actions: ['exec', 'shell', 'any'],
  schemes: ['ssh:'],
  defaultPort: 22,
  description: 'SSH: run commands that the connection’s entry lists, open a shell',
  parameters: ['term', 'columns', 'rows', 'seconds', 'idleSeconds', 'problems'],
  poolDefaults: POOL_DEFAULTS,
  pool,
  settings: async () => (await import('./settings.ts')).entrySettings,
  check: async (own) => (await import('./check.ts')).check(own),
  async register(app) {
    const { registerSsh } = await import('./routes.ts');
    registerSsh(app);
  },
});

/** `/sftp`: the files of SSH's connections, below their root. */
export const sftpRoutes: RouteModule = defineRoutes({
  prefix: '/sftp',
  protocol: 'sftp',
  actions: ['read', 'write'],
  schemes: ['ssh:'],
  connectionsOf: 'ssh',
  defaultPort: 22,
  description: 'SFTP: list, read and write the files of an SSH server',
  bodies: 'any',
  parameters: ['path', 'follow', 'atomic', 'mode', 'offset'],
  serverStatus: ({ code }) => STATUS[code],
  poolDefaults: POOL_DEFAULTS,
  pool,
  async register(app) {
    const { registerSftp } = await import('./sftp/register.ts');
    registerSftp(app);
  },
});
