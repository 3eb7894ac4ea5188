// Opens a connection: dials, turns TLS on and logs in. Every failure ends the connection.
import { type CallLimit, limitOf, passwordOf, remainingMs } from '@fairlead/client';
import { errorWith, FairleadError } from '@fairlead/errors';
import { connect as connectTransport } from '@fairlead/transport';
import { asFairlead } from '../errors.ts';
import type { Settings } from '../options/connect-options.ts';
import { Login, type Step } from '../session/login.ts';
import type { ServerInfo } from '../types.ts';
import { encodeLine } from '../wire/names.ts';
import { Connection } from './connection.ts';

/** A connection in the state `ready`, and its server. */
export interface Opened {
  readonly connection: Connection;
  readonly server: ServerInfo;
}

/** Default limit of dial, TLS and login together. */
const CONNECT_TIMEOUT_MS = 60_000;
/** Default limit of the dial within that: a server that is silent at this point is not there. */
const DIAL_TIMEOUT_MS = 10_000;
/** Shorter secrets are not concealed: that would take single letters out of the server's words. */
const MIN_SECRET = 4;

/**
 * Dials and logs in.
 * @throws FairleadError what the connector throws, and `tls_failed`, `auth`, `server`, `protocol`, `limit`,
 *   `connect_timeout` (`connectTimeoutMs`), `timeout` (`replyTimeoutMs`).
 */
export async function open(settings: Settings): Promise<Opened> {
  const {
    connector = connectTransport,
    hostname,
    port,
    signal,
    tls,
    tlsOptions,
    connectTimeoutMs,
  } = settings;
  checkCredentials(settings);
  const limit = limitOf({ signal, timeoutMs: connectTimeoutMs }, CONNECT_TIMEOUT_MS, 'connectTimeoutMs');
  const transport = await connector(
    { hostname, port },
    {
      tls: tls === true ? 'implicit' : tls === false ? 'off' : 'starttls',
      tlsOptions,
      signal,
      connectTimeoutMs: Math.min(connectTimeoutMs ?? DIAL_TIMEOUT_MS, remainingMs(limit)),
    },
  );
  const connection = new Connection(transport, settings);
  const login = new Login(connection.session, {
    ...settings,
    startTls: tls === 'starttls',
    isImplicit: tls === true,
    account: settings.account,
  });
  const secrets: string[] = [];
  try {
    // The transport listens to the signal itself.
    const ofLogin = { ...limit, signal: undefined };
    await connection.call('login', ofLogin, () => run(connection, login, limit, secrets));
  } catch (error) {
    const known = withoutSecrets(asFairlead(error, 'The connection broke'), secrets);
    connection.destroy(known);
    const { code, message, peer } = known;
    // The limit of one reply is another one: `replyTimeoutMs`.
    const isTimeUp = code === 'timeout' && Date.now() >= limit.at;
    throw isTimeUp ? new FairleadError('connect_timeout', message, { peer, safeToRetry: true }) : known;
  }
  const { greeting, features } = login;
  return { connection, server: { greeting, features } };
}

/** Before anything is dialled: a credential that no line can hold is the caller's mistake. */
function checkCredentials({ username, password, account, names }: Settings): void {
  encodeLine(username, names, 'username');
  if (typeof password === 'string') encodeLine(password, names, 'password');
  if (account !== undefined) encodeLine(account, names, 'account');
}

/** Does the steps of the login: writes, reads, asks for the password. */
async function run(connection: Connection, login: Login, limit: CallLimit, secrets: string[]): Promise<void> {
  const { settings } = connection;
  connection.expectGreeting();
  let step: Step = { kind: 'wait' };
  let password: string;
  while (step.kind !== 'ready') {
    switch (step.kind) {
      case 'send':
        connection.send(encodeLine(step.line, settings.names, step.what));
        step = login.receive(await connection.reply());
        break;
      case 'wait':
        step = login.receive(await connection.reply());
        break;
      case 'upgrade':
        await connection.startTls();
        step = login.upgraded();
        break;
      case 'password':
        password = (await passwordOf(settings.password, limit)) ?? '';
        secrets.push(password, settings.account ?? '');
        step = login.passwordIs(password);
    }
  }
}

/** The error of a login: a server may repeat in a reply what was sent to it, and no error may show it. */
function withoutSecrets(error: FairleadError, secrets: readonly string[]): FairleadError {
  if (secrets.length === 0) return error;
  const { server } = error;
  const hide = (text: string): string =>
    secrets
      .filter(({ length }) => length >= MIN_SECRET)
      .reduce((shown, secret) => shown.replaceAll(secret, '***'), text);
  const message = hide(error.message);
  const words = server && { ...server, message: hide(server.message ?? '') };
  return errorWith(error, { message, server: words });
}
