// The `postgres` driver's own tagged-template client on our transport, for users of Drizzle and Kysely. Its values,
// errors and pool are the driver's; connecting, TLS and authentication are ours.
import { toNodeSocket } from '@fairlead/node-stream';
import { FairleadError, connect as runtimeConnector, type Transport } from '@fairlead/transport';
import postgres from 'postgres';
import type { ConnectOptions } from './connect-options.ts';
import { decodeFirstPacket } from './decode.ts';
import { replay } from './driver.ts';
import { dial, sendCancel, startUp } from './open.ts';
import { readTarget, type Target } from './options.ts';
import { StartupTransport } from './startup-transport.ts';

/** What is the driver's to decide; where to connect, as whom and how safely, is ours. */
export type DriverOptions = Omit<
  postgres.Options<Record<string, postgres.PostgresType>>,
  'host' | 'port' | 'path' | 'user' | 'username' | 'pass' | 'password' | 'database' | 'ssl' | 'sslnegotiation'
>;

/** Options of `postgresJs`. */
export interface PostgresJsOptions
  extends Omit<ConnectOptions, 'prepare' | 'json' | 'limits' | 'queryTimeoutMs'> {
  /** Passed to the driver: `max`, `idle_timeout`, `types`, `transform`, `prepare`, `onnotice`, ... */
  readonly driver?: Partial<DriverOptions> | undefined;
}

/**
 * A `postgres` client whose connections are opened by Fairlead: StartTLS verified, SCRAM checked in full, no
 * password in clear text. Connections are made when they are needed; `signal` ends all of them.
 *
 * ```ts
 * const sql = postgresJs('postgres://app@db.example.com/shop', { password: env.PG_PASSWORD });
 * const orders = await sql`select * from orders where id = ${42}`;
 * ```
 * @param target A URL, or options alone. Options win over the URL.
 * @throws FairleadError `usage` and `policy` at once; queries reject with the driver's errors, and with a
 *   FairleadError where the connection is at fault.
 */
export function postgresJs(
  target: string | URL | PostgresJsOptions,
  options: PostgresJsOptions = {},
): postgres.Sql {
  const hasUrl = typeof target === 'string' || target instanceof URL;
  const given: PostgresJsOptions = hasUrl ? options : { ...target, ...options };
  const checked = readTarget(hasUrl ? String(target) : undefined, given);
  const { driver = {}, connector = runtimeConnector, signal } = given;
  const { user, database, client_encoding: _utf8, ...parameters } = Object.fromEntries(checked.parameters);
  return postgres({
    // The driver asks for its array types with a query of its own; off unless asked for, as a round trip is dear.
    fetch_types: false,
    onnotice: () => undefined,
    ...driver,
    host: checked.address.hostname,
    port: checked.address.port,
    user,
    database,
    pass: '',
    ssl: false,
    connection: { ...parameters, ...driver.connection },
    socket: async () => {
      const transport = await dial(checked, connector, signal);
      return toNodeSocket(new StartupTransport(transport, (packet) => greet(transport, checked, packet)));
    },
  } as postgres.Options<Record<string, postgres.PostgresType>>);
}

/** Starts the session that the driver asks for, with the password that the driver does not have. */
async function greet(
  transport: Transport,
  target: Target,
  packet: Uint8Array,
): Promise<Uint8Array | undefined> {
  const first = decodeFirstPacket(packet);
  if (first.kind === 'startup') return replay(await startUp(transport, target, first.parameters));
  if (first.kind === 'cancel') {
    await sendCancel(transport, target, packet);
    return undefined;
  }
  throw new FairleadError(
    'usage',
    'The driver began with a packet that is neither a start-up nor a cancellation.',
  );
}
