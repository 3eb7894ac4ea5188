// Opens a connection: dials, initiates the session, turns TLS on and logs in. Every failure ends the connection.
import { type CallLimit, limitOf, passwordOf, remainingMs } from '@fairlead/client';
import { FairleadError, isFairleadError } from '@fairlead/errors';
import {
  type ChoiceOptions,
  type Credentials,
  chooseExternal,
  chooseMechanism,
  isExternal,
  type Mechanism,
} from '@fairlead/sasl';
import { connect as connectTransport } from '@fairlead/transport';
import type { Settings } from '../options/connect-options.ts';
import { Initiation, type InitiationOptions, type Step } from '../session/initiation.ts';
import type { ServerInfo } from '../types.ts';
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

/**
 * Dials and initiates a session.
 * @param startTls Default: `required` or `never`, by the option `tls`. `offered` is for `probe`, which does not log in.
 * @throws FairleadError what the connector throws, and `tls_failed`, `auth`, `server`, `protocol`, `limit`,
 *   `connect_timeout` (`connectTimeoutMs`), `timeout` (`replyTimeoutMs`).
 */
export async function open(
  settings: Settings,
  startTls: InitiationOptions['startTls'] = settings.tls === 'starttls' ? 'required' : 'never',
): Promise<Opened> {
  const { connector = connectTransport, hostname, port, signal, tls, tlsOptions } = settings;
  const { connectTimeoutMs } = settings;
  const limit = limitOf({ signal, timeoutMs: connectTimeoutMs }, CONNECT_TIMEOUT_MS, 'connectTimeoutMs');
  const mode = tls === true ? 'implicit' : startTls === 'never' ? 'off' : 'starttls';
  const transport = await connector(
    { hostname, port },
    {
      tls: mode,
      tlsOptions,
      signal,
      connectTimeoutMs: Math.min(connectTimeoutMs ?? DIAL_TIMEOUT_MS, remainingMs(limit)),
    },
  );
  const connection = new Connection(transport, settings.replyTimeoutMs, signal);
  const initiation = new Initiation(connection.session, {
    name: settings.name,
    startTls,
    login: startTls !== 'offered' && (settings.username !== undefined || isExternal(settings)),
  });
  try {
    // The transport listens to the signal itself.
    const ofLogin = { ...limit, signal: undefined };
    await connection.call('login', ofLogin, () => new Login(connection, initiation, settings, limit).run());
  } catch (error) {
    if (!isFairleadError(error)) throw error;
    connection.destroy(error);
    const { code, message, peer } = error;
    // The limit of one reply is another one: `replyTimeoutMs`.
    const isTimeUp = code === 'timeout' && Date.now() >= limit.at;
    throw isTimeUp ? new FairleadError('connect_timeout', message, { peer, safeToRetry: true }) : error;
  }
  const { greeting, capabilities, mechanism } = initiation;
  if (capabilities === undefined) throw new Error('an initiation ends with capabilities');
  return { connection, server: { greeting, capabilities, mechanism } };
}

/** Does the steps of the initiation: writes, reads, asks for the credentials, computes the mechanism's responses. */
class Login {
  readonly #connection: Connection;
  readonly #initiation: Initiation;
  readonly #settings: Settings;
  readonly #limit: CallLimit;
  #mechanism: Mechanism | undefined;
  /** Asked for once in a login, when TLS is on. */
  #credentials: Credentials | undefined;

  constructor(connection: Connection, initiation: Initiation, settings: Settings, limit: CallLimit) {
    this.#connection = connection;
    this.#initiation = initiation;
    this.#settings = settings;
    this.#limit = limit;
  }

  async run(): Promise<void> {
    const connection = this.#connection;
    const initiation = this.#initiation;
    // The server sends its greeting without a command.
    let step: Step = { kind: 'send', bytes: new Uint8Array(0) };
    while (step.kind !== 'ready') {
      switch (step.kind) {
        case 'send':
          void connection.send(step.bytes, 1);
          step = initiation.receive(await connection.reply());
          break;
        case 'upgrade':
          await connection.startTls();
          step = initiation.upgraded();
          break;
        case 'choose':
          this.#mechanism = await this.#choose(step);
          step = initiation.login(this.#mechanism.name, this.#mechanism.initial());
          break;
        case 'challenge':
          step = initiation.respond((await this.#mechanism?.respond(step.challenge)) ?? new Uint8Array(0));
          break;
        case 'success':
          this.#mechanism?.finish();
          step = initiation.loggedIn();
      }
    }
  }

  /** Without TLS a mechanism is chosen only if `authWithoutTls` allows it; `connect-options.ts` has checked that. */
  async #choose({ offered, refused }: Step & { kind: 'choose' }): Promise<Mechanism> {
    const { hostname, port, authWithoutTls, mechanisms, username, authorizationIdentity } = this.#settings;
    if (isExternal(this.#settings)) {
      if (refused !== undefined) throw refused;
      return chooseExternal(offered, authorizationIdentity ?? username);
    }
    this.#credentials ??= await this.#ask();
    const options: ChoiceOptions = {
      allowCleartext: this.#connection.transport.peer.tls || authWithoutTls === 'cleartext',
      only: mechanisms,
      server: { hostname, port },
    };
    try {
      return chooseMechanism(offered, this.#credentials, options);
    } catch (error) {
      throw refused ?? error;
    }
  }

  async #ask(): Promise<Credentials> {
    const { username = '', authorizationIdentity, password, accessToken } = this.#settings;
    return {
      username,
      authorizationIdentity,
      password: await passwordOf(password, this.#limit),
      accessToken: await passwordOf(accessToken, this.#limit),
    };
  }
}
