// Opens a session: dials, reads the greeting, turns TLS on, logs in. It ends within its time limit, whatever the server
// does.

import { type CallLimit, passwordOf, remainingMs } from '@fairlead/client';
import { errorWith } from '@fairlead/errors';
import { bounded, type Connector, FairleadError, formatAddress, type Transport } from '@fairlead/transport';
import { startupError, usage } from '../../errors.ts';
import type { Login, Target } from '../../options/target.ts';
import { decodeGreeting, type Greeting, greetingLength, MAX_GREETING_BYTES } from '../../wire/greeting.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { Driver } from '../mysql2/driver.ts';

/** A session that is logged in. */
export interface OpenedSession {
  readonly transport: Transport;
  readonly greeting: Greeting;
  readonly exchange: Exchange;
}

/**
 * Calls the password function, dials and logs in, all within one limit.
 * @param definesAll Whether each result is to define its columns: others than this client read the replies.
 * @throws FairleadError as the connector, and `tls_failed`, `auth`, `server`, `protocol`, `connect_timeout`,
 *   `connection_lost`.
 */
export async function openSession(
  target: Target,
  connector: Connector,
  limit: CallLimit,
  definesAll = false,
): Promise<OpenedSession> {
  const password = (await passwordOf(target.password, limit)) ?? '';
  if (password.includes('\0')) throw usage('the password holds a NUL character');
  const transport = await connector(target.address, {
    tls: target.tls ? 'starttls' : 'off',
    ...(target.tlsOptions && { tlsOptions: target.tlsOptions }),
    connectTimeoutMs: remainingMs(limit),
    signal: limit.signal,
  });
  return inTime(transport, target, limit, start(transport, { ...target, password }, definesAll));
}

async function start(transport: Transport, target: Login, definesAll: boolean): Promise<OpenedSession> {
  const first = firstPacket(transport);
  const driver = new Driver(transport, target);
  const { bytes, extra } = await first;
  const greeting = decodeGreeting(bytes);
  if ('refused' in greeting) throw refusedAtOnce(greeting.refused, transport, target);
  if (target.tls) assertTls(greeting, extra, transport);
  else if (extra > 0) throw protocol('it sent more than its greeting before the client answered', transport);
  const knowsColumns = greeting.knowsColumns && !definesAll;
  const exchange = await driver.start({ ...greeting, knowsColumns });
  return { transport, greeting, exchange };
}

/** A text from before TLS may be an attacker's: where TLS is required, the error does not repeat it. */
function refusedAtOnce(
  words: Parameters<typeof startupError>[0],
  transport: Transport,
  target: Target,
): FairleadError {
  if (!target.tls) return startupError(words, transport.peer);
  const message = `(error ${words.errno}, sent before TLS; its text is not shown)`;
  return startupError({ ...words, message: `the server refused the connection ${message}` }, transport.peer);
}

function assertTls({ offersTls }: Greeting, extra: number, transport: Transport): void {
  const { peer } = transport;
  if (!offersTls) {
    throw new FairleadError(
      'tls_failed',
      'The server does not offer TLS. Give it a certificate (ssl_cert, ssl_key), or, on a trusted network, ask ' +
        'for plain text by tls: false (sslmode=disable in the URL).',
      { peer, safeToRetry: true },
    );
  }
  if (extra === 0) return;
  throw new FairleadError(
    'tls_failed',
    'Bytes came in plain text behind the greeting; an attacker may have injected them.',
    { peer, safeToRetry: true },
  );
}

/** Reads the whole first packet, and counts the bytes that came behind it. */
async function firstPacket(transport: Transport): Promise<{ bytes: Uint8Array; extra: number }> {
  const gathered = new Uint8Array(2 * MAX_GREETING_BYTES);
  let have = 0;
  for (;;) {
    const chunk = await transport.read();
    if (chunk === undefined) {
      throw new FairleadError(
        'connection_lost',
        'The server closed the connection instead of sending its greeting.',
        {
          peer: transport.peer,
          safeToRetry: true,
        },
      );
    }
    const room = chunk.subarray(0, gathered.length - have);
    gathered.set(room, have);
    have += room.length;
    const length = greetingLength(gathered.subarray(0, have));
    if (length !== undefined && have >= length)
      return { bytes: gathered.slice(0, length), extra: have - length };
  }
}

function protocol(what: string, transport: Transport): FairleadError {
  return new FairleadError('protocol', `The server broke the MySQL protocol: ${what}.`, {
    peer: transport.peer,
  });
}

/** Limits the time of the start-up, adds the peer to its error, and ends the transport when it fails. */
async function inTime<T>(
  transport: Transport,
  target: Target,
  limit: CallLimit,
  step: Promise<T>,
): Promise<T> {
  const outcome = await bounded(step, remainingMs(limit));
  if (outcome.kind === 'done') return outcome.value;
  const failure =
    outcome.kind === 'failed' ? explain(outcome.error, transport) : tooLate(transport, target, limit);
  transport.destroy(failure);
  throw failure;
}

/** The start-up's error. It is safe to retry, since no statement was sent. */
function explain(error: unknown, transport: Transport): FairleadError {
  const { peer } = transport;
  if (!(error instanceof FairleadError)) {
    return new FairleadError('protocol', 'The start-up failed.', { cause: error, peer, safeToRetry: true });
  }
  const { code, server } = error;
  if (server !== undefined && code === 'connection_lost') {
    const errno = Number(server.fields?.errno ?? 0);
    return startupError({ errno, sqlState: server.code, message: server.message }, peer);
  }
  return errorWith(error, { safeToRetry: true, peer });
}

function tooLate(transport: Transport, { address }: Target, { timeoutMs }: CallLimit): FairleadError {
  const message = `${formatAddress(address)} did not finish the MySQL start-up in ${timeoutMs} ms.`;
  return new FairleadError('connect_timeout', message, { peer: transport.peer, safeToRetry: true });
}
