// From settings to a connection that takes mail: dials, lets the opening decide, moves bytes and mechanisms. It sends no
// mail, and ends the connection when anything is not as it should be.
import { isFairleadError } from '@fairlead/errors';
import { chooseMechanism, type Mechanism } from '@fairlead/sasl';
import { connect as connectTransport } from '@fairlead/transport';
import { Connection } from './connection.ts';
import type { ServerInfo } from './messages.ts';
import type { Settings } from './options.ts';
import { type Move, Opening, type OpeningOptions } from './session.ts';

/** A connection that takes mail, and what is known of the server. */
export interface Opened {
  readonly connection: Connection;
  readonly server: ServerInfo;
  readonly offeredStartTls: boolean;
}

/**
 * Dials and opens a session.
 * @param startTls Default: required, unless `tls` says otherwise. `offered` for a look at a server, never for a login.
 * @throws FairleadError what the connector throws, and `tls_failed`, `auth`, `server`, `protocol`, `timeout`, `limit`.
 */
export async function open(
  settings: Settings,
  startTls: OpeningOptions['startTls'] = settings.tls === 'starttls' ? 'required' : 'never',
): Promise<Opened> {
  const { connector = connectTransport, hostname, port, signal, connectTimeoutMs, tls } = settings;
  const mode = tls === 'implicit' ? 'implicit' : startTls === 'never' ? 'off' : 'starttls';
  const transport = await connector({ hostname, port }, { tls: mode, signal, connectTimeoutMs });
  const connection = new Connection(transport, settings.timeoutMs);
  const opening = new Opening({
    name: settings.name,
    startTls,
    login: startTls !== 'offered' && settings.username !== undefined,
  });
  try {
    await connection.call('login', {}, () => run(connection, opening, settings));
  } catch (error) {
    // A connection that was not opened is of no use, whatever the reason.
    if (isFairleadError(error)) connection.destroy(error);
    throw error;
  }
  const { greeting, capabilities, mechanism, offeredStartTls } = opening;
  if (capabilities === undefined) throw new Error('an opening ends with capabilities');
  return { connection, server: { greeting, capabilities, mechanism }, offeredStartTls };
}

async function run(connection: Connection, opening: Opening, settings: Settings): Promise<void> {
  let mechanism: Mechanism | undefined;
  // The greeting comes unasked.
  let move: Move = { kind: 'send', bytes: new Uint8Array(0) };
  while (move.kind !== 'ready') {
    switch (move.kind) {
      case 'send':
        connection.send(move.bytes, 1);
        move = opening.receive(await connection.reply());
        break;
      case 'upgrade':
        await connection.startTls();
        move = opening.upgraded();
        break;
      case 'choose':
        mechanism = choose(connection, settings, move.offered);
        move = opening.login(mechanism.name, mechanism.initial());
        break;
      case 'challenge':
        move = opening.respond((await mechanism?.respond(move.challenge)) ?? new Uint8Array(0));
        break;
      case 'success':
        mechanism?.finish();
        move = opening.loggedIn();
    }
  }
}

/** No mechanism at all is chosen without TLS, unless that was allowed by name; `options.ts` has refused it before. */
function choose(connection: Connection, settings: Settings, offered: readonly string[]): Mechanism {
  const { hostname, port, username = '', authWithoutTls } = settings;
  const { password, accessToken, authorizationIdentity, mechanisms } = settings;
  return chooseMechanism(
    offered,
    { username, password, accessToken, authorizationIdentity },
    {
      allowCleartext: connection.transport.peer.tls || authWithoutTls === 'cleartext',
      only: mechanisms,
      server: { hostname, port },
    },
  );
}
