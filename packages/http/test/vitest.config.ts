import { workersAndNodeConfig } from '../../../vitest.workers.ts';

export default workersAndNodeConfig();
