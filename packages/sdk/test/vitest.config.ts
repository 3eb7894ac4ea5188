import { workersConfig } from '../../../vitest.workers.ts';

export default workersConfig();
