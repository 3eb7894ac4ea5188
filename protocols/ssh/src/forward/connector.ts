// Connects from the server to an address: `direct-tcpip` as a connector. It turns no TLS on.
import { type CallLimit, limitOf } from '@fairlead/client';
import { FairleadError, isFairleadError, type Peer, usage } from '@fairlead/errors';
import {
  type Address,
  type Attempt,
  type ConnectOptions,
  connectAborted,
  connectFailed,
  connectTimeout,
  connectTimeoutOf,
  normalizeAddress,
  type Transport,
  withTimeLeft,
} from '@fairlead/transport';
import type { ConnectionLayer } from '../channels/connection-layer.ts';
import type { ForwardOptions } from '../options/call-options.ts';
import { directStreamlocal, directTcpip } from '../wire/channels/bodies.ts';
import type { Body } from '../wire/channels/encode.ts';
import { channelTransport } from './channel-transport.ts';

/** Who is said to connect: Workers have no address of their own. */
const ORIGIN = { originHostname: '127.0.0.1', originPort: 0 } as const;

/** Connects from the server to an address. @throws FairleadError as `Connector`. */
export async function connectThrough(
  layer: ConnectionLayer,
  address: Address,
  options: ConnectOptions = {},
): Promise<Transport> {
  const { hostname, port } = normalizeAddress(address);
  if ((options.tls ?? 'off') !== 'off') throw tlsInside();
  const body = directTcpip({ hostname, port, ...ORIGIN });
  return await open(layer, 'direct-tcpip', body, { hostname, port }, options);
}

/** Connects from the server to a Unix socket. @throws FairleadError as `Connector`. */
export async function connectSocketThrough(
  layer: ConnectionLayer,
  path: string,
  options: ForwardOptions = {},
): Promise<Transport> {
  if (typeof path !== 'string' || path === '' || path.includes('\0')) {
    throw usage('The path of a Unix socket is a text that is not empty, without a NUL');
  }
  const type = 'direct-streamlocal@openssh.com';
  // A Unix socket has no address; the SSH server's is the nearest.
  return await open(layer, type, directStreamlocal(path), layer.link.peer, options);
}

async function open(
  layer: ConnectionLayer,
  type: string,
  body: Body,
  address: Address,
  options: ConnectOptions,
): Promise<Transport> {
  const { signal } = options;
  const attempt: Attempt = { address, tls: 'off', startedAt: Date.now() };
  const limit: CallLimit = limitOf({ signal, timeoutMs: connectTimeoutOf(options) });
  if (signal?.aborted) throw connectAborted(attempt, signal);
  try {
    const channel = await layer.open(type, body, 'forward', limit);
    return channelTransport(channel, address, withTimeLeft(options, attempt.startedAt));
  } catch (error) {
    throw asConnectError(error, attempt, signal, layer.link.peer);
  }
}

/** The error in the words of connectors. */
function asConnectError(
  error: unknown,
  attempt: Attempt,
  signal: AbortSignal | undefined,
  via: Peer,
): unknown {
  if (!isFairleadError(error)) return error;
  if (error.code === 'timeout') return connectTimeout(attempt, 'connecting');
  if (error.code === 'aborted' && signal?.aborted) return connectAborted(attempt, signal);
  if (error.server?.fields?.reason !== '2') return error;
  const { message, blame, server } = connectFailed(attempt, error, reasonOf(error.server.message, via));
  return new FairleadError('connect_failed', message, {
    blame,
    server: server ?? error.server,
    peer: { ...attempt.address, tls: false },
    cause: error,
    safeToRetry: true,
  });
}

function reasonOf(words: string, { hostname }: Peer): string {
  return `the SSH server ${hostname} could not connect to it: ${words || 'it does not say why'}`;
}

function tlsInside(): FairleadError {
  return usage(
    'An SSH channel has no TLS of its own: the platform turns TLS on for its own sockets only. For TLS inside it dial with ' +
      'overTls(options, ssh.connector) of @fairlead/tls; with tls: false the channel is encrypted as far as the SSH server',
  );
}
