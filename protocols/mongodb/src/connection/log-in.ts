// Says hello and logs in, on a transport that nobody else reads. It sends no command.

import { FairleadError } from '@fairlead/errors';
import { type Mechanism, md5, plain, scram } from '@fairlead/sasl';
import type { Transport } from '@fairlead/transport';
import type { Document } from 'bson';
import { isOk, protocolError, serverError } from '../errors.ts';
import type { LinkSettings } from '../options/link-settings.ts';
import type { Credentials } from '../options/login-settings.ts';
import {
  asCommand,
  authenticateByCertificate,
  type Challenge,
  checkAuthenticated,
  checkIterations,
  chooseMechanism,
  DEFAULT_MECHANISM,
  readChallenge,
  readStep,
  saslContinue,
  saslStart,
} from '../session/login/conversation.ts';
import {
  agreesTo,
  describeServer,
  helloCommand,
  isLegacyHello,
  mechanismsOf,
} from '../session/login/hello.ts';
import type { Session } from '../session/session.ts';
import type { AuthMechanism } from '../types/option-values.ts';
import { decodeReply } from '../wire/decode.ts';
import type { ServerDescription } from './types.ts';

/** A login has two challenges, and a third one with servers that know no `skipEmptyExchange`. */
const MAX_CHALLENGES = 3;

/** What is known when a connection is ready. */
export interface LoggedIn {
  readonly server: ServerDescription;
  /** The answer to hello, as it came. */
  readonly hello: Document;
  /** Whether the server takes compressed messages. */
  readonly mayCompress: boolean;
}

/**
 * Says hello and logs in: two round trips.
 * @throws FairleadError `auth`, `server`, `protocol`, `connection_lost`, and what the transport throws.
 */
export async function logIn(
  transport: Transport,
  session: Session,
  settings: LinkSettings,
  password: string | undefined,
): Promise<LoggedIn> {
  const { credentials, compression } = settings;
  const exchange = (bytes: Uint8Array): Promise<Document> => exchangeOn(transport, session, bytes);
  const login = credentials && loginOf(credentials, settings, password ?? '');
  const firstStep = login?.first && asStep(login.first, settings);
  const hello = await exchange(session.hello(helloCommand(settings, firstStep), isLegacyHello(settings)));
  if (!isOk(hello)) throw serverError(hello, undefined);
  const server = describeServer(hello, settings);
  // Arbiters have no users.
  if (login !== undefined && server.kind !== 'arbiter') {
    await login.complete(hello, (step) => exchange(session.step(asCommand(step, settings))));
  }
  session.welcome();
  return { server, hello, mayCompress: compression !== undefined && agreesTo(hello, compression.name) };
}

/** One login: what travels within hello, and what follows. */
interface Login {
  /** The first step; a server may drop it unread. */
  readonly first: Document | undefined;
  complete(hello: Document, send: (step: Document) => Promise<Document>): Promise<void>;
}

function loginOf(credentials: Credentials, settings: LinkSettings, password: string): Login {
  if (credentials.mechanism === 'MONGODB-X509') {
    const first = authenticateByCertificate(settings);
    return {
      first,
      complete: async ({ speculativeAuthenticate }, send) => {
        if (!speculativeAuthenticate) checkAuthenticated(await send(first));
      },
    };
  }
  const { mechanism: chosen = DEFAULT_MECHANISM, username } = credentials;
  const make = (name: AuthMechanism): Mechanism => mechanismFor(name, username, password);
  // The password itself is not in what may be dropped unread.
  const guess = chosen === 'PLAIN' ? undefined : make(chosen);
  return {
    first: guess && saslStart(chosen, guess.initial() ?? new Uint8Array(0)),
    complete: async (hello, send) => {
      const { speculativeAuthenticate } = hello;
      if (guess !== undefined && speculativeAuthenticate) {
        await converse(guess, speculativeAuthenticate, readChallenge(speculativeAuthenticate), send);
        return;
      }
      const name = credentials.mechanism ?? chooseMechanism(mechanismsOf(hello));
      const mechanism = make(name);
      const reply = await send(saslStart(name, mechanism.initial() ?? new Uint8Array(0)));
      await converse(mechanism, reply, readStep(reply), send);
    },
  };
}

/** Within hello the step says its database itself. */
function asStep(step: Document, { credentials }: LinkSettings): Document {
  return { ...step, db: credentials?.source };
}

async function converse(
  mechanism: Mechanism,
  conversation: Document,
  first: Challenge,
  send: (step: Document) => Promise<Document>,
): Promise<void> {
  let challenge = first;
  for (let count = 1; !challenge.isDone; count++) {
    if (count > MAX_CHALLENGES) throw protocolError('the login does not end');
    if (count === 1) checkIterations(challenge.payload);
    const answer = await mechanism.respond(challenge.payload);
    challenge = readStep(await send(saslContinue(conversation, answer)));
  }
  mechanism.finish(challenge.payload);
}

/** MongoDB prepares no names, and knows the passwords of SCRAM-SHA-1 by a hash of their own alone. */
function mechanismFor(name: AuthMechanism, username: string, password: string): Mechanism {
  if (name === 'PLAIN') return plain({ username, password });
  if (name === 'SCRAM-SHA-256') return scram('SHA-256', { username, password }, { keepsName: true });
  const digest = md5(new TextEncoder().encode(`${username}:mongo:${password}`));
  return scram('SHA-1', { username, password: digest }, { keepsName: true });
}

/** Sends a message and reads the answer. */
async function exchangeOn(transport: Transport, session: Session, bytes: Uint8Array): Promise<Document> {
  // Its failure shows in the read.
  void transport.write(bytes);
  for (;;) {
    const chunk = await transport.read(session.wanted);
    if (chunk === undefined) {
      throw new FairleadError(
        'connection_lost',
        'The server closed the connection before the login was complete',
      );
    }
    const frame = session.receive(chunk);
    if (frame !== undefined) return decodeReply(frame);
  }
}
