// Connects two transports inside this process, and dials a handler as if it were a server. Opens no socket.
import {
  type Address,
  type Attempt,
  bounded,
  type ConnectOptions,
  type Connector,
  connectAborted,
  connectFailed,
  connectTimeout,
  connectTimeoutOf,
  createTransport,
  normalizeAddress,
  type TlsMode,
  type Transport,
  tlsFailed,
  withTimeLeft,
} from '@fairlead/transport';
import { MemoryChannel } from './channel.ts';
import { type MemoryEnd, type MemoryTls, memoryEnds } from './end.ts';

/** What a server sees of its client. */
const CLIENT: Address = { hostname: 'client.test', port: 49_152 };

/** The serving end of a memory connection: a transport, and what a misbehaving server can do besides. */
export interface MemoryServer extends Transport {
  /** Ends this direction only: the client reads the end of the stream, and may still send. */
  end(): void;
  /** As an RST: the client's reads and writes fail with `connection_lost`, bytes on their way are lost. */
  reset(cause?: Error): void;
  /** Takes nothing more: the client's writes fail, what it sent before still arrives, and it can read on. */
  refuseWrites(): void;
  /** What it shows from now on when it is asked for TLS. */
  showCertificate(tls: MemoryTls): void;
  /** Holds back what this end sends until it is called with `false`. */
  stall(on: boolean): void;
}

/** Options of `memoryPair`. */
export interface MemoryPairOptions extends ConnectOptions {
  /** What the client calls its peer. Default `memory.test:7`. */
  readonly address?: Address;
  /** The client's mode. Default `starttls`: plain, upgradable. `implicit`: both ends are in TLS already. */
  readonly tls?: TlsMode | undefined;
  /** What the serving end shows in a handshake. Default `good`. */
  readonly serverTls?: MemoryTls;
}

/**
 * Two connected transports: the client's and the server's. For TLS both call `startTls()`; the handshake is a
 * mock (six bytes each way, no encryption), but its order and its failures are those of the real one.
 */
export function memoryPair(options: MemoryPairOptions = {}): [client: Transport, server: MemoryServer] {
  const [clientEnd, serverEnd] = memoryEnds();
  const address = options.address ?? { hostname: 'memory.test', port: 7 };
  const tls = options.tls ?? 'starttls';
  const client = createTransport(new MemoryChannel(clientEnd, { side: 'client' }), address, {
    ...options,
    tls,
  });
  return [
    client,
    serve(serverEnd, options.serverTls ?? 'good', tls === 'implicit' ? 'implicit' : 'starttls'),
  ];
}

function serve(end: MemoryEnd, tls: MemoryTls, mode: TlsMode, allowHalfOpen = false): MemoryServer {
  const role = { side: 'server' as const, tls };
  const transport = createTransport(new MemoryChannel(end, role), CLIENT, { tls: mode, allowHalfOpen });
  return Object.assign(transport, {
    end: () => end.end(),
    reset: (cause?: Error) => end.reset(new Error('read ECONNRESET', { cause })),
    refuseWrites: () => end.refuse(new Error('write EPIPE')),
    showCertificate: (shown: MemoryTls) => {
      role.tls = shown;
    },
    stall: (on: boolean) => end.stall(on),
  });
}

/** Serves one dialled connection. If its promise rejects, the connection is reset with that error as the cause. */
export type MemoryHandler = (
  server: MemoryServer,
  address: Address,
  options: ConnectOptions,
) => Promise<void> | void;

/** How the dialled peer behaves before its handler runs. */
export interface MemoryConnectorOptions {
  /** `accept` (default); `refuse`: as a closed port; `silent`: the connection is never answered. */
  readonly dial?: 'accept' | 'refuse' | 'silent' | undefined;
  /** What the peer shows when asked for TLS, implicit or later. Default `good`; `none`: it speaks plain text only. */
  readonly tls?: MemoryTls | undefined;
  /** Whether the handler's end may write when the client has ended its direction. Default false. */
  readonly allowHalfOpen?: boolean | undefined;
  /** Called with the size of each single write that the transport hands to its platform. */
  readonly onPlatformWrite?: ((bytes: number) => void) | undefined;
}

/**
 * A connector that dials `handler`, for a client's tests. With `tls: 'implicit'` the handshake is done before the
 * handler runs; with `'starttls'` the handler calls `server.startTls()` when its protocol says so.
 * @returns A connector that throws `usage`, `policy`, `connect_failed`, `connect_timeout`, `tls_failed` and
 *   `aborted` as the others do.
 */
export function memoryConnector(handler: MemoryHandler, behaviour: MemoryConnectorOptions = {}): Connector {
  return async (to, options = {}) => {
    const address = normalizeAddress(to);
    const { tls = 'off', signal } = options;
    const connectTimeoutMs = connectTimeoutOf(options);
    const attempt: Attempt = { address, tls, startedAt: Date.now() };
    if (signal?.aborted) throw connectAborted(attempt, signal);
    const [clientEnd, serverEnd] = memoryEnds(behaviour.onPlatformWrite);
    const outcome = await bounded(
      dial(clientEnd, serverEnd, handler, behaviour, attempt, options),
      connectTimeoutMs,
      signal,
    );
    if (outcome.kind === 'done') return outcome.value;
    clientEnd.reset(new Error('the attempt was given up'));
    if (outcome.kind === 'aborted' && signal) throw connectAborted(attempt, signal);
    if (outcome.kind === 'failed') throw explain(attempt, outcome.error);
    throw connectTimeout(attempt, behaviour.dial === 'silent' ? 'connecting' : 'TLS handshake');
  };
}

/** What a refused dialling rejects with. */
const REFUSED = new Error('ECONNREFUSED');

function explain(attempt: Attempt, error: unknown): Error {
  if (error === REFUSED) return connectFailed(attempt, error, 'connection refused: nothing listens there');
  return tlsFailed(attempt, error, error instanceof Error ? error.message : undefined);
}

async function dial(
  clientEnd: MemoryEnd,
  serverEnd: MemoryEnd,
  handler: MemoryHandler,
  behaviour: MemoryConnectorOptions,
  attempt: Attempt,
  options: ConnectOptions,
): Promise<Transport> {
  if (behaviour.dial === 'refuse') throw REFUSED;
  if (behaviour.dial === 'silent') return new Promise(() => undefined);
  const { address, tls } = attempt;
  const serverTls = behaviour.tls ?? 'good';
  const answer = async (): Promise<void> => {
    const encrypted = tls === 'implicit' && serverTls !== 'none';
    if (encrypted) await serverEnd.handshakeAsServer(serverTls);
    const mode = encrypted ? 'implicit' : 'starttls';
    await handler(serve(serverEnd, serverTls, mode, behaviour.allowHalfOpen), address, options);
  };
  answer().catch((cause: unknown) => serverEnd.reset(new Error('the handler failed', { cause })));
  if (tls === 'implicit') await clientEnd.handshakeAsClient();
  const left = withTimeLeft(options, attempt.startedAt);
  return createTransport(new MemoryChannel(clientEnd, { side: 'client' }), address, left);
}
