// One attempt to connect, from the password to CONNACK, within one limit. A transport that comes too late is destroyed.
import { type CallLimit, type Deadlines, passwordOf, remainingMs, watchCall } from '@fairlead/client';
import { type FairleadError, isFairleadError, usage } from '@fairlead/errors';
import { connect as connectTransport, type Transport } from '@fairlead/transport';
import { asFailure, loginAborted, loginTimeout, withSafeToRetry } from '../../errors.ts';
import type { ServerInfo } from '../../types/client.ts';
import { Connection } from '../connection.ts';
import type { ConnectionOwner } from '../connection-owner.ts';

/**
 * Dials and logs in.
 * @param limit Its signal ends the attempt whenever it fires, and must not fire later.
 * @throws FairleadError; not safe to retry only where the broker may have accepted the connection and then publishes its
 *   will.
 */
export async function logIn(
  owner: ConnectionOwner,
  { clean, clientId }: { readonly clean: boolean; readonly clientId: string },
  limit: CallLimit,
): Promise<{ connection: Connection; server: ServerInfo }> {
  const { settings, deadlines } = owner;
  const known = settings.password;
  const password = known instanceof Uint8Array ? known : await passwordOf(known, limit);
  const initialData = await initialDataFor(owner, limit);
  const transport = await dial(owner, limit);
  if (limit.signal?.aborted) {
    // The client has ended meanwhile.
    const reason = loginAborted(limit.signal);
    transport.destroy(reason);
    throw reason;
  }
  const connection = new Connection(transport, owner);
  const deadline = deadlines.addAt(limit.at, () => connection.abort(loginTimeout(transport.peer)));
  try {
    const server = await connection.handshake({ clean, clientId, password, initialData }, limit);
    // The time may have been up behind the answer.
    if (connection.failure !== undefined) throw connection.failure;
    return { connection, server };
  } catch (error) {
    const failure = asFailure(error);
    throw withSafeToRetry(failure, settings.will === undefined || isRefusal(failure));
  } finally {
    deadlines.remove(deadline);
  }
}

function isRefusal({ code, server }: FairleadError): boolean {
  return server !== undefined && (code === 'server' || code === 'auth');
}

async function initialDataFor(
  { settings, deadlines }: ConnectionOwner,
  limit: CallLimit,
): Promise<Uint8Array | undefined> {
  const data = settings.authentication?.initialData;
  if (typeof data !== 'function') return data;
  const given = await inTime(deadlines, data, limit);
  if (given === undefined || given instanceof Uint8Array) return given;
  throw usage('initialData must be a Uint8Array, or a function that returns one');
}

/** Dials. The limit holds even for a connector that ignores its time and its signal. */
function dial({ settings, deadlines }: ConnectionOwner, limit: CallLimit): Promise<Transport> {
  const { connector = connectTransport, address, tls, tlsOptions } = settings;
  const options = {
    tls: tls ? 'implicit' : 'off',
    tlsOptions,
    signal: limit.signal,
    connectTimeoutMs: remainingMs(limit),
  } as const;
  return inTime(
    deadlines,
    () => connector(address, options),
    limit,
    (transport, reason) => transport.destroy(reason),
  );
}

/**
 * Begins `work`, and gives its value if it comes in time; `letGo` gets a value that comes later.
 * @throws FairleadError `connect_timeout`, `aborted`, or what `work` rejects with; nothing was sent.
 */
export function inTime<T>(
  deadlines: Deadlines,
  work: () => Promise<T> | T,
  limit: CallLimit,
  letGo?: (value: T, reason: Error) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let late: FairleadError | undefined;
    const unwatch = watchCall(deadlines, 'attempt', limit, ({ code }) => {
      late = code === 'aborted' ? loginAborted(limit.signal) : loginTimeout();
      reject(late);
    });
    (async () => work())().then(
      (value) => {
        unwatch();
        if (late === undefined) resolve(value);
        else letGo?.(value, late);
      },
      (error: unknown) => {
        unwatch();
        reject(isFairleadError(error) ? error : withSafeToRetry(asFailure(error), true));
      },
    );
  });
}
