// The handshake of TLS 1.2 behind ServerHello, in full and resumed (RFC 5246 section 7.3, RFC 5077 section 3.1). It refuses servers
// without extended master secret and secure renegotiation, and every renegotiation.
import { isFairleadError } from '@fairlead/errors';
import { checkFinished } from '../client/authentication.ts';
import type { HandshakeStream, Ticket, Tls12Outcome, Tls12Start } from '../client/types.ts';
import { TlsFault } from '../fault.ts';
import { ReceivedAlert } from '../record/alerts.ts';
import { makeClientFlight } from './client-flight.ts';
import { verifyData } from './keys/key-schedule.ts';
import { receiveServerFlight } from './server-flight.ts';
import { establishedOf, protectionsOf, receiveTicket, type Session, ticketById } from './session.ts';
import { type Hello, readHello } from './wire/hello.ts';
import { Messages } from './wire/messages.ts';

/**
 * Goes on behind ServerHello.
 * @throws TlsFault
 */
export async function handshake(start: Tls12Start): Promise<Tls12Outcome> {
  const hello = readHello(start);
  const messages = new Messages(start.stream, [start.clientHello, start.serverHello]);
  const { ticket } = start.request;
  return hello.resumed && ticket !== undefined
    ? resumedHandshake(start, hello, messages, ticket)
    : fullHandshake(start, hello, messages);
}

async function fullHandshake(
  { request, stream, clientRandom }: Tls12Start,
  hello: Hello,
  messages: Messages,
): Promise<Tls12Outcome> {
  const randoms = { client: clientRandom, server: hello.random };
  const { identity } = request.settings;
  const { hash } = hello.suite;
  const server = await receiveServerFlight(messages, request, hello, [clientRandom, hello.random]);
  const { flight, masterSecret } = await makeClientFlight(messages, identity, hash, server);
  const session: Session = { hello, randoms, masterSecret, chain: server.chain };
  const { read, write } = await protectionsOf(session);
  const finished = await makeFinished(messages, session);
  const endHandshake = async (): Promise<Ticket | undefined> => {
    // All at once, so that it leaves in one piece.
    const sent = [stream.send(...flight), stream.sendChangeCipherSpec()];
    stream.writeWith(write);
    sent.push(stream.send(finished));
    await Promise.all(sent);
    const ticket = hello.ticketComes ? await receiveTicket(messages, session) : undefined;
    await receiveFinished(messages, stream, session, read);
    return ticket ?? ticketById(session, request);
  };
  const lacksCertificate = server.wantsCertificate !== undefined && identity === undefined;
  const ticket = await (lacksCertificate ? explained(endHandshake()) : endHandshake());
  return { established: establishedOf(session), ticket };
}

/** Servers that want a certificate hang up, and what they say of it is often lost with the connection. */
async function explained<T>(end: Promise<T>): Promise<T> {
  try {
    return await end;
  } catch (error) {
    if (error instanceof ReceivedAlert) error.lacksCertificate = true;
    if (!isFairleadError(error) || error.code !== 'connection_lost') throw error;
    const message =
      'the server asked for a certificate of the client, got none, and ended the connection: set tls.cert and tls.key';
    throw new TlsFault('handshake_failure', message, { reason: 'unknown', cause: error });
  }
}

async function resumedHandshake(
  { stream, clientRandom }: Tls12Start,
  hello: Hello,
  messages: Messages,
  old: Ticket,
): Promise<Tls12Outcome> {
  const randoms = { client: clientRandom, server: hello.random };
  const session: Session = { hello, randoms, masterSecret: old.secret, chain: old.chain };
  const { read, write } = await protectionsOf(session);
  const ticket = hello.ticketComes ? await receiveTicket(messages, session) : undefined;
  await receiveFinished(messages, stream, session, read);
  const finished = await makeFinished(messages, session);
  const sent = [stream.sendChangeCipherSpec()];
  stream.writeWith(write);
  sent.push(stream.send(finished));
  await Promise.all(sent);
  // A server that sends no new ticket takes the old one again, which stays where it is.
  return { established: establishedOf(session), ticket };
}

async function makeFinished(messages: Messages, { hello, masterSecret }: Session): Promise<Uint8Array> {
  const { hash } = hello.suite;
  const ours = await verifyData(hash, masterSecret, 'client', await messages.hash(hash));
  return messages.make('Finished', ours);
}

async function receiveFinished(
  messages: Messages,
  stream: HandshakeStream,
  { hello, masterSecret }: Session,
  read: Parameters<HandshakeStream['readWith']>[0],
): Promise<void> {
  const { hash } = hello.suite;
  messages.endFlight();
  await stream.expectChangeCipherSpec();
  stream.readWith(read);
  const expected = await verifyData(hash, masterSecret, 'server', await messages.hash(hash));
  checkFinished((await messages.receive('Finished')).bytes(), expected);
  messages.endFlight();
}
