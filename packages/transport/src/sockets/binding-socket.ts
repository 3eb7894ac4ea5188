// The connector over a binding that has `connect()`: VPC network, service binding, Hyperdrive.

import type { Connector } from '../types.ts';
import { openSocket, type PlatformConnect } from './socket-channel.ts';

/** Anything with the platform's `connect()`. */
export interface ConnectBinding {
  connect: PlatformConnect;
}

const TLS_CAUSES =
  'connections through VPC networks, service bindings and Hyperdrive are plain, and cannot be turned into TLS. ' +
  'Switch TLS off in the client (Postgres: sslmode=disable); the way behind the binding protects itself';

/**
 * Connects through a binding of the Worker's env. What lies behind it decides which addresses it takes;
 * Hyperdrive ignores the address. None of the platform's bindings has TLS: asking for it is `tls_failed`, never a plain
 * connection.
 * @throws FairleadError as every connector.
 * @example
 * ```ts
 * import { bindingSocket, type ConnectBinding, type Transport } from '@fairlead/transport';
 *
 * function dialCache(env: { readonly VPC: ConnectBinding }): Promise<Transport> {
 *   return bindingSocket(env.VPC)({ hostname: '10.0.0.5', port: 6379 });
 * }
 * ```
 */
export function bindingSocket(binding: ConnectBinding): Connector {
  const dial: PlatformConnect = (to, how) => binding.connect(to, how);
  return (address, options) => openSocket(dial, address, options, { tlsCauses: TLS_CAUSES });
}
