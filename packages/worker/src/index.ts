// The Worker: the composition root, wrangler's `main`. It holds no logic of its own.
import { type LazySeat, mooring } from '@fairlead/mooring';
import { connect } from '@fairlead/transport';
import { createGateway } from './gateway.ts';
import { ownTls } from './own-tls.ts';

export type { Env } from './env.ts';
export { createGateway } from './gateway.ts';
export { ROUTES } from './routes.ts';

/** Loaded when an object first needs them: at its start a Worker runs none of the protocols' code. */
const SEATS: readonly LazySeat[] = [
  { protocol: 'pg', load: async () => (await import('@fairlead/postgres/mooring')).seat },
  { protocol: 'mysql', load: async () => (await import('@fairlead/mysql/mooring')).seat },
  { protocol: 'redis', load: async () => (await import('@fairlead/redis/mooring')).seat },
  { protocol: 'mongodb', load: async () => (await import('@fairlead/mongodb/mooring')).seat },
  { protocol: 'smtp', load: async () => (await import('@fairlead/smtp/mooring')).seat },
  { protocol: 'imap', load: async () => (await import('@fairlead/imap/mooring')).seat },
  { protocol: 'ssh', load: async () => (await import('@fairlead/ssh/mooring')).seat },
  { protocol: 'mqtt', load: async () => (await import('@fairlead/mqtt/mooring')).seat },
  { protocol: 'irc', load: async () => (await import('@fairlead/irc/mooring')).seat },
];

/** The Durable Objects that keep connections between requests: wrangler's class of the binding `MOORING`. */
export class Mooring extends mooring(SEATS, { connector: ownTls(connect) }) {}

export default createGateway();
