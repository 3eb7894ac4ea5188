// Logs in: by the strongest SASL mechanism that fits (RFC 9051 section 6.2.2), else by the command LOGIN where it is allowed.
import { decodeUtf8Lossy, fromBase64, toBase64 } from '@fairlead/bytes';
import { type CallLimit, passwordOf } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import {
  type ChoiceOptions,
  type Credentials,
  chooseExternal,
  chooseMechanism,
  isExternal,
  type Mechanism,
} from '@fairlead/sasl';
import { refusal } from '../errors.ts';
import type { Settings } from '../options/connect-options.ts';
import type { TaggedResponse } from '../responses/types/response.ts';
import { protocolError } from '../wire/errors.ts';
import type { Connection } from './connection.ts';

/** No mechanism has more challenges than these. */
const MAX_CHALLENGES = 6;
const NO_SECRET: Credentials = { username: '' };
/** Shorter parts of the credentials are not concealed: that would take single letters out of the server's words. */
const MIN_SECRET = 4;

/**
 * Logs in. @returns The mechanism's name.
 * @throws FairleadError `auth`, `server` (the server cannot say at the moment), `protocol`.
 */
export async function logIn(connection: Connection, settings: Settings, limit: CallLimit): Promise<string> {
  const { session } = connection;
  const offered = [...(session.capabilities ?? [])]
    .filter((name) => name.startsWith('AUTH='))
    .map((name) => name.slice(5));
  const isLoginAllowed = !session.has('LOGINDISABLED');
  // A server without a mechanism still takes the command.
  if (isLoginAllowed) offered.push('LOGIN');
  const credentials = isExternal(settings) ? NO_SECRET : await credentialsOf(settings, limit);
  const mechanism = isExternal(settings)
    ? chooseExternal(offered, settings.authorizationIdentity ?? settings.username)
    : chooseMechanism(offered, credentials, choiceOf(connection, settings));
  const secrets = new Secrets();
  const isCommand = mechanism.name === 'LOGIN' && isLoginAllowed;
  const reply = isCommand
    ? await command(connection, credentials, secrets)
    : await authenticate(connection, mechanism, secrets);
  if (reply.status !== 'OK') {
    const clean = { ...reply, text: secrets.hide(reply.text), code: reply.code };
    throw refusal('the login', clean, reply.status === 'NO' ? 'auth' : 'server');
  }
  if (!isCommand) mechanism.finish();
  session.move('ok');
  return mechanism.name;
}

async function credentialsOf(settings: Settings, limit: CallLimit): Promise<Credentials> {
  const { username, authorizationIdentity, password, accessToken } = settings;
  if (username === undefined) {
    throw new FairleadError('auth', 'The server wants a login, and there is no username', { blame: 'local' });
  }
  return {
    username,
    authorizationIdentity,
    password: await passwordOf(password, limit),
    accessToken: await passwordOf(accessToken, limit),
  };
}

/** Without TLS a mechanism is chosen only if `authWithoutTls` allows it; `connect-options.ts` has checked that. */
function choiceOf({ transport }: Connection, settings: Settings): ChoiceOptions {
  const { hostname, port, authWithoutTls, mechanisms } = settings;
  return {
    allowCleartext: transport.peer.tls || authWithoutTls === 'cleartext',
    only: mechanisms,
    server: { hostname, port },
  };
}

async function command(
  connection: Connection,
  { username, password = '' }: Credentials,
  secrets: Secrets,
): Promise<TaggedResponse> {
  const { session } = connection;
  session.move('LOGIN');
  secrets.add(new TextEncoder().encode(password));
  const exchange = await connection.send({ name: 'LOGIN', args: [{ text: username }, { text: password }] });
  // Capabilities from before the login count for nothing after it.
  session.capabilities = undefined;
  return await connection.answer(exchange);
}

async function authenticate(
  connection: Connection,
  mechanism: Mechanism,
  secrets: Secrets,
): Promise<TaggedResponse> {
  const { session } = connection;
  let initial = mechanism.initial();
  if (initial !== undefined) secrets.add(initial);
  const args = [mechanism.name];
  if (initial !== undefined && session.has('SASL-IR')) {
    args.push(initial.length === 0 ? '=' : toBase64(initial));
    initial = undefined;
  }
  session.move('AUTHENTICATE');
  const exchange = await connection.send({ name: 'AUTHENTICATE', args });
  // Capabilities from before the login count for nothing after it.
  session.capabilities = undefined;
  for (let challenges = 0; ; challenges++) {
    const text = await connection.continuation(exchange);
    if (text === undefined) return await connection.answer(exchange);
    if (challenges > MAX_CHALLENGES) throw protocolError('the login has too many challenges');
    session.move('challenge');
    const response = initial ?? (await mechanism.respond(challengeOf(text)));
    initial = undefined;
    secrets.add(response);
    session.move('response');
    void connection.write(new TextEncoder().encode(`${toBase64(response)}\r\n`));
  }
}

function challengeOf(text: string): Uint8Array {
  const challenge = fromBase64(text.trim());
  if (challenge === undefined) throw protocolError('a challenge of the login is not base64');
  return challenge;
}

/** The credentials that were sent: a server may repeat them in its answer, and no error may show them. */
class Secrets {
  readonly #texts: string[] = [];

  add(message: Uint8Array): void {
    // PLAIN and the OAuth mechanisms keep their parts apart by control characters.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what they do
    const parts = [toBase64(message), ...decodeUtf8Lossy(message).split(/[\0\x01]/)];
    this.#texts.push(...parts.filter((part) => part.length >= MIN_SECRET));
  }

  hide(text: string): string {
    return this.#texts.reduce((shown, secret) => shown.replaceAll(secret, '***'), text);
  }
}
