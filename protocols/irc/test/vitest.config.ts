import { workersAndNodeConfig } from '../../../vitest.workers.ts';

export default workersAndNodeConfig([], {
  main: 'test/mooring-worker.ts',
  durableObjects: { MOORING: 'Mooring' },
});
