// Dials a tunnel's server, with TLS where it is asked for. It reads nothing but the answer to Postgres' SSLRequest.
import { FairleadError } from '@fairlead/errors';
import { type Address, bounded, type Connector, type TlsOptions, type Transport } from '@fairlead/transport';
import type { TunnelQuery } from './query.ts';

/** Postgres' SSLRequest: its length, and 1234 and 5679 where a protocol version would stand. */
const SSL_REQUEST = Uint8Array.of(0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f);
/** Its answer where the server has TLS. */
const YES = 'S'.charCodeAt(0);

interface DialOptions {
  readonly tls: NonNullable<TunnelQuery['tls']>;
  readonly tlsOptions?: TlsOptions | undefined;
  readonly signal: AbortSignal;
  readonly connectTimeoutMs: number;
}

const MODES = { '0': 'off', '1': 'implicit', postgres: 'starttls' } as const;

/** @throws FairleadError as every connector, and `tls_failed` where a Postgres has no TLS. */
export async function dialTunnel(
  connector: Connector,
  address: Address,
  options: DialOptions,
): Promise<Transport> {
  const { tls, tlsOptions, signal, connectTimeoutMs } = options;
  const startedAt = Date.now();
  const transport = await connector(address, {
    tls: MODES[tls],
    tlsOptions,
    signal,
    connectTimeoutMs,
    allowHalfOpen: true,
  });
  if (tls !== 'postgres') return transport;
  const leftMs = Math.max(1, connectTimeoutMs - (Date.now() - startedAt));
  const outcome = await bounded(startPostgresTls(transport), leftMs, signal);
  if (outcome.kind === 'done') return transport;
  const failure = outcome.kind === 'failed' ? outcome.error : silent(transport);
  transport.destroy(failure instanceof Error ? failure : silent(transport));
  throw failure;
}

async function startPostgresTls(transport: Transport): Promise<void> {
  await transport.write(SSL_REQUEST);
  const answer = await transport.read();
  if (answer?.length !== 1 || answer[0] !== YES) {
    throw new FairleadError('tls_failed', 'The server refused TLS, or is no Postgres server.', {
      peer: transport.peer,
      safeToRetry: true,
    });
  }
  await transport.startTls();
}

function silent({ peer }: Transport): FairleadError {
  const message = 'The server did not answer the request for TLS in time: it may be no Postgres server.';
  return new FairleadError('connect_timeout', message, { peer, safeToRetry: true });
}
