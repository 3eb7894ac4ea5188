// From a target to a connection that is ready for queries: dials, turns TLS on, authenticates. It sends no query,
// and ends within the target's time whatever the server does.
import { type Mechanism, scram } from '@fairlead/sasl';
import { bounded, type Connector, FairleadError, formatAddress, type Transport } from '@fairlead/transport';
import { encodeCancelRequest } from './encode.ts';
import type { CancelKey } from './messages.ts';
import type { Target } from './options.ts';
import { type Greeting, StartupSession } from './session.ts';
import { startTls } from './start-tls.ts';

/**
 * Dials and, where the target wants it, turns TLS on.
 * @throws FairleadError as the connector and `startTls`.
 */
export async function dial(target: Target, connector: Connector, signal?: AbortSignal): Promise<Transport> {
  const transport = await connector(target.address, {
    tls: target.tls ? 'starttls' : 'off',
    connectTimeoutMs: target.connectTimeoutMs,
    signal,
  });
  if (target.tls) await inTime(transport, target, startTls(transport));
  return transport;
}

/**
 * Starts a session on a dialled transport, with the target's parameters or others.
 * @throws FairleadError `auth`, `server`, `protocol`, `connect_timeout`, `connection_lost`.
 */
export function startUp(
  transport: Transport,
  target: Target,
  parameters: ReadonlyMap<string, string> = target.parameters,
): Promise<Greeting> {
  const { password } = target;
  // The user's name is in the start-up message, and left out of SCRAM.
  const mechanism = password === undefined ? undefined : scram('SHA-256', { username: '', password });
  const session = new StartupSession({
    parameters,
    password,
    scram: mechanism,
    allowCleartext: transport.peer.tls || target.allowCleartextPassword,
    requireAuth: target.requireAuth,
  });
  return inTime(transport, target, pump(transport, session, mechanism));
}

async function pump(
  transport: Transport,
  session: StartupSession,
  mechanism: Mechanism | undefined,
): Promise<Greeting> {
  transport.write(session.begin());
  for (;;) {
    const chunk = await transport.read();
    if (chunk === undefined) {
      throw new FairleadError('connection_lost', 'The server closed the connection during start-up.', {
        safeToRetry: true,
      });
    }
    const step = session.receive(chunk);
    if (session.greeting) return session.greeting;
    if (step === undefined) continue;
    if ('send' in step) transport.write(step.send);
    else if (mechanism) transport.write(session.answer(await mechanism.respond(step.challenge)));
  }
}

/** Bounds a step, says who the peer was, and ends the transport when the step failed. */
async function inTime<T>(transport: Transport, target: Target, step: Promise<T>): Promise<T> {
  const outcome = await bounded(step, target.connectTimeoutMs);
  if (outcome.kind === 'done') return outcome.value;
  const failure = outcome.kind === 'failed' ? withPeer(outcome.error, transport) : tooLate(transport, target);
  transport.destroy(failure);
  throw failure;
}

function withPeer(error: unknown, transport: Transport): Error {
  if (!(error instanceof FairleadError)) {
    return new FairleadError('protocol', 'The start-up failed.', { cause: error, peer: transport.peer });
  }
  if (error.peer !== undefined) return error;
  const { code, message, blame, safeToRetry, cause, server } = error;
  return new FairleadError(code, message, { blame, safeToRetry, cause, server, peer: transport.peer });
}

function tooLate(transport: Transport, target: Target): FairleadError {
  const message = `${formatAddress(target.address)} did not finish the Postgres start-up in ${target.connectTimeoutMs} ms.`;
  return new FairleadError('connect_timeout', message, { peer: transport.peer, safeToRetry: true });
}

/**
 * Asks the server to cancel what a connection is running: over a connection of its own, under the same TLS rules.
 * Settles when the server has closed that connection, which it does once the request is passed on.
 * @throws FairleadError when it could not be sent within the target's time.
 */
export async function cancelOnServer(target: Target, connector: Connector, key: CancelKey): Promise<void> {
  const transport = await dial(target, connector);
  await sendCancel(transport, target, encodeCancelRequest(key));
}

/** Sends a CancelRequest on a dialled transport, waits for the server to close it, and closes it. */
export async function sendCancel(transport: Transport, target: Target, request: Uint8Array): Promise<void> {
  transport.write(request);
  await inTime(transport, target, endOf(transport));
  await transport.close();
}

/** However the connection ends, the request was sent: whether it worked, the statement shows. */
async function endOf(transport: Transport): Promise<void> {
  try {
    await transport.read();
  } catch {
    // The server closes without a byte inside TLS, which transports take for a failed handshake.
  }
}
