// Opens a connection: dials, turns TLS on and logs in. Every failure ends the connection.
import { type CallLimit, limitOf, remainingMs } from '@fairlead/client';
import { errorWith, FairleadError, isFairleadError } from '@fairlead/errors';
import { connect as connectTransport } from '@fairlead/transport';
import { tlsFailed } from '../errors.ts';
import type { Settings } from '../options/connect-options.ts';
import type { ConditionResponse } from '../responses/types/response.ts';
import { Session } from '../session/session.ts';
import { protocolError } from '../wire/errors.ts';
import type { Command } from './command.ts';
import { Connection } from './connection.ts';
import { logIn } from './login.ts';

/** A connection that is logged in. */
export interface Opened {
  readonly connection: Connection;
  /** The greeting's text. */
  readonly greeting: string;
  readonly mechanism: string | undefined;
}

/** Default limit of dial, TLS and login together. */
const CONNECT_TIMEOUT_MS = 30_000;
/** Default limit of the dial within that: a server that is silent at this point is not there. */
const DIAL_TIMEOUT_MS = 10_000;
/** Extensions that change what the server sends only where they are turned on (RFC 5161). */
const ENABLED = ['IMAP4REV2', 'UTF8=ACCEPT', 'CONDSTORE', 'QRESYNC'];

/**
 * Dials, and begins a session.
 * @throws FairleadError what the connector throws, and `tls_failed`, `auth`, `server`, `protocol`, `limit`, `connect_timeout`.
 */
export async function open(settings: Settings): Promise<Opened> {
  const { connector = connectTransport, hostname, port, signal, tls, tlsOptions } = settings;
  const { connectTimeoutMs } = settings;
  const limit = limitOf({ signal, timeoutMs: connectTimeoutMs }, CONNECT_TIMEOUT_MS, 'connectTimeoutMs');
  const transport = await connector(
    { hostname, port },
    {
      tls: tls === true ? 'implicit' : tls === false ? 'off' : 'starttls',
      tlsOptions,
      signal,
      connectTimeoutMs: Math.min(connectTimeoutMs ?? DIAL_TIMEOUT_MS, remainingMs(limit)),
    },
  ).catch((error: unknown) => {
    throw explained(error);
  });
  const session = new Session(tls === 'starttls' ? undefined : settings.onAlert);
  const connection = new Connection(transport, session, signal);
  try {
    // The transport listens to the signal itself.
    const ofLogin = { ...limit, signal: undefined };
    const begun = await connection.call('login', ofLogin, () => begin(connection, settings, limit));
    return { connection, ...begun };
  } catch (error) {
    if (!isFairleadError(error)) throw error;
    connection.destroy(error);
    const { code, message, peer } = error;
    if (code !== 'timeout') throw error;
    const isSilent = connection.session.state === 'greeting' && tls !== true;
    const hint = isSilent ? ' No greeting came: a port with TLS from the first byte needs imaps:' : '';
    throw new FairleadError('connect_timeout', message + hint, { peer, safeToRetry: true });
  }
}

/** Some mail providers are behind Cloudflare, or refuse its addresses: the platform says so in these words alone. */
function explained(error: unknown): unknown {
  if (!isFairleadError(error)) return error;
  const { code, message, cause, peer } = error;
  if (code === 'tls_failed') {
    return errorWith(error, {
      message: `${message}; a port that begins in clear needs imap:`,
      safeToRetry: true,
    });
  }
  if (code !== 'connect_failed') return error;
  if (!/proxy request failed/i.test(`${message} ${cause}`)) return error;
  const text = `${message} (proxy request failed: it is behind Cloudflare, or refuses its addresses)`;
  return new FairleadError('connect_failed', text, { cause, peer, safeToRetry: true });
}

async function begin(
  connection: Connection,
  settings: Settings,
  limit: CallLimit,
): Promise<Omit<Opened, 'connection'>> {
  const { session } = connection;
  const greeting = await connection.greeting();
  if (settings.tls === 'starttls') {
    await startTls(connection, greeting, settings);
  } else if (greeting.status === 'PREAUTH') session.move('PREAUTH');
  else session.move('ok');
  let mechanism: string | undefined;
  if (!session.isLoggedIn) {
    if (session.capabilities === undefined) await askCapabilities(connection);
    mechanism = await logIn(connection, settings, limit);
  }
  if (session.capabilities === undefined) await connection.ask({ name: 'CAPABILITY' });
  connection.ahead = firstCommands(session, settings);
  return { greeting: greeting.text, mechanism };
}

/** STARTTLS (RFC 9051 section 6.2.1). What the server says before it may be an attacker's, and counts for nothing. */
async function startTls(
  connection: Connection,
  greeting: ConditionResponse,
  { onAlert }: Settings,
): Promise<void> {
  const { session } = connection;
  if (greeting.status === 'PREAUTH') {
    throw tlsFailed('PREAUTH in clear makes STARTTLS impossible; an attacker may have sent it');
  }
  session.move('ok');
  if (session.capabilities === undefined) await askCapabilities(connection);
  if (!session.has('STARTTLS')) {
    throw tlsFailed('STARTTLS is not offered, or an attacker has removed the offer: use tls: true');
  }
  session.move('STARTTLS');
  // An answer that was sent before the command cannot know its tag (CVE-2026-42246).
  const tag = `S${crypto.randomUUID().slice(0, 8)}`;
  const reply = await connection.answer(await connection.send({ name: 'STARTTLS', tag }));
  // The answer came in clear and may be forged: its text is not repeated.
  if (reply.status !== 'OK') throw tlsFailed(`The server answered STARTTLS with ${reply.status}`);
  session.move('ok');
  await connection.startTls();
  session.onAlert = onAlert;
  await askCapabilities(connection);
}

async function askCapabilities(connection: Connection): Promise<void> {
  const { session } = connection;
  session.move('CAPABILITY');
  await connection.ask({ name: 'CAPABILITY' });
  if (session.capabilities === undefined) throw protocolError('CAPABILITY was answered without capabilities');
  session.move('ok');
}

/** What leaves in one flight with the first command. */
function firstCommands(session: Session, { id }: Settings): readonly Command[] {
  const commands: Command[] = [];
  const wanted = ENABLED.filter((name) => session.has(name));
  if (session.has('ENABLE', 'IMAP4REV2') && wanted.length > 0)
    commands.push({ name: 'ENABLE', args: wanted });
  if (id !== undefined && session.has('ID')) {
    const fields = Object.entries(id).flatMap(([name, value]) => [{ text: name }, { text: value }]);
    commands.push({ name: 'ID', args: [fields] });
  }
  return commands;
}
