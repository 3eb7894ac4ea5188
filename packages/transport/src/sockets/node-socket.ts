// The connector over `node:net` and `node:tls`, so that the modules run in Node, Deno and Bun too.
import { connect as netConnect } from 'node:net';
import { normalizeAddress } from '../address.ts';
import { connectTimeoutOf, withTimeLeft } from '../core/connect-timeout.ts';
import { createTransport } from '../core/core.ts';
import { type Attempt, connectAborted, connectFailed, connectTimeout } from '../core/failures.ts';
import { bounded } from '../deadline.ts';
import { checkTlsOptions } from '../tls/options.ts';
import type { Address, ConnectOptions, Connector, Transport } from '../types.ts';
import { NodeChannel } from './node-channel.ts';
import { codeOf, nodeReason } from './node-tls/explain.ts';
import { event, securing } from './node-tls/handshake.ts';

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
 * Connects from Node. TLS is verified against Node's authorities (and `NODE_EXTRA_CA_CERTS`) and the dialled name, unless
 * `tlsOptions` say otherwise; a key is PEM. `transport.tls` tells what came about; among its certificates may be an authority
 * of Node's own that the peer did not send.
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
  if (options.tlsOptions !== undefined) checkTlsOptions(options.tlsOptions);
  const tlsBy = tls === 'off' ? undefined : securing(attempt, options);
  if (signal?.aborted) throw connectAborted(attempt, signal);
  const socket = netConnect({
    host: address.hostname,
    port: address.port,
    noDelay: true,
    allowHalfOpen: true,
  });
  const channel = new NodeChannel(socket, tlsBy, options.allowHalfOpen);
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
  if (progress.stage === 'TLS handshake') throw outcome.error;
  throw connectFailed(attempt, outcome.error, REASONS[codeOf(outcome.error)] ?? nodeReason(outcome.error));
};
