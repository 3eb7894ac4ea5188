// The Worker: the composition root, wrangler's `main`. It holds no logic of its own.
import { seat as irc } from '@fairlead/irc/mooring';
import { mooring } from '@fairlead/mooring';
import { seat as mqtt } from '@fairlead/mqtt/mooring';
import { seat as mysql } from '@fairlead/mysql/mooring';
import { seat as postgres } from '@fairlead/postgres/mooring';
import { seat as redis } from '@fairlead/redis/mooring';
import { seat as smtp } from '@fairlead/smtp/mooring';
import { createGateway } from './gateway.ts';

export type { Env } from './env.ts';
export { createGateway } from './gateway.ts';
export { ROUTES } from './routes.ts';

/** The Durable Objects that keep connections between requests: wrangler's class of the binding `MOORING`. */
export class Mooring extends mooring([postgres, mysql, redis, smtp, mqtt, irc]) {}

export default createGateway();
