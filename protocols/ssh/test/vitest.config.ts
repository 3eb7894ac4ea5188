import { workersAndNodeConfig } from '../../../vitest.workers.ts';

export default workersAndNodeConfig(['test/servers.ts', 'test/client-servers.ts', 'test/route/server.ts']);
