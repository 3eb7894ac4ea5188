// The Worker: the composition root, wrangler's `main`. It holds no logic of its own.
import { createGateway } from './gateway.ts';

export type { Env } from './env.ts';
export { createGateway } from './gateway.ts';
export { ROUTES } from './routes.ts';

export default createGateway();
