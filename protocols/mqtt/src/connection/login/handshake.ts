// From CONNECT to CONNACK on an open transport, with the AUTH packets between them. It does not dial.
import type { CallLimit } from '@fairlead/client';
import type { Transport } from '@fairlead/transport';
import { connectionError, PROTOCOL_ERROR, protocolError } from '../../errors.ts';
import type { ServerInfo } from '../../types/client.ts';
import type { Decoder } from '../../wire/decode/decoder.ts';
import { encodeConnect, encodeReason } from '../../wire/encode/control.ts';
import { AUTH, CONNACK, DISCONNECT } from '../../wire/packet-types.ts';
import type { ConnectionOwner } from '../connection-owner.ts';
import { answerAuth, CONTINUE_AUTHENTICATION, respondTo } from './authentication.ts';
import { disconnected, type Login, refusalOf, serverInfo } from './connack.ts';

/**
 * Sends CONNECT and waits for CONNACK; answers AUTH meanwhile.
 * @param isClosed Whether the connection has ended meanwhile: the send buffer may belong to another one then.
 * @throws FairleadError `auth`, `server`, `protocol`, `connection_lost`, and of the callback of enhanced authentication.
 */
export async function handshake(
  transport: Transport,
  decoder: Decoder,
  { settings, session }: ConnectionOwner,
  login: Login,
  limit: CallLimit,
  isClosed: () => boolean,
): Promise<ServerInfo> {
  const { writer } = session.output;
  const { peer } = transport;
  encodeConnect(writer, { ...settings, ...login }, login.clean);
  void transport.write(writer.take());
  while ((await nextPacket(transport, decoder)) === AUTH) {
    const answer = await answerAuth(decoder, settings, limit, peer);
    if (answer === undefined || isClosed()) continue;
    encodeReason(writer, AUTH, CONTINUE_AUTHENTICATION, answer, settings.protocolVersion);
    void transport.write(writer.take());
  }
  const refusal = refusalOf(decoder, peer);
  if (refusal !== undefined) throw refusal;
  if (login.clean && decoder.sessionPresent) {
    throw protocolError(PROTOCOL_ERROR, 'a session after a clean start');
  }
  const server = serverInfo(settings, login.clientId, decoder);
  const { authenticationData } = decoder.properties;
  if (authenticationData !== undefined) {
    await respondTo(authenticationData, settings.authentication, limit, peer);
  }
  return server;
}

async function nextPacket(transport: Transport, decoder: Decoder): Promise<typeof CONNACK | typeof AUTH> {
  for (;;) {
    const type = decoder.next();
    if (type === CONNACK || type === AUTH) return type;
    if (type === DISCONNECT) throw disconnected(decoder, transport.peer);
    if (type !== 0) throw protocolError(PROTOCOL_ERROR, `a packet of type ${type} before CONNACK`);
    decoder.keep();
    const chunk = await transport.read(decoder.wanted);
    if (chunk === undefined) {
      const message = 'The broker closed the connection before it answered';
      throw connectionError(transport.peer, 'connection_lost', message);
    }
    decoder.push(chunk);
  }
}
