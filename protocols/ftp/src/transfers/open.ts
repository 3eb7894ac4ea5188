// Opens transfers: a data port, its dial, REST, the command, and TLS on the data connection, in the one order that servers take.
import type { Connection } from '../connection/connection.ts';
import { awaitReply, DataConnection } from '../connection/data-connection.ts';
import { asFairlead, protocolError, refusal, sessionReuse } from '../errors.ts';
import type { Reply } from '../types.ts';
import { encodeLine, pathArgument } from '../wire/names.ts';
import { Transfer, type TransferCommand } from './transfer.ts';

/**
 * Opens a transfer; it is the caller's turn. `connection.interrupt` stops it from now on.
 * @throws FairleadError `server` for a refusal, and what dialling and TLS throw.
 */
export async function openTransfer(connection: Connection, command: TransferCommand): Promise<Transfer> {
  const { settings, session } = connection;
  const { what, path, start = 0 } = command;
  const line = path === undefined ? what : `${what} ${pathArgument(path)}`;
  const bytes = encodeLine(line, settings.names, `The path of ${what}`);
  const data = await DataConnection.open(connection);
  const exchange = (event: 'REST' | 'transfer', sent: Uint8Array): Promise<Reply> => {
    // Stopped since it was dialled: nothing is sent for it.
    if (data.stopped !== undefined) throw data.stopped;
    connection.send(sent);
    session.move(event);
    const reply = connection.reply();
    connection.interrupt = (reason) => {
      data.stop(reason);
      awaitReply(connection, reply, reason);
    };
    return reply;
  };
  let transfer: Transfer | undefined;
  try {
    if (start > 0) {
      restarted(await exchange('REST', encodeLine(`REST ${start}`, 'utf8', 'REST')), connection);
    }
    transfer = await begin(connection, command, data, () => exchange('transfer', bytes));
    await transfer.startTls();
    return transfer;
  } catch (error) {
    const reason = asFairlead(error, 'The connection broke');
    await transfer?.abandon(reason);
    data.stop(reason);
    if (session.state === 'open') session.move('failed');
    throw error;
  }
}

function restarted(reply: Reply, { session }: Connection): void {
  if (reply.code >= 400) {
    session.move('refused');
    throw refusal('REST, so the transfer cannot be resumed', reply);
  }
  if (reply.code !== 350) throw protocolError(`${reply.code} came as the answer to REST`);
  session.move('accepted');
}

async function begin(
  connection: Connection,
  command: TransferCommand,
  data: DataConnection,
  exchange: () => Promise<Reply>,
): Promise<Transfer> {
  const { session, settings } = connection;
  const { what } = command;
  const isList = what === 'LIST' || what === 'MLSD';
  const before = connection.hasEffect;
  const answer = exchange();
  if (!isList && what !== 'RETR') connection.hasEffect = true;
  const first = await answer;
  if (first.code >= 400) {
    session.move('refused');
    // With 4xx, 522 and 552 the file may be made or emptied already: vsftpd opens it before the data connection.
    if (first.code >= 500 && first.code !== 522 && first.code !== 552) connection.hasEffect = before;
    const isReuse = settings.isDataPrivate && /(?:TLS|SSL).*(?:reus|resum)/i.test(first.lines.join(' '));
    throw isReuse ? sessionReuse(first) : refusal(what, first);
  }
  // Some servers have nothing to say about an empty directory.
  if (first.code >= 300 || (first.code >= 200 && !isList)) {
    throw protocolError(`${first.code} came as the answer to ${what}`);
  }
  const transfer = new Transfer(connection, command, data, first);
  connection.interrupt = (reason) => transfer.stop(reason);
  if (data.stopped !== undefined && first.code < 200) {
    await transfer.abandon(data.stopped);
    throw data.stopped;
  }
  return transfer;
}
