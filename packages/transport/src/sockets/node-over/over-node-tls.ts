// TLS by `node:tls` around any connector. It dials plain connections alone.
import { usage } from '@fairlead/errors';
import { normalizeAddress } from '../../address.ts';
import { connectTimeoutOf, withTimeLeft } from '../../core/connect-timeout.ts';
import { createTransport } from '../../core/core.ts';
import { type Attempt, connectAborted, connectTimeout, dialFailure } from '../../core/failures.ts';
import { bounded } from '../../deadline.ts';
import { checkTlsOptions, mergeTlsOptions, TRUSTS_NOBODY } from '../../tls/options.ts';
import type { TlsOptions, TlsVersion } from '../../tls/types.ts';
import type { ConnectOptions, Connector, Transport } from '../../types.ts';
import { NodeChannel } from '../node-channel.ts';
import { securing } from '../node-tls/handshake.ts';
import { TransportStream } from './transport-stream.ts';

/** What holds for every connection, whatever a call wishes. */
export interface NodeTlsRules {
  /** The oldest version of TLS that may be spoken at all. */
  readonly oldest: TlsVersion;
  /** Whether Node's own authorities are trusted where no `ca` is given. */
  readonly trustsPublic: boolean;
}

/**
 * TLS by `node:tls` over the connections of another connector: what `overTls` of @fairlead/tls is in Node.
 * @param own Wishes for every connection; those of a call go first, member by member.
 * @throws FairleadError `usage` for wrong options. The connector itself: as every connector, and `usage` for PEM texts that cannot
 *   be read, and where nobody is trusted.
 */
export function overNodeTls(
  own: TlsOptions,
  connector: Connector,
  { oldest, trustsPublic }: NodeTlsRules,
): Connector {
  checkTlsOptions(own);
  return async (to, options = {}) => {
    const address = normalizeAddress(to);
    const { tls = 'off', signal } = options;
    const { tlsOptions: called, resume, ...plain } = options;
    const wishes = mergeTlsOptions(own, called);
    checkTlsOptions(wishes);
    if (tls === 'off') return connector(to, plain);
    if (wishes.ca === undefined && !wishes.pinOnly && !trustsPublic) throw usage(TRUSTS_NOBODY);
    const attempt: Attempt = { address, tls, startedAt: Date.now() };
    const timeoutMs = connectTimeoutOf(options);
    const minVersion = wishes.minVersion === 'TLSv1.3' ? 'TLSv1.3' : oldest;
    const by = securing(attempt, { tlsOptions: { ...wishes, minVersion }, resume });
    const inner = await dial(connector, attempt, { ...plain, tls: 'off', allowHalfOpen: true });
    const channel = new NodeChannel(new TransportStream(inner), by, options.allowHalfOpen);
    const left = withTimeLeft({ ...options, connectTimeoutMs: timeoutMs }, attempt.startedAt);
    if (tls === 'implicit') await shakeHands(channel, attempt, left, signal);
    return createTransport(channel, address, left);
  };
}

async function dial(connector: Connector, attempt: Attempt, options: ConnectOptions): Promise<Transport> {
  try {
    return await connector(attempt.address, options);
  } catch (error) {
    throw dialFailure(error, attempt);
  }
}

async function shakeHands(
  channel: NodeChannel,
  attempt: Attempt,
  left: ConnectOptions,
  signal: AbortSignal | undefined,
): Promise<void> {
  const outcome = await bounded(channel.startTls(), connectTimeoutOf(left), signal);
  if (outcome.kind === 'done') return;
  channel.destroy(new Error('The connection attempt was given up.'));
  if (signal !== undefined && outcome.kind === 'aborted') throw connectAborted(attempt, signal);
  throw outcome.kind === 'failed' ? outcome.error : connectTimeout(attempt, 'TLS handshake');
}
