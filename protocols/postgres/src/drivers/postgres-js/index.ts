// The `postgres` driver's tagged-template client over Fairlead's transport, for code that is written for that driver. Values,
// errors and pool are the driver's; connecting, TLS and authentication are Fairlead's.
import { toNodeSocket } from '@fairlead/node-stream';
import { connect as runtimeConnector, type Transport } from '@fairlead/transport';
import postgres from 'postgres';
import { attemptLimit, openTransport } from '../../connection/open/secure-transport.ts';
import { usage } from '../../errors.ts';
import type { ConnectOptions } from '../../options/connect-options.ts';
import { readTarget } from '../../options/target.ts';
import { readSsl, type SslOptions } from '../ssl.ts';
import { greet } from './greet.ts';
import { StartupTransport } from './startup-transport.ts';

/** The driver's options without those about address, login and TLS, which are Fairlead's. */
export type DriverOptions = Omit<
  postgres.Options<Record<string, postgres.PostgresType>>,
  'host' | 'port' | 'path' | 'user' | 'username' | 'pass' | 'password' | 'database' | 'ssl' | 'sslnegotiation'
>;

/** Options of `postgresJs`. */
export interface PostgresJsOptions
  extends Omit<
    ConnectOptions,
    | 'prepare'
    | 'json'
    | 'limits'
    | 'timeoutMs'
    | 'statementTimeoutMs'
    | 'types'
    | 'binary'
    | 'onNotice'
    | 'eager'
    | 'hosts'
    | 'targetSessionAttrs'
    | 'loadBalanceHosts'
    | 'maxProtocolVersion'
  > {
  /** The driver's name for `tls`: `true`, `'require'`, or an object such as `{ ca, cert, key, servername }`. */
  readonly ssl?: boolean | 'require' | 'verify-full' | SslOptions | undefined;
  /** Passed to the driver: `max`, `idle_timeout`, `types`, `transform`, `prepare`, `onnotice`, ... */
  readonly driver?: Partial<DriverOptions> | undefined;
}

/**
 * A `postgres` client whose connections are opened by Fairlead: StartTLS verified, SCRAM checked in full, no
 * password in clear text. Connections are made when they are needed; `signal` ends all of them.
 * @param target A URL, or options alone. Options win over the URL.
 * @throws FairleadError `usage` and `policy` at once; queries reject with the driver's errors, and with a
 *   FairleadError where the connection is at fault.
 * @example
 * ```ts
 * import { postgresJs } from '@fairlead/postgres/postgres-js';
 *
 * const sql = postgresJs('postgres://app@db.example.com/shop', { password: env.PG_PASSWORD, driver: { max: 1 } });
 * const orders = await sql`select * from orders where id = ${42}`;
 * ```
 */
export function postgresJs(
  target: string | URL | PostgresJsOptions,
  options: PostgresJsOptions = {},
): postgres.Sql {
  const hasUrl = typeof target === 'string' || target instanceof URL;
  const given: PostgresJsOptions = hasUrl ? options : { ...target, ...options };
  const tls = given.tls ?? readSsl(given.ssl);
  const checked = readTarget(hasUrl ? String(target) : undefined, { ...given, tls });
  const { driver = {}, connector = runtimeConnector, signal } = given;
  const { user, database, client_encoding: _utf8, ...parameters } = Object.fromEntries(checked.parameters);
  const [address] = checked.addresses;
  if (address === undefined || checked.addresses.length > 1 || checked.sessionAttrs !== 'any') {
    throw usage('this driver takes one host, whatever its role');
  }
  return postgres({
    // The driver asks for its array types with a query of its own; off unless asked for, as a round trip is dear.
    fetch_types: false,
    onnotice: () => undefined,
    ...driver,
    host: address.hostname,
    port: address.port,
    user,
    database,
    pass: '',
    ssl: false,
    connection: { ...parameters, ...driver.connection },
    socket: async () => {
      const limit = attemptLimit(checked, signal);
      const transport: Transport = await openTransport(checked, address, connector, limit);
      return toNodeSocket(
        new StartupTransport(transport, (packet) => greet(transport, checked, packet, limit)),
      );
    },
  } as postgres.Options<Record<string, postgres.PostgresType>>);
}
