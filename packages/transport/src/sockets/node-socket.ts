// The connector over `node:net` and `node:tls`, so that the modules run in Node, Deno and Bun too.
import { isIP, type Socket as NetSocket, connect as netConnect } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { normalizeAddress } from '../address.ts';
import { connectTimeoutOf, withTimeLeft } from '../core/connect-timeout.ts';
import { createTransport } from '../core/core.ts';
import { type Attempt, connectAborted, connectFailed, connectTimeout, tlsFailed } from '../core/failures.ts';
import { bounded } from '../deadline.ts';
import type { Address, ConnectOptions, Connector, Transport } from '../types.ts';
import { NodeChannel, nodeReason } from './node-channel.ts';

/** Node's error codes in the words of a message about connecting. */
const REASONS: Record<string, string> = {
  ECONNREFUSED: 'connection refused: nothing listens there',
  ENOTFOUND: 'the name does not resolve',
  EAI_AGAIN: 'the name does not resolve at the moment',
  ENETUNREACH: 'the network is unreachable',
  EHOSTUNREACH: 'the host is unreachable',
  ETIMEDOUT: 'the host did not answer',
  ECONNRESET: 'the peer reset the connection',
  EACCES: 'the operating system forbids it',
};

/**
 * Connects from Node. TLS is verified against Node's authorities (and `NODE_EXTRA_CA_CERTS`) and the dialled name.
 * @throws FairleadError `usage`, `policy` (port 25), `aborted`, `connect_timeout`, `connect_failed`, `tls_failed`.
 */
export const nodeSocket: Connector = async (
  to: Address,
  options: ConnectOptions = {},
): Promise<Transport> => {
  const address = normalizeAddress(to);
  const { tls = 'off', signal } = options;
  const timeoutMs = connectTimeoutOf(options);
  const attempt: Attempt = { address, tls, startedAt: Date.now() };
  if (signal?.aborted) throw connectAborted(attempt, signal);
  const socket = netConnect({
    host: address.hostname,
    port: address.port,
    noDelay: true,
    allowHalfOpen: true,
  });
  const channel = new NodeChannel(socket, (plain) => secure(plain, address.hostname), options.allowHalfOpen);
  const progress: { stage: 'connecting' | 'TLS handshake' } = { stage: 'connecting' };
  const open = async (): Promise<void> => {
    await event(socket, 'connect');
    progress.stage = 'TLS handshake';
    if (tls === 'implicit') await channel.startTls();
  };
  const outcome = await bounded(open(), timeoutMs, signal);
  if (outcome.kind === 'done') {
    return createTransport(channel, address, withTimeLeft(options, attempt.startedAt));
  }
  channel.destroy(new Error('The connection attempt was given up.'));
  if (signal !== undefined && outcome.kind === 'aborted') throw connectAborted(attempt, signal);
  if (outcome.kind !== 'failed') throw connectTimeout(attempt, progress.stage);
  if (progress.stage === 'TLS handshake') throw tlsFailed(attempt, outcome.error, nodeReason(outcome.error));
  throw connectFailed(attempt, outcome.error, REASONS[codeOf(outcome.error)] ?? nodeReason(outcome.error));
};

/** Starts TLS over `plain`; the promise of `ready` settles with the handshake. */
function secure(plain: NetSocket, hostname: string): { socket: NetSocket; ready: Promise<void> } {
  const socket = tlsConnect({
    socket: plain,
    host: hostname,
    minVersion: 'TLSv1.2',
    // RFC 6066 section 3: SNI carries names, never addresses.
    ...(isIP(hostname) === 0 ? { servername: hostname } : {}),
  });
  return { socket, ready: event(socket, 'secureConnect') };
}

/** Settles with the first `name` event, rejects with an `error` or when the socket closes before it. */
function event(socket: NetSocket, name: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(name, () => resolve());
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('The peer closed the connection.')));
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
