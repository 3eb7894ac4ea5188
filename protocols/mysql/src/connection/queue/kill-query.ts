// Sends KILL QUERY over a connection of its own. It does not know whether the statement was still running.
import { type CallLimit, remainingMs } from '@fairlead/client';
import { bounded, type Connector } from '@fairlead/transport';
import type { Target } from '../../options/target.ts';
import { silentReply } from '../../session/replies/result-reply.ts';
import { encodeQuery, encodeQuit } from '../../wire/encode.ts';
import { openSession } from '../login/open-session.ts';

/**
 * Cancels the statement that connection `connectionId` runs, over a new connection with the same options. The new connection
 * has ended when the limit is over.
 * @returns Whether the server has confirmed it.
 * @throws FairleadError as `openSession`.
 */
export async function killQuery(
  target: Target,
  connector: Connector,
  connectionId: number,
  limit: CallLimit,
): Promise<boolean> {
  const { transport, exchange } = await openSession(target, connector, limit);
  const reply = silentReply();
  const sent = exchange.ask(encodeQuery(`KILL QUERY ${connectionId}`), reply);
  const outcome = await bounded(sent, remainingMs(limit));
  exchange.detach();
  transport.write(encodeQuit()).catch(() => undefined);
  // Closing has a time limit of its own.
  transport.close();
  return outcome.kind === 'done' && reply.failure === undefined;
}
