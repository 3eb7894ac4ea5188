// The connector over `cloudflare:sockets`: the only file in the house that imports it.
import { connect as platformConnect } from 'cloudflare:sockets';
import { openSocket } from './sockets/socket-channel.ts';
import type { Connector } from './types.ts';

/**
 * Connects from inside a Worker. TLS is verified against the system's public authorities and the dialled
 * host name; the platform knows no other.
 * @throws FairleadError `usage`, `policy` (port 25), `aborted`, `connect_timeout`, `connect_failed`, `tls_failed`.
 */
export const workerSocket: Connector = (address, options) => openSocket(platformConnect, address, options);
