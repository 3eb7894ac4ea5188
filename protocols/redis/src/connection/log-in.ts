// Logs in on a transport that no client reads. It sends no command.
import { Writer } from '@fairlead/bytes';
import type { Transport } from '@fairlead/transport';
import { protocolError } from '../errors.ts';
import { Handshake, type Login } from '../session/handshake.ts';
import { Decoder } from '../wire/decode/decoder.ts';
import { encodeCommand } from '../wire/encode.ts';
import type { Arg, ServerInfo } from '../wire/messages.ts';

const MAX_LOGIN_BYTES = 65_536;

/** The bytes of commands that are short. */
export function encodeCommands(commands: readonly (readonly Arg[])[]): Uint8Array {
  const writer = new Writer(MAX_LOGIN_BYTES);
  for (const command of commands) encodeCommand(writer, command);
  return writer.take();
}

/**
 * Logs in.
 * @returns What the server says of itself.
 * @throws FairleadError `auth`, `server`, `connection_lost`.
 */
export async function logIn(transport: Transport, login: Login): Promise<ServerInfo> {
  const handshake = new Handshake(login);
  const decoder = new Decoder({ maxReplyBytes: MAX_LOGIN_BYTES });
  transport.write(encodeCommands(handshake.steps));
  while (handshake.steps.length > 0) {
    decoder.keep();
    const chunk = await transport.read();
    if (chunk === undefined) throw handshake.error ?? protocolError('an end in the middle of the login');
    decoder.push(chunk);
    for (;;) {
      const reply = decoder.next(false);
      if (reply === undefined) break;
      if (!decoder.isPush) handshake.answer(reply);
    }
  }
  return handshake.server;
}
