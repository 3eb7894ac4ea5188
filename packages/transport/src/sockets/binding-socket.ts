// The connector over a binding that has `connect()`: VPC network, service binding, Hyperdrive.

import type { Connector } from '../types.ts';
import { openSocket, type PlatformConnect } from './socket-channel.ts';

/** Anything with the platform's `connect()`. */
export interface ConnectBinding {
  connect: PlatformConnect;
}

/**
 * Connects through a binding of the Worker's env. What lies behind it decides which addresses it takes;
 * Hyperdrive ignores the address and cannot upgrade to TLS.
 * @throws FairleadError as every connector.
 */
export function bindingSocket(binding: ConnectBinding): Connector {
  return (address, options) => openSocket((to, how) => binding.connect(to, how), address, options);
}
