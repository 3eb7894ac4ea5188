// From settings to a connection that takes mail: dials, lets the initiation decide, moves bytes and mechanisms. It sends no
// mail, and ends the connection when anything is not as it should be.
import { type CallLimit, passwordOf, remainingMs } from '@fairlead/client';
import { isFairleadError } from '@fairlead/errors';
import { type ChoiceOptions, type Credentials, chooseMechanism, type Mechanism } from '@fairlead/sasl';
import { connect as connectTransport } from '@fairlead/transport';
import { limitOfCall, type Settings } from '../options/connect-options.ts';
import { Initiation, type InitiationOptions, type Step } from '../session/initiation.ts';
import type { ServerInfo } from '../types.ts';
import { Connection } from './connection.ts';

/** A connection that takes mail, and what is known of the server. */
export interface Opened {
  readonly connection: Connection;
  readonly server: ServerInfo;
  readonly offeredStartTls: boolean;
}

/** How long opening a connection may take, all together. */
const OPEN_TIMEOUT_MS = 60_000;
const DIAL_TIMEOUT_MS = 10_000;

/**
 * Dials and opens a session.
 * @param startTls Default: required, unless `tls` says otherwise. `offered` for a look at a server, never for a login.
 * @throws FairleadError what the connector throws, and `tls_failed`, `auth`, `server`, `protocol`, `timeout`, `limit`.
 */
export async function open(
  settings: Settings,
  startTls: InitiationOptions['startTls'] = settings.tls === 'starttls' ? 'required' : 'never',
): Promise<Opened> {
  const { connector = connectTransport, hostname, port, signal, tls } = settings;
  const { connectTimeoutMs = DIAL_TIMEOUT_MS } = settings;
  const limit = limitOfCall(settings, OPEN_TIMEOUT_MS);
  const mode = tls === 'implicit' ? 'implicit' : startTls === 'never' ? 'off' : 'starttls';
  const transport = await connector(
    { hostname, port },
    { tls: mode, signal, connectTimeoutMs: Math.min(connectTimeoutMs, remainingMs(limit)) },
  );
  const connection = new Connection(transport, settings.replyTimeoutMs, signal);
  const initiation = new Initiation(connection.session, {
    name: settings.name,
    startTls,
    login: startTls !== 'offered' && settings.username !== undefined,
  });
  try {
    // The transport has the signal, and keeps it.
    const ofLogin = { ...limit, signal: undefined };
    await connection.call('login', ofLogin, () => new Login(connection, initiation, settings, limit).run());
  } catch (error) {
    // A connection that was not opened is of no use, whatever the reason.
    if (isFairleadError(error)) connection.destroy(error);
    throw error;
  }
  const { greeting, capabilities, mechanism, offeredStartTls } = initiation;
  if (capabilities === undefined) throw new Error('an initiation ends with capabilities');
  return { connection, server: { greeting, capabilities, mechanism }, offeredStartTls };
}

/** The opening's asynchronous part. */
class Login {
  readonly #connection: Connection;
  readonly #initiation: Initiation;
  readonly #settings: Settings;
  readonly #limit: CallLimit;
  #mechanism: Mechanism | undefined;
  /** Asked for once a login, when TLS is on. */
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
    // The greeting comes unasked.
    let step: Step = { kind: 'send', bytes: new Uint8Array(0) };
    while (step.kind !== 'ready') {
      switch (step.kind) {
        case 'send':
          connection.send(step.bytes, 1);
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

  /** No mechanism is chosen without TLS, unless that was allowed by name; `options.ts` has refused it before. */
  async #choose({ offered, refused }: Step & { kind: 'choose' }): Promise<Mechanism> {
    const { hostname, port, authWithoutTls, mechanisms } = this.#settings;
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
